"""Footnote marks never become digits: in figures and codes they are refused, in headers they may stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from pipelines.contracts.programme import Format
from pipelines.intake import periods
from pipelines.intake.numbers import Figures, Rates
from tests.unit.intake.conftest import Judge, codes, crime_rows, csv_bytes, fault_of, only, repack

MARKED = ["1818①", "5²", "5₂", "²5", "5⑴", "5⒈", "5½", "5㊀", "5❶", "三①", "..²"]


@pytest.mark.parametrize("text", MARKED)
def test_a_figure_with_a_footnote_mark_is_no_figure(text: str) -> None:
    form = Format(missing={"..": "L"})
    assert Figures(form)[text] == (None, "", "", "footnote_mark")
    assert Rates(form)[text] == (None, "", "footnote_mark")


@pytest.mark.parametrize(
    ("text", "value"), [("１８１８", 1818), ("１，８１８", 1818), ("𝟏𝟖", 18), ("三十", 30), ("⼀", 1)]
)
def test_other_ways_to_write_a_digit_stay(text: str, value: int) -> None:
    assert Figures(Format())[text] == (value, "A", "", "")


def test_a_contract_may_itself_use_such_a_sign_for_no_figure() -> None:
    form = Format(missing={"①": "Q"})
    assert (Figures(form)["①"], Figures(form)["1"]) == ((None, "Q", "", ""), (1, "A", "", ""))
    assert Rates(form)["①"] == (None, "Q", "")


def test_dots_in_one_sign_stay_a_mark_for_no_figure() -> None:
    assert Figures(Format(missing={"…": "L"}))["…"] == (None, "L", "", "")


@pytest.mark.parametrize("text", ["200⁴", "2004①", "９³"])
def test_a_period_with_a_footnote_mark_is_none(text: str) -> None:
    for calendar in ("gregorian", "roc"):
        with pytest.raises(ValueError, match="footnote mark"):
            periods.read(text, calendar)


@pytest.mark.parametrize(("row", "column", "text"), [(2, 2, "27②"), (2, 1, "theft①"), (2, 0, "010¹"), (4, 0, "01010①")])
def test_the_receipt_names_the_mark(judge_bytes: Judge, row: int, column: int, text: str) -> None:
    rows = crime_rows()
    rows[row][column] = text
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.found, found.row, found.column) == ("footnote_mark", text, row + 1, column + 1)


def test_a_measure_of_the_long_shape_too(judge_bytes: Judge) -> None:
    rows = [["area_code", "kind", "measure", "value"]]
    rows += [
        [row[0], row[1], name, cell]
        for row in crime_rows()[1:]
        for name, cell in zip(crime_rows()[0][2:], row[2:], strict=True)
    ]
    assert judge_bytes(csv_bytes(rows))[0].verdict == "accepted"
    rows[1][2] = "recorded②"
    assert "footnote_mark" in codes(judge_bytes(csv_bytes(rows))[0])


def test_a_header_may_carry_one(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[0].append("remark²")
    rows = [rows[0], *([*row, ""] for row in rows[1:])]
    assert codes(judge_bytes(csv_bytes(rows))[0]) == ["column_unknown"], (
        "a mark makes a name unknown, not a figure wrong"
    )


@pytest.mark.parametrize("script", [1, 2])
def test_a_raised_digit_in_a_workbook_is_no_digit_of_the_figure(
    judge_bytes: Judge, tmp_path: Path, script: int
) -> None:
    """The program shows 27 with a small 2; the parser alone would read 272."""
    rows = crime_rows()
    for cell, code in ((2, "footnote_mark"), (0, "")):
        path = tmp_path / f"{cell}.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet, small = book.add_worksheet("crime"), book.add_format({"font_script": script})
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if cell:
                sheet.write_rich_string(2, cell, "27", small, "2")
            else:
                sheet.write_rich_string(0, 2, "Cases rec", book.add_format({"bold": True}), "orded")
        found = codes(judge_bytes(path, "crime_0101_2004_2005-01-20.xlsx")[0])
        assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"superscript"', b'"&#115;uperscript"'),
        (b"<vertAlign ", b'<x-y.z:vertAlign xmlns:x-y.z="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '),
        (b"<t>27", b"<rPh sb='0' eb='1'><t>9</t></rPh><t>27"),
    ],
)
def test_however_it_is_written(judge_bytes: Judge, tmp_path: Path, old: bytes, new: bytes) -> None:
    rows, path = crime_rows(), tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("crime")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.write_rich_string(2, 2, "27", book.add_format({"font_script": 1}), "2")

    def edit(name: str, data: bytes) -> bytes:
        assert name != "xl/sharedStrings.xml" or old in data
        return data.replace(old, new) if name == "xl/sharedStrings.xml" else data

    one = only(judge_bytes(repack(path, edit), "crime_0101_2004_2005-01-20.xlsx")[0])
    assert (one.code, one.found) == ("footnote_mark", "27²")
