"""The candidate: a release of all figures of one run, for those inside. Gates first, then the `protocol`.

Nothing here decides what the public may see: that is `edition`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.contracts.catalog import Catalog
from pipelines.home import Home
from pipelines.release import build, gates, protocol, read, unchanged
from pipelines.release.manifest import ReleaseError
from pipelines.release.protocol import Reached, Release, Staged
from pipelines.release.sources import batches, checks, keep_dbt, keys, missing_batches
from pipelines.runs import VALIDATION
from pipelines.warehouse.build import target


def candidate(home: Home, catalog: Catalog, run_folder: Path, reached: Reached = lambda step: None) -> Release:
    """Publishes a candidate from a run's private build. Raises gates.Shut or ReleaseError; the old one then stands."""
    shut = gates.reasons(catalog, run_folder)
    if shut:
        raise gates.Shut(shut)
    _refuse_older(home, read.current_id(home), run_folder)

    def fill(staging: Path, release_id: str, parent: str | None) -> Staged:
        tables = build.stage(catalog, run_folder, home.contracts, staging)
        shutil.copytree(run_folder / VALIDATION, staging / VALIDATION)
        keep_dbt(target(run_folder), staging / VALIDATION)
        facts = {
            "run": run_folder.name,
            "programme": catalog.programme.programme,
            "fictitious": catalog.programme.fictitious,
            "documents": catalog.files,
            **unchanged.facts(run_folder),
            "checks": checks(run_folder / VALIDATION),
        }
        return Staged(tables, keys(target(run_folder), tables) | build.KEYS, facts)

    return protocol.publish(home, protocol.CANDIDATE, fill, reached)


def _refuse_older(home: Home, parent: str | None, run_folder: Path) -> None:
    """An older run never publishes last: a new release knows every batch of figures that the current one knows."""
    lost = missing_batches(protocol.said(home, parent).get("batches", {}), batches(run_folder))
    if lost:
        raise ReleaseError(
            f"The run {run_folder.name} does not know {len(lost)} of the batches in {parent}, "
            "which is newer; run again."
        )
