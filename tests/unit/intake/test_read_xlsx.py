"""XLSX: the same figures as CSV, and workbooks that must not reach the parser."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.intake import preflight
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
Edit = Callable[[str, bytes], bytes]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "good.xlsx", {"crime": crime_rows()})


def repack(path: Path, edit: Edit = lambda name, data: data, **more: bytes) -> Path:
    """A copy of a workbook with its parts changed, and more parts (named with / written as __)."""
    out = path.with_name("repacked.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, edit(member, source.read(member)))
        for name, data in more.items():
            target.writestr(name.replace("__", "/"), data)
    return out


def in_sheet(old: bytes, new: bytes) -> Edit:
    def edit(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        assert old in data
        return data.replace(old, new, 1)

    return edit


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


# --- hostile --------------------------------------------------------------------------------------


def test_a_far_cell(judge_bytes: Judge, book: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    one = only(judge_bytes(repack(book, in_sheet(b"</sheetData>", far)), NAME)[0])
    assert (one.code, one.sheet, one.cell) == ("far_cell", "crime", "XFD1048576")
    implied = b'<row r="1048575"/><row>' + b"<c/>" * 9 + b"<c><v>1</v></c></row></sheetData>"
    one = only(judge_bytes(repack(book, in_sheet(b"</sheetData>", implied)), NAME)[0])
    assert (one.code, one.cell) == ("far_cell", "J1048576")


@pytest.mark.parametrize("cell", [b"", b'<c r="XFD1048576" s="1"/>', b'<c r="XFD1048576" s="1"></c>'])
def test_a_far_format_is_no_far_cell(judge_bytes: Judge, book: Path, cell: bytes) -> None:
    far = b'<row r="1048576" s="1">' + cell + b"</row></sheetData>"
    verdict, _ = judge_bytes(repack(book, in_sheet(b"</sheetData>", far)), NAME)
    assert verdict.verdict == "accepted", codes(verdict)


def test_a_zip_bomb(judge_bytes: Judge, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repack(book, xl__media__x=b"0" * 20_000_000)
    assert only(judge_bytes(bomb, NAME)[0]).code == "workbook_bomb"
    monkeypatch.setattr(preflight, "MAX_RATIO", 10**6)
    assert judge_bytes(bomb, NAME)[0].verdict == "accepted"
    monkeypatch.setattr(preflight, "MAX_UNPACKED", 10_000_000)
    assert only(judge_bytes(bomb, NAME)[0]).code == "workbook_bomb"


def test_a_document_type(judge_bytes: Judge, book: Path) -> None:
    edit = in_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    assert only(judge_bytes(repack(book, edit), NAME)[0]).code == "workbook_doctype"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl__vbaProject.bin", "workbook_macros"),
        ("xl__embeddings__o.xml", "workbook_macros"),
        ("xl__externalLinks__externalLink1.xml", "workbook_links"),
        ("xl__connections.xml", "workbook_links"),
        ("..__..__etc__x.xml", "workbook_names"),
    ],
)
def test_parts_that_no_return_has(judge_bytes: Judge, book: Path, part: str, code: str) -> None:
    assert only(judge_bytes(repack(book, **{part: b"<x/>"}), NAME)[0]).code == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("openxmlformats-officedocument.spreadsheetml.externalLink+xml", "workbook_links"),
        ("openxmlformats-officedocument.spreadsheetml.connections+xml", "workbook_links"),
        ("ms-office.vbaProject", "workbook_macros"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_parts_that_hide_under_another_name(
    judge_bytes: Judge, book: Path, kind: str, code: str, encoding: str
) -> None:
    def edit(name: str, data: bytes) -> bytes:
        if name != "[Content_Types].xml":
            return data
        more = f'<Override PartName="/xl/x.xml" ContentType="application/vnd.{kind}"/></Types>'
        return data.decode().replace("</Types>", more).encode(encoding)

    assert only(judge_bytes(repack(book, edit, xl__x=b"<x/>"), NAME)[0]).code == code


@pytest.mark.parametrize(
    "twice",
    [b"<v>12</v><v>30</v>", b'<v>12</v></c><c r="C2"><v>30</v>', b'<v>12</v></c><c r="B2"/><c><v>30</v>'],
)
def test_two_values_of_a_cell(judge_bytes: Judge, book: Path, twice: bytes) -> None:
    one = only(judge_bytes(repack(book, in_sheet(b"<v>30</v>", twice)), NAME)[0])
    assert (one.code, one.sheet, one.cell) == ("cell_twice", "crime", "C2")


def test_too_many_parts(judge_bytes: Judge, book: Path) -> None:
    more = {f"xl__x{number}.xml": b"<x/>" for number in range(1000)}
    assert only(judge_bytes(repack(book, **more), NAME)[0]).code == "workbook_members"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html>not a workbook</html>", "workbook_broken"),
        (b"", "empty_file"),
        (b"PK\x03\x04 cut", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_old"),
    ],
)
def test_what_is_no_workbook(judge_bytes: Judge, data: bytes, code: str) -> None:
    assert only(judge_bytes(data, NAME)[0]).code == code


def test_a_truncated_workbook_and_a_flipped_byte(judge_bytes: Judge, book: Path, tmp_path: Path) -> None:
    data = book.read_bytes()
    assert only(judge_bytes(data[: len(data) // 2], NAME)[0]).code == "workbook_broken"
    at = data.index(b"xl/worksheets/sheet1.xml") + 60
    flipped = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    assert only(judge_bytes(flipped, NAME)[0]).code == "workbook_broken"
