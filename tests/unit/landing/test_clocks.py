"""A clock that nobody can believe begins no run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from pipelines import runs
from pipelines.home import Home, Unusable
from pipelines.landing import clocks, decisions, register
from tests import backfills
from tests.backfills import FIRST


def test_a_clock_before_what_was_accepted_or_at_its_end_begins_no_run(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path / "documents").create()
    backfills.deliver(home, tmp_path, "caseload", FIRST, backfills.caseload(FIRST))  # prepared in the next January
    backfills.take(home, backfills.write_documents(home.contracts), "run-1")
    (id,) = register.accepted_ids(home)
    before = sorted(home.runs.iterdir())
    for when, says in (
        (datetime.fromtimestamp(0, UTC), f"says 1970-01-01, but caseload {FIRST} .* yearbook decide {id[:12]} refuse"),
        (datetime(FIRST + 1, 1, 18, 23, tzinfo=UTC), f"prepared on {FIRST + 1}-01-20"),
        (datetime.max.replace(tzinfo=UTC), "says 9999-12-31"),
    ):
        with time_machine.travel(when, tick=False), pytest.raises(Unusable, match=says), runs.begin(home):
            pass
    assert sorted(home.runs.iterdir()) == before
    with time_machine.travel(datetime(FIRST + 1, 1, 19, tzinfo=UTC), tick=False):
        clocks.check(home)
    decisions.decide(home, id, "refuse", "Came by a wrong clock.", "Li Wei")
    with time_machine.travel(0, tick=False):
        clocks.check(home)
