"""What tables of other offices need: names within areas, balances, blocks of columns, printed rates alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import load
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict
from tests.unit.intake.conftest import DOCUMENTS, Rows, all_findings, csv_bytes, figures

TABLES = {
    "codelists/area.csv": """code,parent,level,name_en,name_zh,valid_from,valid_to,aliases
01,,province,Union,省,,,
0101,01,county,Alpha,甲县,,,
010101,0101,township,Washington,东镇,,,
010102,0101,township,Alpha,西镇,,,
0102,01,county,Beta,乙县,,,
010201,0102,township,Washington,北镇,,,
010202,0102,township,Union,南镇,,2001,
""",
    "area_events/old_into_east.yaml": """
event: old_into_east
kind: close
effective: 2002-01-01
area: "010202"
because: {en: x, zh: 某}
source: {en: x, zh: 某}
""",
    "returns/courts/balance.yaml": """
table: balance
office: courts
version: 1.0.0
title: {en: Balance, zh: 收结}
grain: {en: Each row is a court in a court year., zh: 每行是一个法院一个司法年度。}
reporting_unit: province
due: {every: year, days_after_end: 31, areas: [township], from: "2000-07-01/P1Y", owed: false, complete: false}
area: {header: Court, within: [{header: County, aliases: [縣]}]}
period: {header: Span}
measures:
  - {id: filed, title: {en: Filed, zh: 收}, unit: cases, over_time: sum}
  - {id: resolved, title: {en: Resolved, zh: 结}, unit: cases, over_time: sum}
  - {id: difference, title: {en: Difference, zh: 差}, unit: cases, over_time: sum, signed: true, maximum: 500}
rules:
  - id: difference
    check: resolved - filed = difference
    because: {en: It is the difference., zh: 即差额。}
file_names: ["balance-{year}-06"]
""",
    "returns/police/heads.yaml": """
table: heads
office: police
version: 1.0.0
title: {en: Heads, zh: 表头}
grain: {en: Each row is a year., zh: 每行是一年。}
reporting_unit: province
due: {every: year, days_after_end: 31, areas: [province], from: "2000"}
area: {fixed: "01"}
period: {header: Year, position: 1}
dimensions: [{id: kind, codelist: kind, optional: [theft]}]
blocks: {dimension: kind, codes: [all, drugs]}
measures:
  - {id: recorded, title: {en: Recorded, zh: 发生}, unit: cases, over_time: sum, additive_over: []}
  - {id: cleared, title: {en: Cleared, zh: 破获}, unit: cases, over_time: sum, additive_over: []}
reported:
  - {id: per_head, title: {en: Per head, zh: 人均}, decimals: 2}
ignored_headers: [""]
format: {header_within: 4}
""",
    "returns/police/printed.yaml": """
table: printed
office: police
version: 1.0.0
title: {en: Printed, zh: 公布}
grain: {en: Each row is a county., zh: 每行是一个县。}
reporting_unit: province
due: {every: year, days_after_end: 31, areas: [county], from: "2000"}
reported:
  - {id: rate, title: {en: Rate of something, zh: 某率}, decimals: 2}
