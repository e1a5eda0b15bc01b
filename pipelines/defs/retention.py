"""How long Dagster's records of runs are kept: each is megabytes, and what counts stands in the register.

Their events, and what their steps printed, go with them. The last run that released stays, however long ago: of it the
pages of assets show when they were made.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, cast

import dagster as dg
import sqlalchemy as sa

from pipelines import journal
from pipelines.home import Home

if TYPE_CHECKING:
    from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

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
        try:
            _remove(instance, id)
        except Exception as error:  # of a record that counts for nothing, damaged in whatever way: no night fails of it
            journal.note(home, "record of a run not removed", "warning", job_run=id, reason=str(error)[:300])
        for file in (home.dagster / "history" / "runs").glob(f"{id}.db*"):
            file.unlink(missing_ok=True)
        shutil.rmtree(home.dagster / "storage" / id, ignore_errors=True)
    return gone


def _remove(instance: dg.DagsterInstance, id: str) -> None:
    """First what stands in the index of all runs: Dagster leaves the checks there, and the rest where a run's own file
    is damaged."""
    events = cast("SqlEventLogStorage", instance.event_log_storage)
    with events.index_connection() as connection:
        events.delete_events_for_run(connection, id)
        connection.execute(sa.text("delete from asset_check_executions where run_id = :id"), {"id": id})
    instance.delete_run(id)
