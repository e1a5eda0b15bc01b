"""Dagster's entry point: everything is found in `defs/`, one thin module per stage."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs, schedules and resources below `defs/`."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
