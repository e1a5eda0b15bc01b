"""SDMX periods: their days, their year, their neighbours."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts.periods import parse, shift

_years = st.integers(1, 9990).map(lambda year: f"{year:04d}")
_months = st.builds(lambda year, month: f"{year}-{month:02d}", _years, st.integers(1, 12))
_spans = st.builds(
    lambda day, length, unit: f"{day.isoformat()}/P{length}{unit}",
    st.dates(date(1, 1, 1), date(9800, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29)),
    st.integers(1, 99),
    st.sampled_from("YM"),
)
_periods = st.one_of(_years, _months, _spans)


@pytest.mark.parametrize(
    ("text", "start", "end", "months", "year", "frequency"),
    [
        ("2004", date(2004, 1, 1), date(2004, 12, 31), 12, 2004, "A"),
        ("2004-02", date(2004, 2, 1), date(2004, 2, 29), 1, 2004, "M"),
        ("2018-07-01/P1Y", date(2018, 7, 1), date(2019, 6, 30), 12, 2019, "A"),
        ("2004-01-01/P3M", date(2004, 1, 1), date(2004, 3, 31), 3, 2004, "P3M"),
    ],
)
def test_known_periods(text: str, start: date, end: date, months: int, year: int, frequency: str) -> None:
    found = parse(text)
    assert (found.start, found.end, found.months, found.year, found.frequency) == (
        start,
        end,
        months,
        year,
        frequency,
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "04", "20044", "2004-13", "2004-00", "2004-1", "2004-02-30/P1Y", "2004-01-01/P0Y", "2004-01-01",
        "2004-02-29/P1Y", "２００４", " 2004", "2004 ", "0000", "9999-12-31/P1Y",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period; write it like"):
        parse(text)


@given(_periods)
def test_a_period_begins_before_it_ends_and_ends_in_its_year(text: str) -> None:
    found = parse(text)
    assert found.text == text
    assert found.start <= found.end
    assert found.year == found.end.year


@given(_months)
def test_a_month_is_whole(text: str) -> None:
    found = parse(text)
    assert found.start.day == 1
    assert (found.end + timedelta(days=1)).day == 1
    assert found.end - found.start < timedelta(days=31)


@given(_years)
def test_twelve_months_make_the_year(text: str) -> None:
    year, months = parse(text), [parse(f"{text}-{month:02d}") for month in range(1, 13)]
    assert (months[0].start, months[-1].end) == (year.start, year.end)
    assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(months))


@given(_periods, st.integers(-50, 50))
def test_shift_moves_whole_years_and_back(text: str, years: int) -> None:
    year = int(text[:4]) + years
    if not 1 <= year <= 9800:
        return
    moved = shift(text, years)
    assert parse(moved).start.replace(year=parse(text).start.year) == parse(text).start
    assert parse(moved).months == parse(text).months
    assert shift(moved, -years) == text


@given(_spans)
def test_a_span_meets_the_next_one(text: str) -> None:
    found = parse(text)
    if found.start.day > 28 or found.months % 12:
        return
    following = shift(text, found.months // 12)
    assert found.end + timedelta(days=1) == parse(following).start


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_a_sentence(text: str) -> None:
    try:
        assert parse(text).text == text
    except ValueError as error:
        assert "write it like 2004" in str(error)
