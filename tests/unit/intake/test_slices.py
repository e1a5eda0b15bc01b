"""Submissions within a delivery: by period and unit, partial, held keys, control totals, printed rates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.intake.conftest import (
    Judge,
    Rows,
    all_findings,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    fault_of,
    hash_of,
    only,
)


def test_many_periods_and_units_in_one_file(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    other = [["010201", "2004", 1, 2, 3, 0], ["010202", "2004", 0, 0, 0, 0]]
    earlier = [[row[0], "2003", *row[2:]] for row in rows[1:]]
    broken = [["010201", "2003", 1, 2, 3, 99], ["010202", "2003", 0, 0, 0, 0]]
    data = csv_bytes([*rows, *other, *earlier, *broken])
    verdict, figures = judge_bytes(data, "all.csv", table="caseload", prepared_on="2005-01-20")
    assert verdict.verdict == "partly"
    assert {(one.period, one.unit): one.verdict for one in verdict.submissions} == {
        ("2004", "0101"): "accepted",
        ("2004", "0102"): "accepted",
        ("2003", "0101"): "accepted",
        ("2003", "0102"): "rejected",
    }
    assert not any(area.startswith("0102") and period == "2003" for _, _, area, period, _ in figures)


def test_a_row_of_no_known_area_rejects_every_unit_of_its_period(judge_bytes: Judge) -> None:
    rows = [
        *caseload_rows(),
        ["010201", "2004", 1, 2, 3, 0],
        ["010202", "2004", 0, 0, 0, 0],
        ["xx", "2004", 0, 0, 0, 0],
    ]
    verdict, _ = judge_bytes(csv_bytes(rows), "all.csv", table="caseload", prepared_on="2005-01-20")
    assert verdict.verdict == "rejected"
    assert [one.findings[0].code for one in verdict.submissions] == ["area_unknown", "area_unknown"]


def test_partial_needs_no_more_than_its_rows(judge_bytes: Judge) -> None:
    data = csv_bytes(crime_rows()[:2])
    assert judge_bytes(data)[0].verdict == "rejected"
    verdict, figures = judge_bytes(data, partial=True)
    assert verdict.verdict == "accepted" and len(figures) == 3
    assert verdict.submissions[0].declared.partial is True


def test_identity_of_a_submission(judge_bytes: Judge) -> None:
    data = csv_bytes(crime_rows())
    ids = [judge_bytes(data, **declared)[0].submissions[0].submission_id for declared in ({}, {}, {"revision": 1})]
    assert ids[0] == ids[1] != ids[2]


RATES: Rows = [
    ["1", "2", "3", "4"],
    ["code", "accepted", "concluded", "clearance %"],
    ["101", "1.000", "500", "50,0"],
    ["102", "4", "3", "75"],
]


def _rates(judge: Judge, rows: Rows, **declared: Any) -> Any:
    return judge(csv_bytes(rows, "iso-8859-1", ";"), "rates 民國92年.csv", **{"prepared_on": "2004-01-20", **declared})


def test_a_foreign_format_by_its_document_alone(judge_bytes: Judge) -> None:
    verdict, figures = _rates(judge_bytes, RATES)
    assert verdict.verdict == "accepted", codes(verdict)
    assert verdict.submissions[0].period == "2003"
    assert figures["rates", "accepted", "0101", "2003", "_T"] == (1000, "A", "")
    assert str(figures["rates", "clearance_reported", "0101", "2003", "_T"][0]) == "50.0"


def test_reported_rates_may_be_undefined_and_are_optional(judge_bytes: Judge) -> None:
    rows = [list(row) for row in RATES]
    rows[2][3], rows[3][3] = "#DIV/0!", "x"
    verdict, _ = _rates(judge_bytes, rows)
    assert (only(verdict).code, only(verdict).cell) == ("rate_text", "D4")
    rows[3][3] = ""
    _, figures = _rates(judge_bytes, rows)
    assert figures["rates", "clearance_reported", "0101", "2003", "_T"] == (None, "M", "")
    assert figures["rates", "clearance_reported", "0102", "2003", "_T"] == (None, "O", "")
    verdict, figures = _rates(judge_bytes, [row[:3] for row in RATES])
    assert verdict.verdict == "accepted" and len(figures) == 4


def test_hold_keeps_both_rows_of_a_key_and_says_so(judge_bytes: Judge) -> None:
    verdict, figures = _rates(judge_bytes, [*RATES, ["0101", "7", "7", "100"]])
    assert verdict.verdict == "accepted"
    (found,) = all_findings(verdict)
    assert (found.code, found.severity, found.row, found.places["first"]) == ("key_held", "warning", 5, 3)
    assert {area: figure[2] for (_, _, area, _, _), figure in figures.items()} == {"0101": "held", "0102": ""}


@pytest.mark.parametrize("total", [["合计", "", 60, 24, ""], ["合计", "", 120, 48, 91], ["合计", "", 30, 12, ""]])
def test_control_totals_in_the_ways_offices_add_up(judge_bytes: Judge, total: list[Any]) -> None:
    expected = hash_of(judge_bytes, csv_bytes(crime_rows()))
    rows = crime_rows()
    sums = {at: sum(int(row[at]) for row in rows[1:]) for at in (2, 3, 4)}
    assert (sums[2], sums[3], sums[4]) == (120, 48, 94)
    total = [94 if cell == 91 else cell for cell in total]
    assert hash_of(judge_bytes, csv_bytes([*rows, total])) == expected


def test_a_control_total_that_nothing_adds_up_to(judge_bytes: Judge) -> None:
    found = fault_of(judge_bytes, [*crime_rows(), ["合计", "合计", 121, "", ""]])
    assert (found.code, found.cell, found.found, found.expected) == (
        "control_total_wrong",
        "C11",
        "121",
        "120",
    )


def test_a_control_total_of_one_code(judge_bytes: Judge) -> None:
    assert judge_bytes(csv_bytes([*crime_rows(), ["合计", "drugs", 9, 3, 6]]))[0].verdict == "accepted"
    assert fault_of(judge_bytes, [*crime_rows(), ["合计", "drugs", 10, 3, 6]]).code == "control_total_wrong"
