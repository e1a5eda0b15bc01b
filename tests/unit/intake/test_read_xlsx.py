"""XLSX: the same figures as CSV."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.unit.intake.conftest import (
    Judge,
    Rows,
    all_findings,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    only,
    write_xlsx,
)

NAME = "crime_0101_2004_2005-01-20.xlsx"


def test_a_workbook_is_the_same_as_csv(judge_bytes: Judge, book: Path) -> None:
    expected = judge_bytes(csv_bytes(crime_rows()))[0].submissions[0]
    verdict, figures = judge_bytes(book, NAME)
    assert verdict.verdict == "accepted", codes(verdict)
    assert verdict.submissions[0].content_hash == expected.content_hash
    assert verdict.submissions[0].sheet == "crime"
    assert figures["crime", "recorded", "0101", "2004", "kind=all"] == (30, "A", "")


def test_codes_keep_their_zeros_and_lost_ones_come_back(judge_bytes: Judge, tmp_path: Path) -> None:
    rows: Rows = [["code", "accepted", "concluded"], [101, 5, 4], ["0102", 3, 3]]
    path = write_xlsx(tmp_path / "x.xlsx", {"rates": rows})
    verdict, figures = judge_bytes(path, "rates 92年.xlsx", prepared_on="2004-01-20")
    assert verdict.verdict == "accepted", codes(verdict)
    assert {area for _, _, area, _, _ in figures} == {"0101", "0102"}


@pytest.mark.parametrize(
    ("cell", "found", "code"),
    [
        (4.5, "4.5", "number_decimal"),
        (-2, "-2", "number_negative"),
        ("many", "many", "number_text"),
        (True, "TRUE", "number_text"),
        (1e20, "1e+20", "number_exponent"),
        (datetime.date(2004, 1, 1), "2004-01-01", "number_text"),
    ],
)
def test_cells_that_are_no_count(judge_bytes: Judge, tmp_path: Path, cell: object, found: str, code: str) -> None:
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    rows = crime_rows()
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as out:
        sheet = out.add_worksheet("crime")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
        sheet.write(4, 4, cell)
    one = only(judge_bytes(path, NAME)[0])
    assert (one.code, one.sheet, one.cell, one.found) == (code, "crime", "E5", found)


def test_formula_errors_are_shown_as_what_they_are(judge_bytes: Judge, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        sheet = out.add_worksheet("crime")
        for row, cells in enumerate(crime_rows()):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 4, "=7+8", None, 15)
    one = only(judge_bytes(path, NAME)[0])
    assert (one.code, one.cell, one.found) == ("number_text", "E5", "#DIV/0!")


def test_a_merged_header(judge_bytes: Judge, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", {"crime": crime_rows()}, merge=(0, 2, 0, 3, "recorded"))
    one = only(judge_bytes(path, NAME)[0])
    assert (one.code, one.sheet, one.cell) == ("header_merged", "crime", "C1")


def test_several_sheets_by_id_title_and_hidden(judge_bytes: Judge, tmp_path: Path) -> None:
    rates: Rows = [["code", "period", "accepted", "concluded"], ["0101", 93, 5, 4], ["0102", 93, 3, 3]]
    sheets = {"说明": [["text"]], "案件": caseload_rows(), "Rates": rates, "Sheet3": []}
    properties = {
        "yearbook_office": "courts",
        "yearbook_period": "2004",
        "yearbook_prepared_on": "2005-02-01",
    }
    path = write_xlsx(tmp_path / "x.xlsx", sheets, properties | {"yearbook_revision": "2"}, hidden=("Rates",))
    verdict, figures = judge_bytes(path, "anything.xlsx")
    assert verdict.verdict == "accepted", codes(verdict)
    assert {(one.table, one.sheet) for one in verdict.submissions} == {
        ("caseload", "案件"),
        ("rates", "Rates"),
    }
    assert verdict.declared.revision == 2 and verdict.declared.office == "courts"
    assert len(figures) == 12


def test_a_fault_in_one_sheet_rejects_only_its_table(judge_bytes: Judge, tmp_path: Path) -> None:
    rows = caseload_rows()
    rows[1][2] = "x"
    rates: Rows = [["code", "period", "accepted", "concluded"], ["0101", 93, 5, 4], ["0102", 93, 3, 3]]
    path = write_xlsx(tmp_path / "x.xlsx", {"caseload": rows, "rates": rates})
    verdict, figures = judge_bytes(path, "anything.xlsx", prepared_on="2005-02-01")
    assert verdict.verdict == "partly"
    assert {one.table: one.verdict for one in verdict.submissions} == {
        "caseload": "rejected",
        "rates": "accepted",
    }
    assert {table for table, *_ in figures} == {"rates"}


@pytest.mark.parametrize(
    ("names", "declared", "expected"),
    [
        (("crime", "notes"), {}, {"sheet_unknown"}),
        (("caseload", "crime"), {}, {"sheet_differs"}),
        (("caseload", "crime"), {"table": ""}, {"several_offices"}),
        (("caseload",), {"table": "", "office": "police"}, {"office_differs"}),
    ],
)
def test_sheets_that_reject_the_delivery(
    judge_bytes: Judge, tmp_path: Path, names: tuple[str, ...], declared: dict[str, str], expected: set[str]
) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", {name: crime_rows() for name in names})
    options = {"table": "crime", "period": "2004", "prepared_on": "2005-01-20"} | declared
    verdict, _ = judge_bytes(path, "x.xlsx", **options)
    assert set(codes(verdict)) == expected and not verdict.submissions


def test_one_sheet_of_any_name_when_the_table_is_declared(judge_bytes: Judge, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", {"Sheet1": crime_rows()})
    assert judge_bytes(path, NAME)[0].verdict == "accepted"
    options = {"period": "2004", "prepared_on": "2005-01-20"}
    assert only(judge_bytes(path, "x.xlsx", **options)[0]).code == "sheet_unknown"


def test_two_sheets_of_one_table(judge_bytes: Judge, tmp_path: Path) -> None:
    rows = caseload_rows()
    earlier = [rows[0], *([row[0], "2003", *row[2:]] for row in rows[1:])]
    path = write_xlsx(tmp_path / "x.xlsx", {"caseload": rows, "案件": earlier})
    verdict, _ = judge_bytes(path, "x.xlsx", prepared_on="2005-01-20")
    assert verdict.verdict == "accepted" and len(verdict.submissions) == 2
    path = write_xlsx(tmp_path / "x.xlsx", {"caseload": rows, "案件": rows})
    verdict, _ = judge_bytes(path, "x.xlsx", prepared_on="2005-01-20")
    assert codes(verdict) == ["slice_twice", "slice_twice"]
    assert all_findings(verdict)[0].found == "案件"
