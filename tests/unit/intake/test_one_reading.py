"""Workbooks in which one reader finds figures where another finds none, or others: none of them is taken."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.chart import Chart

from tests.faults.workbooks import LINKS, MAIN, OFFICE, SHEET, STRINGS, renamed, twofold
from tests.unit.intake.conftest import Edit, Judge, codes, crime_rows, only, repack

NAME = "crime_0101_2004_2005-01-20.xlsx"
MACROS = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _in(part: str, old: str, new: str) -> Edit:
    def edit(name: str, data: bytes) -> bytes:
        assert name != part or old.encode() in data
        return data.replace(old.encode(), new.encode(), 1) if name == part else data

    return edit


def test_parts_have_one_name(judge_bytes: Judge, book: Path) -> None:
    made = _parts(book)
    other = made | {"xl/x.xml": made[SHEET].replace(b"<v>30</v>", b"<v>31</v>")}
    names = {SHEET: "xl/y.xml", "xl/x.xml": SHEET}
    assert only(judge_bytes(renamed(other, names), NAME)[0]).code == "workbook_names"
    assert judge_bytes(renamed(other, {}), NAME)[0].verdict == "accepted"


def test_two_ends_of_a_zip_name_one_directory(judge_bytes: Judge, book: Path) -> None:
    made = _parts(book)
    verdict, _ = judge_bytes(twofold(made, {}, agree=True), NAME)
    assert verdict.verdict == "accepted", codes(verdict)
    for first, second in ((made, made), (made | MACROS, made), (made, made | MACROS)):
        assert only(judge_bytes(twofold(first, second), NAME)[0]).code == "workbook_broken"


@pytest.mark.parametrize("more", [(b"", b"\0"), (b"\0", b""), (b"PK\x05\x06" + b"\0" * 18, b"")])
def test_nothing_stands_around_a_zip(judge_bytes: Judge, book: Path, more: tuple[bytes, bytes]) -> None:
    before, behind = more
    assert only(judge_bytes(before + book.read_bytes() + behind, NAME)[0]).code == "workbook_broken"


def test_a_zip_may_have_a_comment(judge_bytes: Judge, book: Path) -> None:
    with zipfile.ZipFile(book, "a") as archive:
        archive.comment = b"made by a program of ours"
    assert judge_bytes(book, NAME)[0].verdict == "accepted"


_OPEN = '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice>'
_SHUT = "</mc:Choice></mc:AlternateContent>"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, '<c r="C2"><v>30</v></c>', f'{_OPEN}<c r="C2"><v>30</v></c>{_SHUT}'),
        (SHEET, "<v>30</v>", "<q><v>30</v></q>"),
        (SHEET, "<v>30</v>", '<v>30</v><c r="D9"/>'),
        (SHEET, "<v>30</v>", "<v>３０</v>"),
        (SHEET, "<v>30</v>", "<v>3,000</v>"),
        (SHEET, '<c r="C2"><v>30</v>', '<c r="C2" t="n"><v>30x</v>'),
        (SHEET, '<c r="C2"><v>30</v>', '<c r="C2" t="inlineStr"><is><t>3_x0030_</t></is>'),
        ("xl/workbook.xml", 'xmlns:r="http://schemas.', 'xmlns:r="http://schema.'),
        (SHEET, "<sheetData>", "<q><sheetData></sheetData></q><sheetData>"),
        (SHEET, "</row>", "<row/></row>"),
        (SHEET, "</row>", '</row><c r="Z9"><v>1</v></c>'),
        (SHEET, MAIN, "urn:x"),
        (STRINGS, MAIN, "urn:x"),
        (STRINGS, "<si><t>", "<q><si><t>a</t></si></q><si><t>"),
        (STRINGS, "<si><t>", "<si><q><t>a</t></q><t>"),
        ("xl/workbook.xml", "<sheets>", '<q><sheet name="q" sheetId="9" r:id="rId1"/></q><sheets>'),
        (LINKS, "</Rel", f'<q><Relationship Id="rId99" Type="{OFFICE}/theme" Target="t"/></q></Rel'),
        (LINKS, 'Target="worksheets/sheet1.xml"', 'Target="worksheets/sheet1.xml" TargetMode="External"'),
        (LINKS, "/worksheet", "/chartsheet"),
        (LINKS, "sharedStrings.xml", "strings2.xml"),
        (LINKS, "/sharedStrings", "/texts"),
        (LINKS, "styles.xml", "theme/theme1.xml"),
    ],
)
def test_what_some_readers_pass_over_is_a_broken_workbook(
    judge_bytes: Judge, book: Path, part: str, old: str, new: str
) -> None:
    made = repack(book, _in(part, old, new), xl__strings2=_parts(book)[STRINGS])
    assert only(judge_bytes(made, NAME)[0]).code == "workbook_broken"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "</row>", '<extLst><ext uri="x"><q><v2/></q></ext></extLst></row>'),
        (SHEET, "</worksheet>", '<extLst><ext uri="x"><x:f xmlns:x="urn:x">A1</x:f></ext></extLst></worksheet>'),
        (SHEET, "<v>30</v>", "<v>3.0E1</v>"),
        (SHEET, "<v>30</v>", "<v> 30\n</v>"),
        (STRINGS, "<si><t>area_code</t>", '<si><t>area_code</t><rPh sb="0" eb="1"><t>x</t></rPh><extLst/>'),
        ("xl/workbook.xml", "</workbook>", f"{_OPEN}<q/>{_SHUT}</workbook>"),
    ],
)
def test_what_holds_no_figures_may_stand_elsewhere(
    judge_bytes: Judge, book: Path, part: str, old: str, new: str
) -> None:
    verdict, _ = judge_bytes(repack(book, _in(part, old, new)), NAME)
    assert verdict.verdict == "accepted", codes(verdict)


def test_charts_have_sheets_of_their_own(judge_bytes: Judge, tmp_path: Path) -> None:
    path = tmp_path / "chart.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet, chart = made.add_worksheet("crime"), made.add_chart({"type": "column"})
        for at, row in enumerate(crime_rows()):
            sheet.write_row(at, 0, row)
        assert isinstance(chart, Chart)
        chart.add_series({"values": "=crime!$C$2:$C$4"})
        made.add_chartsheet("c").set_chart(chart)
    verdict, _ = judge_bytes(path, NAME)
    assert verdict.verdict == "accepted", codes(verdict)
