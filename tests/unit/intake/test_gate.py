"""The gate, one delivery at a time: what is accepted lands whole, each fault has its code and its cell."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake import receipts
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import as_dict, as_text
from pipelines.intake.verdicts import from_json, to_json
from tests.unit.intake.conftest import (
    CASELOAD,
    Judge,
    all_findings,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    fault_of,
    hash_of,
    only,
)


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


def test_missing_column(judge_bytes: Judge) -> None:
    found = fault_of(judge_bytes, [row[:-1] for row in crime_rows()])
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
    found = fault_of(judge_bytes, rows)
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
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell, found.row, found.column) == (code, "E5", 5, 5)
    assert (found.found, found.header) == (text, "suspects")


def test_part_greater_than_its_whole(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[6][3], rows[4][3] = 4, 11  # drugs in the east: 4 cleared of 3; the total kept equal to its parts
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell) == ("rule_broken", "D7")
    assert (found.found, found.expected) == ("cleared = 4", "≤ recorded = 3")


def test_parts_must_add_up_to_their_total(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[4][2] = 21
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell, found.found, found.expected) == ("sum_wrong", "C5", "21", "20")
    assert found.places["parts"] == "C6, C7"


def test_persons_need_not_add_up(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[4][4] = 999
    assert judge_bytes(csv_bytes(rows))[0].verdict == "accepted"


def test_an_identity_within_a_row(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[1][5] = 8
    found = fault_of(judge_bytes, rows, CASELOAD)
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
    assert fault_of(judge_bytes, rows, CASELOAD).code == "rule_broken"


def test_duplicate_key_names_both_rows(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows.append(list(rows[3]))
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell, found.found, found.places["first"]) == ("key_twice", "A11", "0101", 4)


def test_missing_expected_rows(judge_bytes: Judge) -> None:
    rows = crime_rows()
    found = fault_of(judge_bytes, rows[:-1])
    assert (found.code, found.places["area"]) == ("row_missing", "010102")
    found = fault_of(judge_bytes, rows[:-3])
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
    found = fault_of(judge_bytes, rows, CASELOAD)
    assert (found.code, found.cell, found.found, found.expected) == ("period_wrong", "B3", "2003", "2004")


def test_a_month_in_a_yearly_table(judge_bytes: Judge) -> None:
    rows = caseload_rows()
    rows[2][1] = "2004-07"
    assert fault_of(judge_bytes, rows, CASELOAD).code == "period_frequency"


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
    found = fault_of(judge_bytes, rows, CASELOAD)
    assert (found.code, found.cell, found.found, found.nearest) == (code, "A3", area, nearest)


def test_an_unknown_code_and_its_nearest(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[3][1] = "drug"
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell, found.nearest, found.header) == ("code_unknown", "B4", "drugs", "kind")


def test_areas_and_codes_by_name(judge_bytes: Judge) -> None:
    rows = crime_rows()
    expected = hash_of(judge_bytes, csv_bytes(rows))
    names = {
        "0101": "甲县",
        "010101": "东镇",
        "010102": "West",
        "all": "总计",
        "theft": " Theft ",
        "drugs": "毒品",
    }
    rows = [rows[0], *([names[row[0]], names[row[1]], *row[2:]] for row in rows[1:])]
    assert hash_of(judge_bytes, csv_bytes(rows)) == expected


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_rows_and_columns_changes_nothing(judge_bytes: Judge, data: st.DataObject) -> None:
    rows = crime_rows()
    order = data.draw(st.permutations(range(5)))
    body = data.draw(st.permutations(rows[1:]))
    shuffled = [[row[at] for at in order] for row in [rows[0], *body]]
    assert hash_of(judge_bytes, csv_bytes(shuffled)) == hash_of(judge_bytes, csv_bytes(rows))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_no_bytes_raise(judge_bytes: Judge, gate: Gate, data: bytes) -> None:
    verdict, figures = judge_bytes(csv_bytes(crime_rows()[:1]) + data)
    assert verdict.verdict == "rejected" and not figures
    assert all(receipts.as_text(gate.catalog, verdict, None, language) for language in ("en", "zh"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_cell_has_a_sentence(judge_bytes: Judge, gate: Gate, data: st.DataObject) -> None:
    name, rows = data.draw(st.sampled_from([("crime", crime_rows()), ("caseload", caseload_rows())]))
    words = st.sampled_from(["", "..", "合计", "drugs", "2003", "01", "0102", "-1", "1,2", "三", "≥5", "value"])
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(words | st.text(max_size=8))
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    delivered = stream.getvalue().encode("utf-8", "replace")
    verdict, figures = judge_bytes(delivered, f"{name}_0101_2004_2005-01-20.csv")
    assert (verdict.verdict == "accepted") == bool(figures)
    for language in ("en", "zh"):
        text = receipts.as_text(gate.catalog, verdict, None, language)
        assert all(receipts.sentence(one, language) in text for one in all_findings(verdict))
