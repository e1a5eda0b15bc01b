"""Nothing new: a run is only spared where it would make the current candidate again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.release import unchanged
from tests.unit.release.conftest import Line

INPUTS = "inputs/inputs.json"


def _says(run: Path, **facts: object) -> None:
    said = json.loads((run / INPUTS).read_text())
    (run / INPUTS).write_text(json.dumps(said | facts))


def _another_day(run: Path, day: str) -> None:
    _says(run, today=day)
    (run / "inputs" / "today.parquet").write_bytes(day.encode())


def test_the_same_again_is_spared_from_day_to_day(line: Line) -> None:
    assert unchanged.unchanged(line.home, line.catalog, line.run("run0")) is None, "nothing is there yet"
    made = line.publish("run1")
    again = line.run("run2")
    assert unchanged.unchanged(line.home, line.catalog, again) == made.release_id
    _another_day(again, "2005-03-02")
    assert unchanged.unchanged(line.home, line.catalog, again) == made.release_id


CHANGES: dict[str, Callable[[Path], object]] = {
    "a batch": lambda run: (run / "inputs" / "figure" / "batch1.parquet").write_bytes(b"others"),
    "a definition, a submission, a due date that has passed": lambda run: (
        run / "inputs" / "measure.parquet"
    ).write_bytes(b"otherwise"),
    "a relation more": lambda run: (run / "inputs" / "more.parquet").write_bytes(b""),
    "a person's decision": lambda run: _says(run, decisions=1),
    "something decided later": lambda run: _says(run, decided_until="2005-03-01T00:00:00"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_another_is_new(line: Line, change: str) -> None:
    line.publish("run1")
    again = line.run("run2")
    CHANGES[change](again)
    assert unchanged.unchanged(line.home, line.catalog, again) is None


def test_other_documents_are_new(line: Line) -> None:
    line.publish("run1")
    calendar = line.home.contracts / "calendar.yaml"
    calendar.write_text("time_zone: Europe/Berlin\n")
    assert unchanged.unchanged(line.home, load(line.home.contracts), line.run("run2")) is None


def test_other_programs_are_new(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.publish("run1")
    again = line.run("run2")
    monkeypatch.setattr(unchanged, "software", lambda: "changed")
    assert unchanged.unchanged(line.home, line.catalog, again) is None


def test_a_damaged_release_is_made_again(line: Line) -> None:
    made = line.publish("run1")
    manifest = made.folder / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_text("{}")
    assert unchanged.unchanged(line.home, line.catalog, line.run("run2")) is None


@pytest.mark.parametrize(
    ("day", "is_new"), [("2005-03-31", False), ("2005-04-01", True), ("2005-09-01", True), ("2005-02-28", False)]
)
def test_the_day_on_which_a_correction_ends_is_new(line: Line, day: str, is_new: bool) -> None:
    """Known since 1 February; the release is of 1 March."""
    (correction,) = line.catalog.corrections.values()
    ending = {
        **line.catalog.corrections,
        correction.correction: correction.model_copy(update={"until": date(2005, 3, 31)}),
    }
    catalog = replace(line.catalog, corrections=ending)
    line.publish("run1")
    again = line.run("run2")
    _another_day(again, day)
    assert (unchanged.unchanged(line.home, catalog, again) is None) == is_new
