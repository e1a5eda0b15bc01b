"""Workbooks that must not reach the parser, or of which readers would differ in what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.intake import preflight
from tests.unit.intake.conftest import Judge, codes, in_sheet, only, repack

NAME = "crime_0101_2004_2005-01-20.xlsx"


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


@pytest.mark.parametrize(
    "stored",
    [
        b'<c r="C2"><v>3<x/>0</v></c>',
        b'<c r="C2"><v>3<!-- -->0</v></c>',
        b'<c r="C2"><is><t>30</t></is></c>',
        b'<c r="C2" t="inlineStr"><is><t>30<x>1</x></t></is></c>',
        b'<c r="C2" t="s"><v>x</v></c>',
        b'<c r="C2"><v>30</v></c>&',
    ],
)
def test_what_readers_differ_in_is_a_broken_workbook(judge_bytes: Judge, book: Path, stored: bytes) -> None:
    edit = in_sheet(b'<c r="C2"><v>30</v></c>', stored)
    assert only(judge_bytes(repack(book, edit), NAME)[0]).code == "workbook_broken"


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
