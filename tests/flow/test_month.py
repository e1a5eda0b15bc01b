"""A month of nights by the daemon's own steps: store, releases and alerts are what the script of events predicts."""

from __future__ import annotations

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
        for number, night in enumerate(NIGHTS):
            stage.play(FIRST + timedelta(days=number), night)
        stage.end(NIGHTS)
    assert not stage.faults, "\n".join(stage.faults)
