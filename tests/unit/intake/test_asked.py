"""Columns named by their position, measures asked for in some periods, rows of column numbers, codes of a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.contracts import load
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict
from tests.unit.intake.conftest import DOCUMENTS, all_findings, csv_bytes, figures, only

TABLE = """
table: stock
office: police
version: 1.0.0
title: {en: Stock, zh: 存量}
grain: {en: Each row is a kind in an area., zh: 每行一类。}
reporting_unit: province
due: {every: year, days_after_end: 31, areas: [county], from: "2000"}
dimensions: [{id: kind, codelist: kind, pad: 3, codes: [all, theft, "007"], optional: ["007"]}]
measures:
  - {id: officers, title: {en: Officers, zh: 警员}, unit: persons, over_time: last}
  - id: people
    title: {en: People, zh: 人口}
    unit: persons
    over_time: last
    position: 5
    from: "2003"
    until: "2004"
rules:
  - {id: fewer, check: officers <= people, because: {en: Officers are people., zh: 警员也是人口。}}
ignored_headers: [""]
format: {number_row: true, header_within: 3}
"""
HEADER = ["area_code", "kind", "officers", "", ""]
ROWS = [
    ["0101", "all", 5, "x", 20],
    ["0101", "theft", 2, "x", 20],
    ["0102", "all", 4, "", 30],
    ["0102", "theft", 1, "", 30],
]

Judged = tuple[DeliveryVerdict, dict[tuple[str, ...], Any]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Judged]:
    root = tmp_path_factory.mktemp("asked")
    kinds = DOCUMENTS["codelists/kind.csv"] + "007,all,Seven,七,,,\n"
    for name, text in (DOCUMENTS | {"returns/police/stock.yaml": TABLE, "codelists/kind.csv": kinds}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.lstrip("\n"), encoding="utf-8")
    gate = Gate(load(root))

    def judge(rows: list[list[Any]], period: str = "2003") -> Judged:
        path = root / "delivered.csv"
        path.write_bytes(csv_bytes(rows))
        options = {"table": "stock", "prepared_on": "2010-01-20"} | ({"period": period} if period else {})
        verdict, landings = gate.judge(str(path), "delivered.csv", options, "0" * 64)
        return verdict, figures(landing for _, landing in landings)

    return judge


def test_a_column_without_a_header_is_read_by_its_position(judge: Callable[..., Judged]) -> None:
    verdict, landed = judge([HEADER, *ROWS])
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert landed["stock", "people", "0102", "2003", "kind=theft"] == (30, "A", "")
    assert len(landed) == 8


def test_a_header_wins_over_the_position(judge: Callable[..., Judged]) -> None:
    rows = [["area_code", "kind", "officers", "people", ""], *([*row[:3], 40, row[4]] for row in ROWS)]
    verdict, landed = judge(rows)
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert {value for (_, measure, *_), (value, _, _) in landed.items() if measure == "people"} == {40}


def test_a_named_column_at_that_position_is_not_taken_for_it(judge: Callable[..., Judged]) -> None:
    rows = [["area_code", "kind", "", "", "officers"], *([*row[:2], "", "", row[2]] for row in ROWS)]
    found = only(judge(rows)[0])
    assert (found.code, found.header) == ("column_missing", "people")


def test_a_measure_is_missed_only_where_it_is_asked_for(judge: Callable[..., Judged]) -> None:
    rows = [row[:4] for row in [HEADER, *ROWS]]
    for period in ("2002", "2005"):
        verdict, landed = judge(rows, period)
        assert verdict.verdict == "accepted", all_findings(verdict)
        assert {measure for _, measure, *_ in landed} == {"officers"}
    found = only(judge(rows, "2003")[0])
    assert (found.code, found.header) == ("column_missing", "people")
    assert "It may stand without a header as column E." in sentence(found, "en")
    assert "E 列" in sentence(found, "zh")


def test_outside_its_periods_a_position_means_nothing(judge: Callable[..., Judged]) -> None:
    verdict, landed = judge([HEADER, *ROWS], "2005")
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert len(landed) == 4


def test_outside_its_periods_a_named_column_stays_empty(judge: Callable[..., Judged]) -> None:
    header = ["area_code", "kind", "officers", "people"]
    verdict, landed = judge([header, *([*row[:3], ""] for row in ROWS)], "2005")
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert len(landed) == 4
    found = only(judge([header, *([*row[:3], ""] for row in ROWS[:3]), ["0102", "theft", 1, 9]], "2005")[0])
    assert (found.code, found.cell, found.found) == ("not_asked_for", "D5", "9")
    assert "asked for from 2003 to 2004 only, not in 2005" in sentence(found, "en")


def test_where_rows_say_the_period_each_is_held_against_its_own(judge: Callable[..., Judged]) -> None:
    def rows(width: int) -> list[list[Any]]:
        found = [[*HEADER, "period"], *([*row, year] for year in (2004, 2005) for row in ROWS)]
        if width < 5:
            found = [[*row[:width], row[5]] for row in found]
        else:
            found[5:] = [[*row[:4], "", row[5]] for row in found[5:]]
        return found

    verdict, landed = judge(rows(5), "")
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert {period for _, measure, _, period, _ in landed if measure == "people"} == {"2004"}
    verdict, landed = judge(rows(3), "")
    assert {one.period: one.verdict for one in verdict.submissions} == {"2004": "rejected", "2005": "accepted"}
    assert [(one.code, one.header) for one in all_findings(verdict)] == [("column_missing", "people")]


def test_rules_that_need_it_are_undecided_without_it_and_hold_with_it(judge: Callable[..., Judged]) -> None:
    rows = [[*row[:2], 99, *row[3:]] for row in ROWS]
    assert judge([[*HEADER[:4]], *(row[:4] for row in rows)], "2005")[0].verdict == "accepted"
    assert {one.code for one in all_findings(judge([HEADER, *rows])[0])} == {"rule_broken"}


def test_rows_of_column_numbers_are_passed_over_wherever_they_stand(judge: Callable[..., Judged]) -> None:
    numbers = [["1", "2", "3", "4", "5"], ["1", "2", "3", "", ""]]
    verdict, landed = judge([numbers[0], HEADER, numbers[1], *ROWS, numbers[0]])
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert len(landed) == 8
    wrong = judge([HEADER, *ROWS, ["1", "2", "4", "", ""]])[0]
    assert {one.code for one in all_findings(wrong)} == {"code_unknown", "area_unknown"}


def test_codes_of_the_table_alone_are_known_and_optional_ones_may_lack(judge: Callable[..., Judged]) -> None:
    verdict, landed = judge([HEADER, *ROWS, ["0101", "7", 1, "", 20]])
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert ("stock", "officers", "0101", "2003", "kind=007") in landed
    assert only(judge([HEADER, *ROWS, ["0101", "drugs", 1, "", 20]])[0]).code == "code_unknown"
    assert only(judge([HEADER, *ROWS[:3]])[0]).code == "row_missing"
