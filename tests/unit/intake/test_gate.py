"""The gate, one delivery at a time: what is accepted lands whole, and each fault has its sentence and its cell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake.gate import Gate
from pipelines.intake.receipts import as_dict, as_text
from pipelines.intake.verdicts import Finding, from_json, to_json
from tests.unit.intake.conftest import (
    Judge,
    Rows,
    all_findings,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    only,
)

CASELOAD = "caseload_0101_2004_2005-01-20.csv"


def _hash(judge: Judge, data: bytes, name: str = "crime_0101_2004_2005-01-20.csv", **declared: Any) -> str:
    verdict, _ = judge(data, name, **declared)
    assert verdict.verdict == "accepted", codes(verdict)
    return verdict.submissions[0].content_hash


def test_a_sound_return_lands_whole(judge_bytes: Judge) -> None:
    verdict, figures = judge_bytes(csv_bytes(crime_rows()))
    (one,) = verdict.submissions
    assert (verdict.verdict, one.office, one.table, one.period, one.unit) == (
        "accepted",
        "police",
        "crime",
        "2004",
        "0101",
    )
    assert one.figures == len(figures) == 27
    assert one.declared.prepared_on == "2005-01-20"
    assert (one.declared.revision, one.declared.partial, one.declared.coverage_months) == (0, False, 12)
    assert one.contract_version == "1.2.0" and len(one.contract_hash) == 64
    assert figures["crime", "recorded", "010102", "2004", "kind=theft"] == (7, "A", "")


def test_the_verdict_survives_json(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[1][2] = "x"
    verdict, _ = judge_bytes(csv_bytes(rows))
    assert from_json(json.loads(json.dumps(to_json(verdict)))) == verdict


# --- one fault at a time -------------------------------------------------------------------------------------------------


def _fault(judge: Judge, rows: Rows, name: str = "crime_0101_2004_2005-01-20.csv") -> Finding:
    verdict, figures = judge(csv_bytes(rows), name)
    assert not figures, "nothing of a rejected submission lands"
    return only(verdict)


def test_missing_column(judge_bytes: Judge) -> None:
    found = _fault(judge_bytes, [row[:-1] for row in crime_rows()])
    assert (found.code, found.header, found.nearest) == ("column_missing", "suspects", "")


def test_renamed_column_names_the_likely_new_name(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[0][4] = "suspects_total"
    verdict, _ = judge_bytes(csv_bytes(rows))
    by_code = {one.code: one for one in all_findings(verdict)}
    assert by_code.keys() == {"column_missing", "column_unknown"}
    assert by_code["column_missing"].nearest == "suspects_total"
    assert by_code["column_missing"].places["at"] == "E"
    assert (by_code["column_unknown"].cell, by_code["column_unknown"].nearest) == ("E1", "suspects")


def test_values_of_an_unknown_column_appear_nowhere(judge_bytes: Judge, gate: Gate) -> None:
    rows = [[*row, "SECRET-4711"] for row in crime_rows()]
    rows[0][-1] = "inspector"
    verdict, figures = judge_bytes(csv_bytes(rows))
    assert only(verdict).code == "column_unknown"
    told = json.dumps(as_dict(verdict), ensure_ascii=False)
    told += as_text(gate.catalog, verdict, None, "en") + as_text(gate.catalog, verdict, None, "zh")
    assert "inspector" in told
    assert "SECRET" not in told + repr(figures) + repr(verdict)


def test_values_of_an_ignored_column_are_not_read(judge_bytes: Judge) -> None:
    rows = [[*row, "SECRET-4711"] for row in crime_rows()]
    rows[0][-1] = "备注"
    verdict, figures = judge_bytes(csv_bytes(rows))
    assert verdict.verdict == "accepted"
    assert "SECRET" not in repr(verdict) + repr(figures)


def test_a_file_without_a_header_does_not_give_its_first_row_away(judge_bytes: Judge) -> None:
    rows = [["010101", "Ms SECRET", 5], ["010102", "Mr SECRET", 6]]
    found = _fault(judge_bytes, rows)
    assert found.code == "header_not_found"
    assert "SECRET" not in repr(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("many", "number_text"),
        ("-1", "number_negative"),
        ("4.5", "number_decimal"),
        ("", "number_empty"),
        ("6000", "number_too_large"),
    ],
)
def test_cells_that_are_no_figure(judge_bytes: Judge, text: str, code: str) -> None:
    rows = crime_rows()
    rows[4][4] = text
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell, found.row, found.column) == (code, "E5", 5, 5)
    assert (found.found, found.header) == (text, "suspects")


def test_part_greater_than_its_whole(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[6][3], rows[4][3] = 4, 11  # drugs in the east: 4 cleared of 3; the total kept equal to its parts
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell) == ("rule_broken", "D7")
    assert (found.found, found.expected) == ("cleared = 4", "≤ recorded = 3")


def test_parts_must_add_up_to_their_total(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[4][2] = 21
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell, found.found, found.expected) == ("sum_wrong", "C5", "21", "20")
    assert found.places["parts"] == "C6, C7"


def test_persons_need_not_add_up(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[4][4] = 999
    assert judge_bytes(csv_bytes(rows))[0].verdict == "accepted"


def test_an_identity_within_a_row(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[1][5] = 8
    found = _fault(judge_bytes, rows, CASELOAD)
    assert (found.code, found.cell, found.expected) == ("rule_broken", "C2", "= pending_at_end = 8")
    assert found.found == "pending_at_start + accepted - concluded = 7"


def test_a_warning_does_not_reject(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[1][2:] = [50, 0, 40, 10]
    verdict, figures = judge_bytes(csv_bytes(rows), CASELOAD)
    assert verdict.verdict == "accepted" and len(figures) == 8
    assert [(one.code, one.severity) for one in all_findings(verdict)] == [("rule_broken", "warning")]


def test_a_missing_figure_leaves_a_rule_undecided(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[1][5] = ".."
    verdict, figures = judge_bytes(csv_bytes(rows), CASELOAD)
    assert verdict.verdict == "accepted"
    assert figures["caseload", "pending_at_end", "010101", "2004", "_T"] == (None, "L", "")


def test_at_least_leaves_open_what_it_may_explain(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[1][3] = "≥19"  # 5 + at least 19 - 18 = 7: true if it was 20
    verdict, figures = judge_bytes(csv_bytes(rows), CASELOAD)
    assert verdict.verdict == "accepted"
    assert figures["caseload", "accepted", "010101", "2004", "_T"] == (19, "A", "at_least")
    rows[1][3] = "≥21"  # at least 8, yet 7 are stated
    assert _fault(judge_bytes, rows, CASELOAD).code == "rule_broken"


def test_duplicate_key_names_both_rows(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows.append(list(rows[3]))
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell, found.found, found.places["first"]) == ("key_twice", "A11", "0101", 4)


def test_missing_expected_rows(judge_bytes: Judge) -> None:
    rows = crime_rows()
    found = _fault(judge_bytes, rows[:-1])
    assert (found.code, found.places["area"]) == ("row_missing", "010102")
    found = _fault(judge_bytes, rows[:-3])
    assert (found.code, found.places["area"], found.places["name_zh"]) == ("area_missing", "010102", "西镇")


def test_an_area_that_ended_is_neither_due_nor_accepted(judge_bytes: Judge) -> None:
    rows = crime_rows() + [["010103", kind, 0, 0, 0] for kind in ("all", "theft", "drugs")]
    verdict, _ = judge_bytes(csv_bytes(rows))
    assert set(codes(verdict)) == {"area_not_valid"}
    verdict, _ = judge_bytes(csv_bytes(rows), "crime_0101_2001_2002-01-20.csv")
    assert verdict.verdict == "accepted"


def test_wrong_year(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[2][1] = "2003"
    found = _fault(judge_bytes, rows, CASELOAD)
    assert (found.code, found.cell, found.found, found.expected) == ("period_wrong", "B3", "2003", "2004")


def test_a_month_in_a_yearly_table(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[2][1] = "2004-07"
    assert _fault(judge_bytes, rows, CASELOAD).code == "period_frequency"


def test_no_row_can_be_identified(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    for row in rows[1:]:
        row[0], row[1] = "?", "last year"
    verdict, _ = judge_bytes(csv_bytes(rows), "x.csv", table="caseload", prepared_on="2005-01-20")
    assert verdict.verdict == "rejected" and set(codes(verdict)) == {"period_unreadable"}
    assert [(one.period, one.unit) for one in verdict.submissions] == [("", "")]


def test_no_period_anywhere(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), "x.csv", table="crime", prepared_on="2005-01-20")
    assert only(verdict).code == "period_missing"


@pytest.mark.parametrize(
    ("area", "code", "nearest"),
    [
        ("010109", "area_unknown", "010102"),
        ("", "area_empty", ""),
        ("01", "area_above_unit", ""),
        ("010201", "area_outside_unit", ""),
    ],
)
def test_areas_that_cannot_be(judge_bytes: Judge, area: str, code: str, nearest: str) -> None:
    rows = caseload_rows()
    rows[2][0] = area
    found = _fault(judge_bytes, rows, CASELOAD)
    assert (found.code, found.cell, found.found, found.nearest) == (code, "A3", area, nearest)


def test_an_unknown_code_and_its_nearest(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[3][1] = "drug"
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell, found.nearest, found.header) == ("code_unknown", "B4", "drugs", "kind")


def test_areas_and_codes_by_name(judge_bytes: Judge) -> None:
    rows = crime_rows()
    expected = _hash(judge_bytes, csv_bytes(rows))
    names = {
        "0101": "甲县",
        "010101": "东镇",
        "010102": "West",
        "all": "总计",
        "theft": " Theft ",
        "drugs": "毒品",
    }
    rows = [rows[0], *([names[row[0]], names[row[1]], *row[2:]] for row in rows[1:])]
    assert _hash(judge_bytes, csv_bytes(rows)) == expected


# --- the header ----------------------------------------------------------------------------------------------------------


def test_headers_in_other_words_case_and_width(judge_bytes: Judge) -> None:
    rows = crime_rows()
    expected = _hash(judge_bytes, csv_bytes(rows))
    rows[0] = ["区划代码", "案 别", '"立案\n数"', "ＣＬＥＡＲＥＤ", "Suspects"]
    assert _hash(judge_bytes, csv_bytes(rows)) == expected


def test_swapped_columns_are_right_by_name(judge_bytes: Judge) -> None:
    rows = crime_rows()
    swapped = [[row[4], row[2], row[1], row[3], row[0]] for row in rows]
    assert _hash(judge_bytes, csv_bytes(swapped)) == _hash(judge_bytes, csv_bytes(rows))


def test_a_column_twice(judge_bytes: Judge) -> None:
    rows = [[*row, row[2]] for row in crime_rows()]
    rows[0][-1] = "立案数"
    found = _fault(judge_bytes, rows)
    assert (found.code, found.cell, found.places["first"]) == ("header_twice", "F1", 3)


def test_a_column_without_a_name(judge_bytes: Judge) -> None:
    rows = [[*row, row[2]] for row in crime_rows()]
    rows[0][-1] = ""
    assert _fault(judge_bytes, rows).code == "header_blank"
    assert judge_bytes(csv_bytes([[*row, ""] for row in crime_rows()]))[0].verdict == "accepted"


def test_blank_rows_are_passed_over(judge_bytes: Judge) -> None:
    rows = crime_rows()
    data = csv_bytes([*rows[:3], [""] * 5, *rows[3:], [" "] * 5]) + b"\n\n"
    assert _hash(judge_bytes, data) == _hash(judge_bytes, csv_bytes(rows))


def test_a_header_and_nothing_below(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()[:1]))
    assert only(verdict).code == "no_rows"
    assert (verdict.submissions[0].period, verdict.submissions[0].unit) == ("2004", "0101")


# --- shapes --------------------------------------------------------------------------------------------------------------


def wide(rows: Rows, measure_pattern: str = "{measure}_{kind}") -> Rows:
    """The same figures with a column per measure and kind."""
    kinds = list(dict.fromkeys(row[1] for row in rows[1:]))
    header = ["area_code"]
    header += [
        measure_pattern.format(measure=measure, kind=kind) for measure in rows[0][2:] for kind in kinds
    ]
    out: Rows = [header]
    for area in dict.fromkeys(row[0] for row in rows[1:]):
        by_kind = {row[1]: row[2:] for row in rows[1:] if row[0] == area}
        out.append([area, *(by_kind[kind][at] for at in range(len(rows[0]) - 2) for kind in kinds)])
    return out


def test_wide_is_the_same_as_long(judge_bytes: Judge) -> None:
    expected = _hash(judge_bytes, csv_bytes(crime_rows()))
    assert _hash(judge_bytes, csv_bytes(wide(crime_rows()))) == expected
    chinese = wide(crime_rows())
    chinese[0] = [name.replace("recorded", "立案数").replace("drugs", "毒品") for name in chinese[0]]
    assert _hash(judge_bytes, csv_bytes(chinese)) == expected


def test_in_a_wide_table_a_column_without_a_code_is_the_total(judge_bytes: Judge) -> None:
    rows = wide(crime_rows())
    rows[0] = [name.removesuffix("_all") for name in rows[0]]
    assert _hash(judge_bytes, csv_bytes(rows)) == _hash(judge_bytes, csv_bytes(crime_rows()))


def test_a_wide_table_lacks_a_column(judge_bytes: Judge) -> None:
    rows = wide(crime_rows())
    at = rows[0].index("cleared_drugs")
    found = _fault(judge_bytes, [row[:at] + row[at + 1 :] for row in rows])
    assert (found.code, found.header) == ("column_missing", "cleared_drugs")


def test_columns_of_the_year_before_are_a_submission_of_their_own(judge_bytes: Judge) -> None:
    now, before = wide(crime_rows()), wide(crime_rows(), "{measure}_prior_{kind}")
    rows = [a + b[1:] for a, b in zip(now, before, strict=True)]
    verdict, figures = judge_bytes(csv_bytes(rows))
    assert verdict.verdict == "accepted"
    assert [(one.period, one.figures) for one in verdict.submissions] == [("2003", 27), ("2004", 27)]
    assert figures["crime", "recorded", "0101", "2003", "kind=all"] == (30, "A", "")
    assert len({one.submission_id for one in verdict.submissions}) == 2


def test_fully_long(judge_bytes: Judge) -> None:
    rows = crime_rows()
    long = [["area_code", "kind", "指标", "数值"]]
    long += [
        [row[0], row[1], name, value]
        for row in rows[1:]
        for name, value in zip(rows[0][2:], row[2:], strict=True)
    ]
    assert _hash(judge_bytes, csv_bytes(long)) == _hash(judge_bytes, csv_bytes(rows))
    found = _fault(judge_bytes, long[:-1])
    assert (found.code, found.places["measure"], found.places["area"]) == (
        "figure_missing",
        "suspects",
        "010102",
    )
    found = _fault(judge_bytes, [*long, long[-1]])
    assert (found.code, found.row, found.places["first"]) == ("key_twice", len(long) + 1, len(long) - 2)
    found = _fault(judge_bytes, [row for row in long if row[2] != "suspects"])
    assert (found.code, found.places["measure"]) == ("measure_missing", "suspects")
    found = _fault(judge_bytes, [*long, ["0101", "all", "nonsense", 3]])
    assert (found.code, found.cell) == ("measure_unknown", f"C{len(long) + 1}")


# --- slices --------------------------------------------------------------------------------------------------------------


def test_many_periods_and_units_in_one_file(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    other = [["010201", "2004", 1, 2, 3, 0], ["010202", "2004", 0, 0, 0, 0]]
    earlier = [[row[0], "2003", *row[2:]] for row in rows[1:]]
    broken = [["010201", "2003", 1, 2, 3, 99], ["010202", "2003", 0, 0, 0, 0]]
    data = csv_bytes([*rows, *other, *earlier, *broken])
    verdict, figures = judge_bytes(data, "all.csv", table="caseload", prepared_on="2005-01-20")
    assert verdict.verdict == "partly"
    assert {(one.period, one.unit): one.verdict for one in verdict.submissions} == {
        ("2004", "0101"): "accepted", ("2004", "0102"): "accepted", ("2003", "0101"): "accepted", ("2003", "0102"): "rejected",
    }  # fmt: skip
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
    ids = [
        judge_bytes(data, **declared)[0].submissions[0].submission_id
        for declared in ({}, {}, {"revision": 1})
    ]
    assert ids[0] == ids[1] != ids[2]


# --- hold, control totals, rates -----------------------------------------------------------------------------------------


RATES: Rows = [
    ["1", "2", "3", "4"],
    ["code", "accepted", "concluded", "clearance %"],
    ["101", "1.000", "500", "50,0"],
    ["102", "4", "3", "75"],
]


def _rates(judge: Judge, rows: Rows, **declared: Any) -> Any:
    return judge(
        csv_bytes(rows, "iso-8859-1", ";"), "rates 民國92年.csv", **{"prepared_on": "2004-01-20", **declared}
    )


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


def test_hold_keeps_both_rows_of_a_key_out_and_says_so(judge_bytes: Judge) -> None:
    verdict, figures = _rates(judge_bytes, [*RATES, ["0101", "7", "7", "100"]])
    assert verdict.verdict == "accepted"
    (found,) = all_findings(verdict)
    assert (found.code, found.severity, found.row, found.places["first"]) == ("key_held", "warning", 5, 3)
    assert {area for _, _, area, _, _ in figures} == {"0102"}


@pytest.mark.parametrize(
    "total", [["合计", "", 60, 24, ""], ["合计", "", 120, 48, 91], ["合计", "", 30, 12, ""]]
)
def test_control_totals_in_the_ways_offices_add_up(judge_bytes: Judge, total: list[Any]) -> None:
    expected = _hash(judge_bytes, csv_bytes(crime_rows()))
    rows = crime_rows()
    sums = {at: sum(int(row[at]) for row in rows[1:]) for at in (2, 3, 4)}
    assert (sums[2], sums[3], sums[4]) == (120, 48, 94)
    total = [94 if cell == 91 else cell for cell in total]
    assert _hash(judge_bytes, csv_bytes([*rows, total])) == expected


def test_a_control_total_that_nothing_adds_up_to(judge_bytes: Judge) -> None:
    found = _fault(judge_bytes, [*crime_rows(), ["合计", "合计", 121, "", ""]])
    assert (found.code, found.cell, found.found, found.expected) == (
        "control_total_wrong",
        "C11",
        "121",
        "120",
    )


def test_a_control_total_of_one_code(judge_bytes: Judge) -> None:
    assert judge_bytes(csv_bytes([*crime_rows(), ["合计", "drugs", 9, 3, 6]]))[0].verdict == "accepted"
    assert _fault(judge_bytes, [*crime_rows(), ["合计", "drugs", 10, 3, 6]]).code == "control_total_wrong"


# --- identification ------------------------------------------------------------------------------------------------------


def test_options_win_over_the_file_name(judge_bytes: Judge) -> None:
    name = "crime_0101_2004_2005-01-20_r3.csv"
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), name)
    assert verdict.submissions[0].declared.revision == 3
    verdict, _ = judge_bytes(
        csv_bytes(crime_rows()),
        name,
        period="2005",
        prepared_on="2006-02-01",
        obs_status="P",
        supersedes="abc",
    )
    declared = verdict.submissions[0].declared
    assert (declared.period, declared.prepared_on, declared.revision) == ("2005", "2006-02-01", 3)
    assert (declared.obs_status, declared.supersedes) == ("P", "abc")


def test_titles_in_file_names(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), "刑事案件_0101_2004年_20050120.csv")
    assert verdict.verdict == "accepted", codes(verdict)


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("x.csv", {}, {"table_unspecified", "prepared_on_missing"}),
        ("x.csv", {"table": "crime"}, {"prepared_on_missing"}),
        ("x.csv", {"table": "crme", "prepared_on": "2005-01-20"}, {"table_unknown"}),
        ("crimes_0101_2004_2005-01-20.csv", {}, {"table_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"office": "courts"}, {"office_differs"}),
        ("crime_0101_2004_2005-01-20.csv", {"office": "court"}, {"office_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"prepared_on": "20th January"}, {"prepared_on_unreadable"}),
        ("crime_0101_2004_2005-01-20.csv", {"coverage_months": 13}, {"declared_number"}),
        ("crime_0199_2004_2005-01-20.csv", {}, {"unit_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"period": "2004-13"}, {"period_unreadable"}),
        ("crime_0101_2004_2005-01-20.ods", {}, {"file_type"}),
    ],
)
def test_faults_of_identification_reject_the_delivery(
    judge_bytes: Judge, name: str, declared: dict[str, Any], expected: set[str]
) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), name, **declared)
    assert verdict.verdict == "rejected" and not verdict.submissions
    assert set(codes(verdict)) == expected


def test_a_table_cannot_be_prepared_after_it_was_received(gate: Gate, tmp_path: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes(crime_rows()))
    name = "crime_0101_2004_2005-01-20.csv"
    for received_on, verdict in (("2005-01-20", "accepted"), ("2005-01-19", "rejected")):
        assert gate.judge(str(path), name, {}, "0" * 64, received_on)[0].verdict == verdict


# --- order and writing do not matter -------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_rows_and_columns_changes_nothing(judge_bytes: Judge, data: st.DataObject) -> None:
    rows = crime_rows()
    order = data.draw(st.permutations(range(5)))
    body = data.draw(st.permutations(rows[1:]))
    shuffled = [[row[at] for at in order] for row in [rows[0], *body]]
    assert _hash(judge_bytes, csv_bytes(shuffled)) == _hash(judge_bytes, csv_bytes(rows))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_no_bytes_raise(judge_bytes: Judge, data: bytes) -> None:
    verdict, figures = judge_bytes(csv_bytes(crime_rows()[:1]) + data)
    assert verdict.verdict == "rejected" and not figures
    for language in ("en", "zh"):
        assert all(one.code in json.dumps(as_dict(verdict)) for one in all_findings(verdict)), language
