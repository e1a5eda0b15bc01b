"""Names of sheets and headers, lines that fit, numbers that a spreadsheet keeps, and the notes beside a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.release.forms.areas import Area
from pipelines.release.forms.figures import Figure
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.extract import periods
from pipelines.release.forms.workbook.table import Number, sheet_name, unique, width, wrapped

YEARS = ["2001", "2002", "2003", "2004"]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.mark.parametrize(
    ("number", "short", "expected"),
    [
        (2, "Clearance rate", "2 Clearance rate"),
        (12, "Villages, communities and units without any", "12 Villages, communities and…"),
        (3, "a/b\\c [d]: e?*", "3 a b c d e"),
        (4, "People's mediation'", "4 People’s mediation’"),
        (5, "无可防性案件村" * 5, "5 " + ("无可防性案件村" * 5)[:28] + "…"),
        (123, "x" * 40, "123 " + "x" * 26 + "…"),
    ],
)
def test_names_of_sheets_are_legal_and_told_apart_by_their_number(number: int, short: str, expected: str) -> None:
    assert sheet_name(number, short) == expected and len(expected) <= 31


def test_headers_are_never_empty_or_twice() -> None:
    assert unique(["2001", "a", "A", "", "a", ""]) == ["2001", "a", "A (2)", "-", "a (3)", "- (2)"]


def test_chinese_takes_two_digits_and_is_broken_anywhere_but_before_a_full_stop() -> None:
    assert width("ab") == 2 and width("破案率") == 6
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("数字均为虚构。", 12) == ["数字均为虚构。"], "the full stop stays with its sentence"
    assert wrapped("数字均为虚构", 8) == ["数字均为", "虚构"] and wrapped("", 8) == []
    assert wrapped("a" * 20, 8) == ["a" * 20], "a word stays whole"


@pytest.mark.parametrize(
    ("text", "form", "kept"),
    [
        ("12", "#,##0", True),
        ("-12.50", "0.00", True),
        ("0.0", "0.0", True),
        ("9" * 15, "#,##0", True),
        ("9" * 16, "#,##0", False),
        ("0." + "0" * 20 + "1", "0." + "0" * 21, False),
        ("x60.0", "0.0", False),
        ("nan", "#,##0", False),
        ("-", "#,##0", False),
        ("5.", "#,##0", False),
    ],
)
def test_a_number_is_one_that_a_spreadsheet_keeps_and_shows_its_decimals(text: str, form: str, kept: bool) -> None:
    assert (Number(text).form, Number(text).is_exact) == (form, kept)


def test_notes_name_each_mark_once_with_its_years(catalog: Catalog) -> None:
    words = Words(catalog, "en", "workbook")
    missing = Figure("1", "2001", "", "O", "not_delivered")
    series = {
        "2001": missing,
        "2002": missing,
        "2003": Figure("1", "2003", "5.0", "E", "", "estimated", bound=Decimal("7.45")),
        "2004": Figure("1", "2004", "6.0", "A", is_revised=True),
    }
    assert shorthand.notes(words, YEARS, series) == (
        "[x] 2001–2002: a figure that it needs was not delivered; [e] 2003; "
        "2003: up to 7.5, if all areas without data reach the targets; [r] 2004"
    )
    assert [shorthand.cell(series.get(year)) for year in YEARS] == ["[x]", "[x]", Number("5.0"), Number("6.0")]


def test_what_is_not_there_in_a_year_says_whether_the_area_was(catalog: Catalog) -> None:
    words = Words(catalog, "en", "workbook")
    area = Area("1", "", "township", {"en": "Elm", "zh": "榆"}, True, date(2003, 1, 1))
    series = {"2003": Figure("1", "2003", "1", "A")}
    assert shorthand.notes(words, YEARS, series, area) == (
        "[z] 2001–2002: the area did not exist; [z] 2004: nothing was due"
    )
    line = Area("1~family", "1", "township", {}, False, is_pool=True)
    assert shorthand.notes(words, YEARS, series, line).startswith("each year other areas")


def test_a_break_is_noted_in_the_words_of_its_document(catalog: Catalog) -> None:
    id, event = next(iter(catalog.area_events.items()))
    words, series = Words(catalog, "zh", "workbook"), {"2004": Figure("1", "2004", "1", "B", break_id=id)}
    assert shorthand.notes(words, YEARS, series) == f"[b] 2004：{event.because.zh.rstrip('。')}"


def test_years_are_shown_where_there_are_any_and_no_more_than_are_read() -> None:
    given = Figure("1", "2004", "1", "A")
    assert periods([{"2004-01": given, "2003": given}, {"2001": given}]) == ["2001", "2003"]
    months = {f"{year}-{month:02d}": given for year in range(2001, 2005) for month in range(1, 13)}
    assert periods([months]) == sorted(months)[-30:]


def test_what_has_no_document_any_more_keeps_its_codes(catalog: Catalog) -> None:
    words = Words(catalog, "en", "workbook")
    assert words.classes("recorded_crime", "offence_class=homicide") == "Homicide"
    assert words.classes("returns", "office=courts") == "Courts"
    assert words.classes("given_up", "kind=x;sex=y") == "x, y"
    assert words.known("missing.unheard_of", "unheard_of") == "unheard_of"
