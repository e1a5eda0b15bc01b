"""Tables of months: year and month in two columns, a column that says what is final, estimates, copies of a key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts import load
from pipelines.contracts.programme import Format
from pipelines.intake.gate import Gate
from pipelines.intake.numbers import Figures
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict
from tests.unit.intake.conftest import DOCUMENTS, Rows, all_findings, csv_bytes

TABLE = """
table: monthly
office: police
version: 1.0.0
title: {en: Months, zh: 月报}
grain: {en: Each row is a county in a month., zh: 每行是一个县一个月。}
reporting_unit: province
due: {every: month, days_after_end: 31, areas: [county], from: "2003-01", owed: false}
period: {header: Year, calendar: CALENDAR, month: {header: Month, aliases: [月份]}}
status: {header: Phase, aliases: [阶段], codes: {"2": provisional, "3": final, Entwurf: provisional}}
duplicates: hold
measures:
  - {id: thefts, title: {en: Thefts, zh: 盗窃}, unit: cases, over_time: sum}
  - {id: people, title: {en: People, zh: 人口}, unit: persons, over_time: last, fractional: true}
reported:
  - {id: rate, title: {en: Rate, zh: 比率}, decimals: 1}
file_names: ["monthly_{prepared_on}"]
"""
ROWS = [
    ["area_code", "Year", "Month", "Phase", "thefts", "people", "rate"],
    ["0101", "2004", "3", "3", "1", "10", "1.5"],
    ["0102", "2004", "03", "2", "2", "20.6", "2.5"],
]
Figure = tuple[object, str, str]
Judged = Callable[..., tuple[DeliveryVerdict, list[tuple[tuple[str, ...], Figure]]]]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return made(tmp_path_factory.mktemp("documents"), "gregorian")


def made(root: Path, calendar: str) -> Gate:
    kept = {name: text for name, text in DOCUMENTS.items() if "rates" not in name and "clearance" not in name}
    table = TABLE.replace("CALENDAR", calendar) + "format: {thousands: [], decimal: '.'}\n"
    for name, text in (kept | {"returns/police/monthly.yaml": table}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return Gate(load(root))


@pytest.fixture
def judged(gate: Gate, tmp_path: Path) -> Judged:
    def judge(rows: Rows, gate: Gate = gate) -> tuple[DeliveryVerdict, list[tuple[tuple[str, ...], Figure]]]:
        path = tmp_path / "delivered.csv"
        path.write_bytes(csv_bytes(rows))
        verdict, landings = gate.judge(str(path), "monthly_2005-01-20.csv", {}, "0" * 64)
        return verdict, [
            ((landing.period, measure, area), (reported if value is None else value, status, qualifier))
            for _, landing in landings
            for measure, *columns in landing.runs()
            for area, _, value, reported, status, qualifier, *_ in zip(*columns, strict=True)
        ]

    return judge


def changed(*cells: tuple[int, int, str]) -> Rows:
    rows = [list(row) for row in ROWS]
    for row, column, text in cells:
        rows[row][column] = text
    return rows


def test_year_and_month_make_the_period_and_the_phase_the_status(judged: Judged) -> None:
    verdict, found = judged(ROWS)
    figures = dict(found)
    assert (verdict.verdict, [one.period for one in verdict.submissions]) == ("accepted", ["2004-03"])
    assert figures["2004-03", "thefts", "0101"] == (1, "A", "")
    assert figures["2004-03", "thefts", "0102"] == (2, "P", "")
    assert figures["2004-03", "rate", "0102"][1] == "P"
    assert figures["2004-03", "people", "0102"] == (21, "E", "estimated"), "an estimate is more than provisional"


@pytest.mark.parametrize(
    ("row", "column", "text", "code", "cell", "words"),
    [
        (2, 2, "13", "month_unreadable", "C3", "“13” is not a month"),
        (2, 2, "", "month_unreadable", "C3", "Write its number, 1 to 12"),
        (2, 2, "3²", "month_unreadable", "C3", "is not a month"),
        (2, 1, "", "period_empty", "B3", "missing"),
        (2, 1, "MMIV", "period_unreadable", "B3", "“MMIV” is not a period"),
        (2, 3, "9", "status_unknown", "D3", "Write one of: 2, 3, Entwurf"),
        (2, 3, "", "status_unknown", "D3", "does not say whether the row is final"),
    ],
)
def test_cells_that_say_no_month_or_status(
    judged: Judged, row: int, column: int, text: str, code: str, cell: str, words: str
) -> None:
    verdict, _ = judged(changed((row, column, text)))
    (found,) = [one for one in all_findings(verdict) if one.code == code]
    assert verdict.verdict == "rejected" and found.cell == cell and words in sentence(found, "en")


def test_words_of_a_status_are_read_without_case(judged: Judged) -> None:
    assert dict(judged(changed((1, 3, "ENTWURF")))[1])["2004-03", "thefts", "0101"] == (1, "P", "")


@pytest.mark.parametrize(("column", "header"), [(1, "Year"), (2, "Month"), (3, "Phase")])
def test_a_column_that_lacks_is_named(judged: Judged, column: int, header: str) -> None:
    verdict, _ = judged([[cell for at, cell in enumerate(row) if at != column] for row in ROWS])
    assert (verdict.verdict, header in {one.header for one in all_findings(verdict)}) == ("rejected", True)


def test_years_of_the_republic_with_months(judged: Judged, tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][1], rows[2][1], rows[1][2] = "民國 93年", "93", "3月"
    verdict, _ = judged(rows, made(tmp_path / "roc", "roc"))
    assert (verdict.verdict, [one.period for one in verdict.submissions]) == ("accepted", ["2004-03"])


def test_copies_of_a_key_land_as_held_in_any_order_of_rows(judged: Judged) -> None:
    copy = ["0101", "2004", "3", "3", "7", "70", "7.5"]
    first, found = judged([*ROWS, copy])
    again, _ = judged([ROWS[0], copy, *ROWS[1:]])
    assert first.verdict == "accepted" and {one.code for one in all_findings(first)} == {"key_held"}
    assert [figure for key, figure in found if key[1:] == ("thefts", "0101")] == [(1, "A", "held"), (7, "A", "held")]
    assert [figure for key, figure in found if key[1:] == ("thefts", "0102")] == [(2, "P", "")]
    hashes = {one.content_hash for verdict in (first, again) for one in verdict.submissions}
    assert len(hashes) == 1, "equal contents, whichever row stands first"


def test_copies_in_the_long_shape(judged: Judged) -> None:
    rows: list[list[Any]] = [["area_code", "Year", "Month", "Phase", "measure", "value"]]
    rows += [
        [area, "2004", "3", "3", name, n] for area in ("0101", "0102") for name, n in (("thefts", 1), ("people", 9))
    ]
    verdict, found = judged([*rows, ["0101", "2004", "3", "3", "thefts", 5]])
    assert verdict.verdict == "accepted", all_findings(verdict)
    assert [value for key, (value, _, how) in found if key[1:] == ("thefts", "0101") and how == "held"] == [1, 5]
    assert not [key for key, (_, _, how) in found if key[2] == "0102" and how]


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=12))
def test_an_estimate_is_the_nearest_whole_number(whole: int, decimals: str) -> None:
    read = Figures(Format(thousands=[], decimal=","), fractional=True)
    value, status, qualifier, fault = read[f"{whole},{decimals}"]
    twice = 2 * (whole * 10 ** len(decimals) + int(decimals))
    assert value == (twice + 10 ** len(decimals)) // (2 * 10 ** len(decimals)) and not fault
    assert (status, qualifier) == (("E", "estimated") if int(decimals) else ("A", ""))


def test_a_count_with_decimals_stays_a_fault() -> None:
    assert Figures(Format(thousands=[], decimal=","))["12,5"][3] == "number_decimal"
