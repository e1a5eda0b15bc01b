"""A month of nights by the daemon's own steps: store, releases and alerts are what the script of events predicts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.month import play
from tests.month.script import FIRST, LAST, NIGHTS

pytestmark = pytest.mark.slow


def test_a_month_of_nights(tmp_path: Path) -> None:
    """After each night, not only at the end."""
    assert (LAST - FIRST).days + 1 == len(NIGHTS) == 30
    with play.theatre(tmp_path) as stage:
        told = 0
        for number, night in enumerate(NIGHTS):
            stage.play(FIRST + timedelta(days=number), night)
            print(stage.day, stage.faults[told:], flush=True)
            told = len(stage.faults)
        _at_the_end(stage)
        assert not stage.faults, "\n".join(stage.faults)


def _at_the_end(stage: play.Stage) -> None:
    nights = [(FIRST + timedelta(days=n)).isoformat() for n in range(len(NIGHTS))]
    keys = Counter(key for key, _ in stage.runs)
    assert dict.fromkeys(nights, 1).items() <= keys.items(), "each night once, also when the clocks changed"
    assert len(stage.runs) == len(nights) + sum(bool(night.by_day) for night in NIGHTS)
    ends = {"blocked": "FAILURE", "killed": "FAILURE"}
    assert [status for key, status in stage.runs if key in nights] == [
        ends.get(night.ends, "SUCCESS") for night in NIGHTS
    ]
    assert stage.verdicts() == Counter(verdict for _, verdict in stage.known.judged)
    assert stage.said("release", "verify", "--json")
