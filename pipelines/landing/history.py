"""Runs as the register knows them: that they began, how they ended, and which came last, whatever the clock said.

What a run does, and its folder, is the business of pipelines.runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing.register import rows, run, transaction

_ORDER = sa.literal_column("run.rowid").desc()
"""Rows are only ever added, and numbered by the database as they are: the clock that gave a run its id may be set back.
"""


def last(home: Home, count: int | None = None) -> list[dict[str, Any]]:
    """Runs as rows of the register, the last one first; `count`: not more."""
    return rows(home, sa.select(run).order_by(_ORDER).limit(count))


def is_known(home: Home, run_id: str) -> bool:
    """Was there ever a run of this id?"""
    return bool(rows(home, sa.select(run.c.run_id).where(run.c.run_id == run_id)))


def start_run(home: Home, run_id: str, job_run: str = "") -> None:
    """Records that a run began. `job_run`: its id in the scheduler that began it."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(home) as connection:
        connection.execute(run.insert().values(run_id=run_id, started_at=started, job_run=job_run))


def give_up_runs(home: Home) -> list[str]:
    """Records of runs that never ended that they were interrupted. Returns their ids. Needs the writer's lock: with it,
    none goes on.
    """
    with transaction(home) as connection:
        ids = list(connection.execute(sa.select(run.c.run_id).where(run.c.outcome.is_(None))).scalars())
        connection.execute(run.update().where(run.c.outcome.is_(None)).values(outcome="interrupted"))
    return ids


def end_run(home: Home, run_id: str, outcome: str, reasons: Sequence[str] = (), release_id: str | None = None) -> None:
    """Records how a run ended: released, unchanged, landed (no release was asked of it), blocked (a gate was shut),
    interrupted or failed; `reasons` are sentences.
    """
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    values = {"outcome": outcome, "reasons": json.dumps(list(reasons), ensure_ascii=False), "release_id": release_id}
    with transaction(home) as connection:
        connection.execute(run.update().where(run.c.run_id == run_id).values(ended_at=ended, **values))
