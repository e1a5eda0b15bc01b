"""How long Dagster's records of runs are kept: each is megabytes, and what counts stands in the register.

Their events, and what their steps printed, go with them. The last run that released stays, however long ago: of it the
pages of assets show when they were made.
"""

from __future__ import annotations

import shutil

import dagster as dg

from pipelines.home import Home

KEEP = 40
"""Runs of which the record is kept."""
AT_ONCE = 10
"""Records that go with one run: an installation that kept all has thousands."""


def forget(instance: dg.DagsterInstance, home: Home) -> list[str]:
    """Removes the oldest records of runs that ended, if there are more than are kept. Returns their ids."""
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    released = instance.get_run_ids(dg.RunsFilter(tags={"yearbook/outcome": "released"}), limit=1)
    found = [id for id in instance.get_run_ids(dg.RunsFilter(statuses=ended))[KEEP:] if id not in released]
    gone = list(reversed(found))[:AT_ONCE]
    for id in gone:
        instance.delete_run(id)
        for file in (home.dagster / "history" / "runs").glob(f"{id}.db*"):
            file.unlink(missing_ok=True)
        shutil.rmtree(home.dagster / "storage" / id, ignore_errors=True)
    return gone
