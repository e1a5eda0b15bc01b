"""Explanations in a release: all in a candidate, those of public figures in an edition, each beside its figure."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts import load
from pipelines.landing import explanations as said
from pipelines.release import edition, explanations, gates, publish, read, verify
from pipelines.release.database import DATABASE
from pipelines.release.trace import tracer
from pipelines.validation import kept
from pipelines.validation.explained import TOLD
from pipelines.validation.spoken import said as said_as
from tests import contents
from tests.unit.release.conftest import Line, install
from tests.unit.release.test_edition import HIDDEN
from tests.unit.validation import private

RULE, OTHER = "clearance__plausible", "returns__expected"
FIGURE = {"subject": "clearance", "measure_id": "", "area_code": "110101", "period": "2004", "breakdown": "_T"}
SECRET = "A secret town of 76543 cases."


def one(rule: str, state: str, because: str, **figure: str) -> dict[str, str]:
    """What validation tells of an explanation."""
    words = {"found": "98 (49 / 50)", "expected": "<= 97", "because": because, "by": "Li Wei"}
    when = {"year": "2004", "at": "2005-03-01T00:00:00.000000+00:00"}
    whole = FIGURE | words | when | {"rule": rule, "asset": "mart_indicator", "state": state} | figure
    return {name: whole[name] for name in TOLD if name != "finding"} | {"finding": said.id_of(whole)}


def explained(line: Line, name: str, rows: list[dict[str, str]], failed: int = 2) -> Path:
    """A run of whose rule one row, and of the other all rows are explained."""
    folder = line.run(name)
    results = kept.read(folder / "validation" / kept.FILE)
    found = [
        replace(r, status="fail", rows=9, decided=9, failed=failed, explained=1)
        if (r.rule, r.year) in ((RULE, 2004), (OTHER, 2004))
        else r
        for r in results.results
    ]
    kept.write(replace(results, results=found, explanations=rows), folder / "validation")
    return folder


def table(folder: Path, name: str = explanations.TABLE) -> list[dict[str, Any]]:
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        cursor = connection.execute(f"from {name}")
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


ROWS = [
    one(RULE, "accepted", "A coach crash."),
    one(RULE, "lapsed", SECRET, area_code="110101001"),
    one(RULE, "taken_back", SECRET, area_code="110101002"),
]


def test_a_candidate_has_all_and_an_edition_those_that_hold(line: Line) -> None:
    made = publish.candidate(line.home, line.catalog, explained(line, "run1", ROWS))
    assert {row["state"] for row in table(made.folder)} == {"accepted", "lapsed", "taken_back"}
    counted = {row["rule_id"]: row for row in table(made.folder, "mart_quality") if row["rows_failed"]}
    assert {rule: (row["status"], row["rows_failed"], row["rows_explained"]) for rule, row in counted.items()} == {
        RULE: ("fail", 2, 1), OTHER: ("fail", 2, 1),
    }  # fmt: skip
    assert read.show(line.home)["checks"]["warned"] == 2
    out = edition.edition(line.home, "Li Wei").folder
    (row,) = table(out)
    assert "finding_id" not in row and (row["because"], row["explained_by"], row["state"]) == (
        "A coach crash.", "Li Wei", "accepted",
    )  # fmt: skip
    assert verify.verify(line.home, out.name) == []
    assert SECRET.encode() not in b"".join(contents.of(file) for file in out.rglob("*") if file.is_file())
    with (out / "csv" / f"{explanations.TABLE}.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["because"] for row in csv.DictReader(stream)] == ["A coach crash."]


def test_rules_that_warn_of_explained_figures_only_are_counted_apart(line: Line) -> None:
    publish.candidate(line.home, line.catalog, explained(line, "run1", ROWS[:1], failed=1))
    checks = read.show(line.home)["checks"]
    assert (checks["warned"], checks["explained"]) == (0, 2)
    out = edition.edition(line.home, "Li Wei").folder
    again = read.show(line.home, out.name)["checks"]
    assert (again["warned"], again["explained"]) == (0, 2)


def test_an_explanation_of_figures_that_are_not_public_is_in_no_byte_of_an_edition(tmp_path: Path) -> None:
    documents = private.documents(tmp_path / "made", HIDDEN, without=("indicators/good_towns.yaml",))
    home = install(tmp_path / "one", documents)
    file = private.build(tmp_path / "w.duckdb")
    private.change(file, "delete from mart_indicator where indicator_id = 'good_towns'")
    line = Line(home, load(home.contracts), file)
    rows = [
        one(RULE, "accepted", SECRET, area_code="110101001"),
        one("caseload__prosecuted", "accepted", SECRET, subject="caseload", asset="mart_observation"),
        one(OTHER, "accepted", "An office moved.", subject="crime", asset="mart_coverage", breakdown=""),
    ]
    made = publish.candidate(line.home, line.catalog, explained(line, "run1", rows))
    assert len(table(made.folder)) == 3
    out = edition.edition(line.home, "Li Wei").folder
    assert [row["because"] for row in table(out)] == ["An office moved."]
    assert SECRET.encode() not in b"".join(contents.of(file) for file in out.rglob("*") if file.is_file())


def test_it_is_shown_beside_its_figure(line: Line) -> None:
    cell = {"subject": "crime", "measure_id": "recorded", "breakdown": "kind=all"}
    rows = [*ROWS, one("crime__recorded_change_within_limit", "accepted", "A raid.", **cell)]
    publish.candidate(line.home, line.catalog, explained(line, "run1", rows))
    with tracer(line.home) as opened:
        found = opened.cells.explained("clearance", "", "110101", "2004", "_T")
        assert opened.cells.explained("clearance", "", "110101001", "2004", "_T") == {}, "it has lapsed"
        cells = [
            opened.cells.explained("crime", name, "110101", "2004", "kind=all") for name in ("recorded", "cleared")
        ]
    assert [row["because"] for row in found["explanations"]] == ["A coach crash."]
    assert [[row["because"] for row in cell.get("explanations", [])] for cell in cells] == [["A raid."], []]


SWAP = said_as("like_each_other", one={"en": "East", "zh": "东"}, two={"en": "West", "zh": "西"}, other="110101001",
               crossed="1.00", own="9.00", first=["recorded: 9 (5) / 5 (9)"], figures="1")  # fmt: skip


def test_what_is_of_a_whole_return_or_of_two_areas_is_shown_beside_each_figure_of_theirs(line: Line) -> None:
    whole = {"subject": "crime", "measure_id": "", "breakdown": ""}
    rows = [
        one("crime__nothing_swapped", "accepted", "They grew.", **whole, area_code="110101002", found=SWAP),
        one("crime__no_return_repeated", "accepted", "By chance.", **whole),
        one("crime__nothing_vanished", "accepted", "A new law.", **whole | {"breakdown": "kind=drugs"}),
    ]
    made = publish.candidate(line.home, line.catalog, explained(line, "run1", rows))
    (swap,) = [row for row in table(made.folder) if row["rule_id"] == "crime__nothing_swapped"]
    assert (swap["other"], swap["found_en"][:13], swap["found_zh"][:5]) == ("110101001", "East and West", "东 与 西")
    expected = {
        ("110101", "kind=all"): ["By chance."],
        ("110101", "kind=drugs"): ["A new law.", "By chance."],
        ("110101001", "kind=all"): ["They grew."],
        ("110101002", "kind=drugs"): ["They grew."],
    }
    with tracer(line.home) as opened:
        for (area, breakdown), because in expected.items():
            for measure in ("recorded", "cleared"):
                beside = opened.cells.explained("crime", measure, area, "2004", breakdown)
                assert sorted(row["because"] for row in beside["explanations"]) == because
            assert opened.cells.explained("crime", "recorded", area, "2003", breakdown) == {}
        assert opened.cells.explained("caseload", "accepted", "110101", "2004", "_T") == {}


def test_what_is_shown_of_several_figures_of_one_return_is_shown_once() -> None:
    row = dict.fromkeys((*explanations.SHOWN, "area_code", "period", "breakdown", "other"), "") | {"subject": "crime"}
    explained = explanations.by_figure([row, row | {"measure_id": "cleared", "because": "A raid."}])
    figures = [("crime", measure, "", "", "kind=all") for measure in ("recorded", "cleared")]
    assert [one["because"] for one in explanations.of_figures(explained, figures)] == ["", "A raid."]


def test_a_candidate_of_before_there_were_explanations_can_be_signed_off(line: Line) -> None:
    made = line.publish()
    manifest = json.loads((made.folder / "manifest.json").read_text())
    del manifest["checks"]["explained"]
    assert gates.again(line.catalog, made.folder, manifest) == []
    manifest["checks"]["warned"] += 1
    assert "counts its checks otherwise" in " ".join(gates.again(line.catalog, made.folder, manifest))
