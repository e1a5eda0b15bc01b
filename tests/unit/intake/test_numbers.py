"""Cells with figures: what they say, exactly, or why they say nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts.programme import Format
from pipelines.intake.numbers import Figures, Rates, decimal_mark

FORM = Format(
    missing={"..": "L", "- -": "M", "n/a": "O"},
    qualifiers={"≥": "at_least", "以上": "at_least", "over": "at_least", "约": "estimated"},
)
READ = Figures(FORM)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("１２３", 123),
        ("1,234", 1234),
        ("１，２３４，５６７", 1234567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("007", 7),
        ("三十", 30),
        ("一百零五", 105),
        ("二〇〇四", 2004),
        ("1.2万", 12000),
        ("两百", 200),
        ("廿五", 25),
        ("壹佰贰拾", 120),
        ("〇", 0),
        ("10万", 100000),
        ("二百零五万三千", 2053000),
    ],
)
def test_whole_numbers(text: str, value: int) -> None:
    assert READ[text] == (value, "A", "", "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "number_empty"),
        ("   ", "number_empty"),
        ("many", "number_text"),
        ("#DIV/0!", "number_text"),
        ("百分之三", "number_text"),
        ("+5", "number_text"),
        ("٣", "number_text"),
        ("1_000", "number_text"),
        ("一百五", "number_text"),
        ("≥", "number_text"),
        ("2004-01-01", "number_text"),
        ("-3", "number_negative"),
        ("−3", "number_negative"),
        ("－３", "number_negative"),
        ("(3)", "number_negative"),
        ("负三", "number_negative"),
        ("4.5", "number_decimal"),
        ("4.0", "number_decimal"),
        (".5", "number_decimal"),
        ("三点五", "number_decimal"),
        ("1.23456万", "number_decimal"),
        ("1,23", "number_grouping"),
        ("1234,567", "number_grouping"),
        ("1,234,56", "number_grouping"),
        ("1e5", "number_exponent"),
        ("1.2E+05", "number_exponent"),
        ("9" * 19, "number_too_large"),
    ],
)
def test_what_is_no_whole_number_says_why(text: str, fault: str) -> None:
    assert READ[text] == (None, "", "", fault)


@pytest.mark.parametrize(("text", "status"), [("..", "L"), ("- -", "M"), ("－ －", "M"), ("N/A", "O")])
def test_missing_marks_are_a_status_and_no_zero(text: str, status: str) -> None:
    assert READ[text] == (None, status, "", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥30000", (30000, "A", "at_least", "")),
        ("≥ 30,000", (30000, "A", "at_least", "")),
        ("Over 30,000", (30000, "A", "at_least", "")),
        ("30000以上", (30000, "A", "at_least", "")),
        ("约300", (300, "E", "estimated", "")),
    ],
)
def test_qualified_figures(text: str, expected: tuple[int, str, str, str]) -> None:
    assert READ[text] == expected


def test_an_empty_cell_may_be_a_mark() -> None:
    assert Figures(Format(missing={"": "O"}))[" "] == (None, "O", "", "")


def test_points_as_thousands() -> None:
    read = Figures(Format(thousands=["."], decimal=","))
    assert read["594.657"][0] == 594657
    assert read["1.2"][3] == "number_grouping"
    assert read["1,2"][3] == "number_decimal"


def test_chinese_numerals_can_be_switched_off() -> None:
    assert Figures(Format(chinese_numerals=False))["三十"][3] == "number_text"


@given(st.integers(0, 10**15))
def test_every_number_is_read_back_however_written(value: int) -> None:
    for text in (str(value), f"{value:,}", f"{value:,}".replace(",", " "), f" {value} "):
        assert READ[text][0] == value
    full_width = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert READ[full_width][0] == value
    assert READ[f"-{value}"][3] == "number_negative"
    assert READ[f"≥{value}"] == (value, "A", "at_least", "")


@given(st.integers(0, 99_999_999), st.sampled_from(["low", "up"]))
def test_chinese_numerals_are_read_back(value: int, mode: str) -> None:
    import cn2an

    assert READ[cn2an.an2cn(str(value), mode)][0] == value


@given(st.text(max_size=30))
def test_no_text_raises_and_only_whole_numbers_pass(text: str) -> None:
    value, status, _, fault = READ[text]
    assert (value is not None) == (status in ("A", "E"))
    assert bool(fault) == (status == "")
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("61.1", "61.1"),
        ("48", "48"),
        ("9,588", "9588"),
        ("-17%", "-17"),
        ("−5", "-5"),
        ("12,345.6", "12345.6"),
        (".5", "0.5"),
    ],
)
def test_rates_are_exact(text: str, value: str) -> None:
    assert Rates(FORM)[text] == (Decimal(value), "A", "")


def test_rates_have_statuses_and_faults_too() -> None:
    rates = Rates(Format(missing={"#DIV/0!": "M"}, decimal=",", thousands=["."]))
    assert rates["#DIV/0!"] == (None, "M", "")
    assert rates[""][2] == "rate_empty"
    assert rates["1.2"][2] == rates["x"][2] == rates["1e5"][2] == "rate_text"
    assert rates["1.234,5"][0] == Decimal("1234.5")
    assert rates["84,61538461538461538"][0] == Decimal("84.615384615385"), "landing keeps twelve decimals"


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["58.1", "8,623"], "."),
        (["58,1", "8.623"], ","),
        (["100", "8,623", "594.657"], "."),  # nothing shows it: the mark of the contract
        (["1.525388312", "12,5"], "."),  # both: that of the contract, and the others are faults
        (["7,25 %"], ","),
        (["-0,5"], ","),
        (["1.2.2004", "#DIV/0!"], "."),
    ],
)
def test_the_decimal_mark_of_a_file_is_the_one_that_separates_no_thousands(texts: list[str], mark: str) -> None:
    form = Format(other_decimals=[","], thousands=[",", "."])
    assert decimal_mark(form, texts) == mark
    assert decimal_mark(Format(), texts) == "."


def test_the_other_mark_separates_thousands_then() -> None:
    rates = Rates(Format(other_decimals=[","], thousands=[",", "."]), ",")
    assert (rates["8.623"][0], rates["58,1"][0]) == (Decimal(8623), Decimal("58.1"))
    assert rates["58.1"][2] == "rate_text"