""",
}
BALANCE = [
    ["County", "Court", "Span", "filed", "resolved", "difference"],
    ["Alpha", "Washington", "JULY 2003 -  JUNE 2004", "1,000", "700", "-300"],
    ["Alpha", "Alpha", "July 2003 - June 2004", "5", "9", "4"],
    ["0102", "Washington", "Jul 2003 – Jun 2004", "7", "7", "0"],
]
HEADS = [
    ["Table 1", "", "", "", "", "", "", ""],
    ["Year", "", "All", "", "", "", "Drugs", ""],
    ["", "", '"Recorded        \n"', "Cleared", "Per head", "Recorded", "Cleared", "Per head"],
    ["2004", "x", "30", "20", "1.50", "3", "1", "0.25"],
]
Judged = Callable[..., tuple[DeliveryVerdict, dict[tuple[str, ...], Any]]]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    root = tmp_path_factory.mktemp("documents")
    kept = {name: text for name, text in DOCUMENTS.items() if "rates" not in name and "clearance" not in name}
    for name, text in (kept | TABLES).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return Gate(load(root))


@pytest.fixture
def judged(gate: Gate, tmp_path: Path) -> Judged:
    def judge(rows: Rows, name: str, **declared: Any) -> tuple[DeliveryVerdict, dict[tuple[str, ...], Any]]:
        path = tmp_path / "delivered.csv"
        path.write_bytes(csv_bytes(rows))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        verdict, landings = gate.judge(str(path), name, {"prepared_on": "2005-01-20", **declared}, sha256)
        return verdict, figures(landing for _, landing in landings)

    return judge


def with_cell(rows: list[list[str]], row: int, column: int, text: str) -> Rows:
    return [[text if (r, c) == (row, column) else cell for c, cell in enumerate(line)] for r, line in enumerate(rows)]


def quoted(rows: Rows) -> Rows:
    return [[f'"{cell}"' if "," in cell else cell for cell in line] for line in rows]


def test_a_name_means_the_area_within_the_other(judged: Judged) -> None:
    verdict, found = judged(quoted(BALANCE), "balance-2004-06.csv")
    assert verdict.verdict == "accepted", [sentence(one, "en") for one in all_findings(verdict)]
    assert (verdict.submissions[0].period, all_findings(verdict)) == ("2003-07-01/P1Y", [])
    filed = {area: value[0] for (_, measure, area, *_), value in found.items() if measure == "filed"}
    assert filed == {"010101": 1000, "010102": 5, "010201": 7}


@pytest.mark.parametrize(
    ("row", "column", "text", "code", "cell", "says"),
    [
        (1, 0, "Gamma", "area_unknown", "A2", "“Gamma” is no area"),
        (1, 0, "Alpah", "area_unknown", "A2", "The nearest known area is 0101 Alpha"),
        (1, 0, "", "area_empty", "A2", "The area of the row is missing"),
        (1, 0, "Alpha①", "footnote_mark", "A2", "carries a footnote mark"),
        (1, 1, "Washingtown", "area_not_within", "B2", "The nearest known area there is 010101 Washington"),
        (3, 1, "010101", "area_not_within", "B4", "“010101” is no area of Beta that existed in 2003-07-01/P1Y"),
        (3, 1, "Union", "area_not_within", "B4", "is no area of Beta"),
        (3, 1, "Beta", "area_not_within", "B4", "is no area of Beta"),
        (3, 1, "010202", "area_not_valid", "B4", "did not exist at the end"),
    ],
)
def test_names_that_do_not_fit(
    judged: Judged, row: int, column: int, text: str, code: str, cell: str, says: str
) -> None:
    verdict, _ = judged(quoted(with_cell(BALANCE, row, column, text)), "balance-2004-06.csv")
    (found,) = all_findings(verdict)
    assert (found.code, found.cell) == (code, cell)
    assert says in sentence(found, "en") and "{" not in sentence(found, "zh")


def test_the_outer_column_is_missed(judged: Judged) -> None:
    verdict, _ = judged(quoted([line[1:] for line in BALANCE]), "balance-2004-06.csv")
    assert "County" in {one.header for one in all_findings(verdict) if one.code == "column_missing"}


def test_areas_that_come_and_go_are_not_missed_and_rows_of_those_there_are(judged: Judged) -> None:
    verdict, _ = judged(quoted(BALANCE[:2]), "balance-2004-06.csv")
    assert (verdict.verdict, all_findings(verdict)) == ("accepted", [])


@pytest.mark.parametrize(("text", "value"), [("-300", -300), ("−300", -300), ("(300)", -300), ("300-", -300)])
def test_a_balance_may_be_below_nothing(judged: Judged, text: str, value: int) -> None:
    verdict, found = judged(quoted(with_cell(BALANCE, 1, 5, text)), "balance-2004-06.csv")
    assert verdict.verdict == "accepted"
    assert found["balance", "difference", "010101", "2003-07-01/P1Y", "_T"] == (value, "A", "")


def test_a_balance_that_is_none_breaks_its_rule(judged: Judged) -> None:
    verdict, _ = judged(quoted(with_cell(BALANCE, 1, 5, "300")), "balance-2004-06.csv")
    assert [one.code for one in all_findings(verdict)] == ["rule_broken"]


def test_only_balances_go_below_nothing_and_not_beyond_their_maximum(judged: Judged) -> None:
    verdict, _ = judged(quoted(with_cell(BALANCE, 2, 3, "-5")), "balance-2004-06.csv")
    assert "number_negative" in {one.code for one in all_findings(verdict)}
    verdict, _ = judged(quoted(with_cell(BALANCE, 1, 5, "-501")), "balance-2004-06.csv")
    assert "number_too_large" in {one.code for one in all_findings(verdict)}


def test_the_year_in_the_name_is_that_of_the_end(judged: Judged) -> None:
    verdict, _ = judged(quoted(BALANCE), "balance-2003-06.csv")
    found = all_findings(verdict)
    assert {(one.code, one.expected) for one in found} == {("period_wrong", "2002-07-01/P1Y")}


def test_blocks_take_the_codes_in_their_order(judged: Judged) -> None:
    verdict, found = judged(HEADS, "heads.csv", table="heads")
    assert verdict.verdict == "accepted", [sentence(one, "en") for one in all_findings(verdict)]
    assert {(key[1], key[4]): value[0] for key, value in found.items()} == {
        ("recorded", "kind=all"): 30, ("cleared", "kind=all"): 20, ("per_head", "kind=all"): Decimal("1.50"),
        ("recorded", "kind=drugs"): 3, ("cleared", "kind=drugs"): 1, ("per_head", "kind=drugs"): Decimal("0.25"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (lambda rows: with_cell(rows, 1, 6, "Theft"), "header_blocks", "name all, theft; expected are all, drugs"),
        (lambda rows: with_cell(rows, 1, 6, ""), "header_blocks", "name all; expected are all, drugs"),
        (lambda rows: [line[:5] for line in rows], "header_blocks", "in 1 blocks"),
        (lambda rows: [[*line, *line[5:]] for line in rows], "header_blocks", "in 3 blocks"),
        (lambda rows: [line[:5] + line[6:] for line in rows], "column_missing", "“recorded (drugs)” is missing"),
        (lambda rows: [line[:6] + line[7:] for line in rows], "column_missing", "“cleared (drugs)” is missing"),
    ],
)
def test_blocks_that_are_not_as_the_contract_says(
    judged: Judged, change: Callable[[Rows], Rows], code: str, says: str
) -> None:
    verdict, _ = judged(change(HEADS), "heads.csv", table="heads")
    assert verdict.verdict == "rejected"
    found = [sentence(one, "en") for one in all_findings(verdict) if one.code == code]
    assert any(says in one for one in found), [sentence(one, "en") for one in all_findings(verdict)]


def test_with_a_column_for_the_codes_there_are_no_blocks(judged: Judged) -> None:
    rows = [["Year", "kind", "recorded", "cleared"], ["2004", "all", 30, 20], ["2004", "drugs", 3, 1]]
    verdict, found = judged([*rows, ["2004", "theft", 3, 1]], "heads.csv", table="heads")
    assert verdict.verdict == "accepted"
    assert found["heads", "recorded", "01", "2004", "kind=drugs"][0] == 3


def test_a_table_of_printed_rates_alone(judged: Judged) -> None:
    rows = [["area_code", "period", "Rate of something"], ["0101", "2004", "1.25"], ["0102", "2004", "0.5"]]
    verdict, found = judged(rows, "printed.csv", table="printed")
    assert verdict.verdict == "accepted"
    assert {key[1:3]: value[0] for key, value in found.items()} == {
        ("rate", "0101"): Decimal("1.25"), ("rate", "0102"): Decimal("0.5"),
    }  # fmt: skip
    verdict, _ = judged(rows[:2], "printed.csv", table="printed")
    assert [one.code for one in all_findings(verdict)] == ["area_missing"]


NOTED = [*HEADS[:2], ["", "", "Recorded①", "Cleared", "Per head²", "Recorded", "Cleared", "Per head"]]
BELOW = [["Note: recorded by the police."], ["① Whenever committed", "", "", "", "", "", "", ""]]


def test_notes_are_refused_unless_the_contract_expects_them(gate: Gate, judged: Judged) -> None:
    rows = [*NOTED, ["Jahr", "", *["Fälle", "geklärt", "je Kopf"] * 2], *HEADS[3:], *BELOW]
    verdict, _ = judged(rows, "heads.csv", table="heads")
    assert verdict.verdict == "rejected"
    plan = gate.keys("heads").plan
    form = plan.format
    plan.format = form.model_copy(update={"notes": True})
    try:
        verdict, found = judged(rows, "heads.csv", table="heads")
        assert (verdict.verdict, all_findings(verdict)) == ("accepted", [])
        assert found["heads", "recorded", "01", "2004", "kind=all"][0] == 30
        for cells in (["", "", "31"], ["later", "", "≥ 31"], ["", "", "", "", "0.1"]):
            verdict, _ = judged([*rows, [*cells, *[""] * (8 - len(cells))]], "heads.csv", table="heads")
            assert verdict.verdict != "accepted", cells
    finally:
        plan.format = form
