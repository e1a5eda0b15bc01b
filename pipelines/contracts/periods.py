"""SDMX time periods: `2004`, `2004-07`, `2018-07-01/P1Y`. Their first and last day, year and neighbours.

The year of a period is the year in which it ends (a court year July to June belongs to the year of its June).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_YEAR = re.compile(r"([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_SPAN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})/P([0-9]{1,2})([YM])")


@dataclass(frozen=True)
class Period:
    """A reporting period: its SDMX text, first and last day (both inclusive) and length in months."""

    text: str
    start: date
    end: date
    months: int

    @property
    def year(self) -> int:
        """The reference year: the year in which the period ends."""
        return self.end.year

    @property
    def frequency(self) -> str:
        """SDMX FREQ code: A (a year), M (a month), or the ISO 8601 duration for anything else."""
        return {12: "A", 1: "M"}.get(self.months, f"P{self.months}M")


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Reads an SDMX period. Raises ValueError with a sentence when it is not one."""
    try:
        if match := _YEAR.fullmatch(text):
            year = int(match[1])
            return Period(text, date(year, 1, 1), date(year, 12, 31), 12)
        if match := _MONTH.fullmatch(text):
            start, months = date(int(match[1]), int(match[2]), 1), 1
            return Period(text, start, _add_months(start, 1) - timedelta(days=1), 1)
        if match := _SPAN.fullmatch(text):
            start = date(int(match[1]), int(match[2]), int(match[3]))
            months = int(match[4]) * (12 if match[5] == "Y" else 1)
            if months and match[0][5:10] != "02-29":  # a day that the years beside it lack has no neighbours
                return Period(text, start, _add_months(start, months) - timedelta(days=1), months)
    except ValueError:
        pass
    form = "2004, 2004-07 or 2018-07-01/P1Y"  # no year of figures: examples
    raise ValueError(f"{text!r} is not a period; write it like {form}")


def within(text: str, first: str | None, last: str | None) -> bool:
    """Does a period lie between two others, both inclusive? None leaves that side open."""
    span = parse(text)
    return (not first or parse(first).start <= span.start) and (not last or span.end <= parse(last).end)


def canonical(text: str) -> str:
    """The one way to write a period: 2004-01-01/P1Y is 2004, 2004-07-01/P1M is 2004-07, P12M is P1Y.

    Raises ValueError as `parse` does. One period in two spellings would be two.
    """
    found = parse(text)
    if found.months == 12 and (found.start.month, found.start.day) == (1, 1):
        return f"{found.start.year:04d}"
    if found.months == 1 and found.start.day == 1:
        return f"{found.start.year:04d}-{found.start.month:02d}"
    if len(text) > 7 and found.months % 12 == 0:
        return f"{text[:10]}/P{found.months // 12}Y"
    return f"{text[:10]}/P{found.months}M" if len(text) > 7 else text


def ending_in(year: int, like: str) -> str:
    """The period that ends in a year and is otherwise like another: ending_in(2019, '2010-07-01/P1Y') is
    '2018-07-01/P1Y'. Raises ValueError as `shift` does."""
    return shift(like, year - parse(like).year)


def shift(text: str, years: int) -> str:
    """The same period `years` years later (earlier when negative): shift('2004-07', -1) is '2003-07'.

    Raises ValueError outside the years 1 to 9999.
    """
    return parse(f"{int(parse(text).text[:4]) + years:04d}{text[4:]}").text
