"""Runs that Dagster still believes to be going on although their process is gone: told apart and reported as failed.

Only one run may go on at a time, so a run that was killed would keep every later one waiting. A run is tagged with
its process: number, boot of the machine, and start, since numbers are used again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from pipelines.defs.shared import home
from pipelines.home import Home
from pipelines.locks import writer

PID, BOOT, START = "yearbook/pid", "yearbook/boot", "yearbook/process_start"

GRACE = timedelta(minutes=10)
"""How long a run may go on without having said which process it is: it loads the documents first."""

_GOING_ON = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def process_tags() -> dict[str, str]:
    """Tags that name this process; none where the system does not tell when a process began."""
    start = _start(os.getpid())
    return {PID: str(os.getpid()), BOOT: _boot(), START: start} if start else {}


def is_gone(tags: Mapping[str, str]) -> bool | None:
    """Is the process gone that the tags name? None when they name none."""
    if not {PID, BOOT, START} <= set(tags):
        return None
    return tags[BOOT] != _boot() or tags[START] != _start(int(tags[PID]))


def reconcile(instance: dg.DagsterInstance, where: Home, own: str = "") -> list[str]:
    """Reports runs whose process is gone as failed (all but `own`). Returns their ids.

    A run that names no process counts as gone when nobody writes and nothing was heard of it for GRACE.
    """
    done = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_GOING_ON)):
        run = record.dagster_run
        if run.run_id == own:
            continue
        gone = is_gone(run.tags)
        if gone is None:
            heard = record.update_timestamp
            heard = heard if heard.tzinfo else heard.replace(tzinfo=UTC)
            gone = datetime.now(UTC) - heard > GRACE and writer(where) is None
        if gone:
            instance.report_run_failed(run, _SENTENCE)
            done.append(run.run_id)
    return done


_SENTENCE = (
    "The process of this run is gone: it was killed, or the machine was restarted. It published nothing after that."
)


def _boot() -> str:
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def _start(pid: int) -> str:
    """When a process began, in ticks since the machine's boot; '' when there is none (or a dead one not yet buried)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports runs whose process is gone as failed, so that the ones behind them are not kept waiting.",
)
def runs_that_are_gone(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Every minute, as long as the daemon runs."""
    done = reconcile(context.instance, home())
    return dg.SkipReason(f"Reported as failed: {', '.join(done)}." if done else "Every run that goes on has a process.")
