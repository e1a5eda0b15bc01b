"""Forms of files and returns that are nearly right: what is said of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.intake import receipts
from pipelines.intake.text import printable
from tests.unit.intake.conftest import (
    CASELOAD,
    Judge,
    all_findings,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    only,
    write_xlsx,
)  # fmt: skip

NAME = "crime_0101_2004_2005-01-20.xlsx"


@pytest.mark.parametrize(
    "sheet",
    ["Sheet1", "Sheet 1", "sheet2 (2)", "工作表1", "Tabelle1", "表1", NAME.removesuffix(".xlsx"), "crime", "刑事案件"],
)
def test_one_sheet_of_a_name_that_says_nothing(judge_bytes: Judge, tmp_path: Path, sheet: str) -> None:
    verdict, landed = judge_bytes(write_xlsx(tmp_path / "x.xlsx", {sheet: crime_rows()}), NAME)
    assert verdict.verdict == "accepted" and landed, codes(verdict)


@pytest.mark.parametrize("sheet", ["draft", "crime (old)", "2003", "合计表"])
def test_one_sheet_of_an_unknown_name_rejects(judge_bytes: Judge, tmp_path: Path, sheet: str) -> None:
    found = only(judge_bytes(write_xlsx(tmp_path / "x.xlsx", {sheet: crime_rows()}), NAME)[0])
    assert (found.code, found.found) == ("sheet_unknown", sheet)


def test_merged_data_cells_are_rejected_with_the_cell(judge_bytes: Judge, tmp_path: Path) -> None:
    rows = crime_rows()
    path = write_xlsx(tmp_path / "x.xlsx", {"crime": rows}, merge=(2, 2, 3, 2, rows[2][2]))
    verdict, landed = judge_bytes(path, NAME)
    found = next(one for one in all_findings(verdict) if one.code == "cells_merged")
    assert (found.cell, found.places["last"]) == ("C3", "C4") and not landed


def test_merged_remarks_do_not_matter(judge_bytes: Judge, tmp_path: Path) -> None:
    rows = [[*row, "remark" if at == 0 else ""] for at, row in enumerate(crime_rows())]
    path = write_xlsx(tmp_path / "x.xlsx", {"crime": rows}, merge=(2, 5, 3, 5, "late"))
    assert judge_bytes(path, NAME)[0].verdict == "accepted"


@pytest.mark.parametrize("name", [NAME, NAME.replace("xlsx", "csv")])
def test_an_empty_file_says_so(judge_bytes: Judge, name: str) -> None:
    assert only(judge_bytes(b"", name)[0]).code == "empty_file"


def test_a_wrong_year_is_said_once(judge_bytes: Judge, catalog: Catalog) -> None:
    rows = caseload_rows()
    for row in rows[1:]:
        row[1] = "2003"
    verdict, _ = judge_bytes(csv_bytes(rows), CASELOAD)
    found = only(verdict)
    assert (found.code, found.row, found.places) == ("period_wrong_rows", 2, {"count": 2, "last": 3})
    assert "2 rows, up to row 3, are for “2003”" in receipts.as_text(catalog, verdict, None, "en")


@pytest.mark.parametrize(
    ("declared", "warned"),
    [
        ({"prepared_on": "2004-12-01"}, ["prepared_early"]),
        ({"prepared_on": "2004-07-05", "coverage_months": 6}, []),
        ({"prepared_on": "2004-12-31"}, []),
        ({"period": "1999", "prepared_on": "2000-01-20"}, ["not_due"]),
        ({"period": "2000"}, []),
    ],
)
def test_what_a_person_should_look_at(judge_bytes: Judge, declared: dict[str, Any], warned: list[str]) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), **declared)
    notes = [one.code for one in all_findings(verdict) if one.code != "area_missing"]
    assert notes == warned, codes(verdict)
    assert all(one.severity == "warning" for one in all_findings(verdict) if one.code in warned)


@pytest.mark.parametrize("period", ["2004-01-01/P1Y", "2004-01-01/P12M", "2004年"])
def test_one_year_is_one_period(judge_bytes: Judge, period: str) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), period=period)
    assert [one.period for one in verdict.submissions] == ["2004"]


@pytest.mark.parametrize("period", ["2004-07", "2004-07-01/P1Y", "2004-01-01/P6M"])
def test_a_period_of_another_kind_is_refused(judge_bytes: Judge, period: str) -> None:
    assert only(judge_bytes(csv_bytes(crime_rows()), period=period)[0]).code == "period_frequency"
    rows = caseload_rows()
    rows[1][1] = rows[2][1] = period
    verdict, landed = judge_bytes(csv_bytes(rows), "x.csv", table="caseload", prepared_on="2006-01-01")
    assert set(codes(verdict)) == {"period_frequency"} and not landed


def test_a_late_fault_of_identification_goes_to_the_office(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), "x.csv", table="crime")
    assert codes(verdict) == ["prepared_on_missing"] and verdict.declared.office == "police"
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), "x.csv", office="公安局", table="nothing")
    assert verdict.declared.office == "police"


def test_marks_for_no_figure_are_quoted_and_explained(judge_bytes: Judge, catalog: Catalog) -> None:
    rows = crime_rows()
    rows[1][2] = ""
    text = receipts.as_text(catalog, judge_bytes(csv_bytes(rows))[0], None, "en")
    assert (
        "Write 0 for none. Where there can be no figure, write “..” (not collected) or “-” (there is no such thing)."
        in text
    )


def test_a_row_of_one_cell(judge_bytes: Judge, catalog: Catalog) -> None:
    text = receipts.as_text(catalog, judge_bytes(csv_bytes([*crime_rows(), ["0101"]]))[0], None, "en")
    assert "Cells in the row: 1; in the header: 5." in text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("刑事案件.csv".encode("gbk"), "刑事案件.csv"),
        ("刑事案件.csv".encode(), "刑事案件.csv"),
        (b"a\xff\xff.csv", "a\\xff\\xff.csv"),
    ],
)
def test_a_file_name_in_any_encoding_is_printable(data: bytes, name: str) -> None:
    assert printable(data.decode("utf-8", "surrogateescape")) == name
    assert printable("\ud800") == "\\ud800"
