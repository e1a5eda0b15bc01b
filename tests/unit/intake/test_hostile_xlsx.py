"""Workbooks that must not reach the parser, or of which readers would differ in what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.intake import preflight, read_xlsx
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
    [
        b"<v>12</v><v>30</v>",
        b'<v>12</v></c><c r="C2"><v>30</v>',
        b'<v>12</v></c><c r="B2"/><c><v>30</v>',
        b'<v>12</v></c><c r="C2"> <v>30</v>',
        b"<v>12</v></c><c a='>' r='C2'><v>30</v>",
        b'<v>12</v></c><c r="C2"><f><![CDATA[<c r="Z9"/>]]></f><v>30</v>',
    ],
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
        b'<c r="C2"><v>3&#48;</v></c>',
        b'<c r="C2"><v>30</v><f>1</f></c>',
        b'<c r="C2"><f>1<c r="Z9"/></f><v>30</v></c>',
        b'<c r="C2" t="inlineStr"><is><t>30</t><c r="Z9"/></is></c>',
        b'<c r="C2"><q:v xmlns:q="q">30</q:v></c>',
        b'<c r="C2"><v>30</v></c></row></sheetData><sheetData><row>',
    ],
)
def test_what_readers_differ_in_is_a_broken_workbook(judge_bytes: Judge, book: Path, stored: bytes) -> None:
    edit = in_sheet(b'<c r="C2"><v>30</v></c>', stored)
    assert only(judge_bytes(repack(book, edit), NAME)[0]).code == "workbook_broken"


def test_a_text_may_hold_references(book: Path) -> None:
    words = b'<c r="Z9" t="str"><v>&amp;</v></c><c r="Z10" t="inlineStr"><is><t>&#65;<![CDATA[<]]></t></is></c>'
    found = read_xlsx.read(str(repack(book, in_sheet(b"</row></sheetData>", words + b"</row></sheetData>"))))
    assert (found.sheets[0].rows[8][25], found.sheets[0].rows[9][25]) == ("&", "A<")


@pytest.mark.parametrize("prefix", [b"x", b"x-y", b"x.y"])
def test_a_prefix_hides_nothing(judge_bytes: Judge, book: Path, prefix: bytes) -> None:
    def edit(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        twice = data.replace(b"<v>30</v>", b'<v>12</v></c><c r="C2"><v>30</v>')
        return re.sub(rb"<(/?)(?!\?)", rb"<\1" + prefix + b":", twice).replace(b"xmlns=", b"xmlns:" + prefix + b"=", 1)

    one = only(judge_bytes(repack(book, edit), NAME)[0])
    assert (one.code, one.cell) == ("cell_twice", "C2")


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_what_is_not_utf_8_is_not_read(judge_bytes: Judge, book: Path, part: str, encoding: str) -> None:
    """Some readers take a sheet in another encoding for an empty one."""

    def edit(name: str, data: bytes) -> bytes:
        return data.decode().replace("UTF-8", encoding).encode(encoding) if name == part else data

    assert only(judge_bytes(repack(book, edit), NAME)[0]).code == "workbook_broken"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("_rels/.rels", b"xl/workbook.xml", b"x/workbook.xml"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet&#49;.xml"),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", b'<Relationship Id="rId1"/></Relationships>'),
        ("xl/workbook.xml", b' r:id="', b' xmlns:q="q" q:id="rId1" r:id="'),
    ],
)
def test_which_part_is_which_sheet_is_said_in_one_way(
    judge_bytes: Judge, book: Path, part: str, old: bytes, new: bytes
) -> None:
    def edit(name: str, data: bytes) -> bytes:
        assert name != part or old in data
        return data.replace(old, new) if name == part else data

    assert only(judge_bytes(repack(book, edit), NAME)[0]).code == "workbook_broken"


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl__diagrams__data1.xml", b'<d:t xmlns:d="d"><d:bodyPr/></d:t>'),
        ("customXml__item1.xml", b""),
        ("customXml__item2.xml", "<?xml version='1.0' encoding='UTF-16'?><v> <b/></v>".encode("utf-16")),
        ("MACOSX__xl__._workbook.xml", b"\0\5\x16\7"),
    ],
)
def test_parts_that_nobody_reads_may_be_anything(judge_bytes: Judge, book: Path, part: str, data: bytes) -> None:
    verdict, _ = judge_bytes(repack(book, **{part: data}), NAME)
    assert verdict.verdict == "accepted", codes(verdict)


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
