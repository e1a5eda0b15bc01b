"""Periods as offices write them: `2004`, `2004年`, `2014m01`, `民國92年`, `104Y`, `July 2018 - June 2019`; SDMX text
comes out.

Which period a row must have is the gate's business.
"""

from __future__ import annotations

import calendar
import re

from pipelines.contracts.periods import canonical, parse
from pipelines.intake.text import clean, noted

ROC_OFFSET = 1911  # no year of figures: the one before the first of that calendar
"""Years of the Republic of China count from the year after this one."""

_PLAIN = re.compile(r"([0-9]{4})\s*年?")
_MONTH = re.compile(r"([0-9]{4})\s*(?:年|-?m|[/.-])\s*([0-9]{1,2})\s*月?", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[/_ ]?-?(P[0-9]{1,2}[YM])", re.IGNORECASE)
_ROC = re.compile(
    r"(?:中華)?(?:民[國国])?\s*([0-9]{2,3})\s*(?:年|Y)?(?:\s*(?:[/.-])?\s*([0-9]{1,2})\s*月)?", re.IGNORECASE
)

_FROM_TO = re.compile(r"(.+?)\s*(?:-|–|—|~|至|\bto\b|\bthrough\b)\s*(.+)", re.IGNORECASE)
_IN_WORDS = re.compile(r"([a-z]{3,9})\.?,?\s+([0-9]{4})", re.IGNORECASE)
_MONTHS = tuple(name.casefold() for name in calendar.month_name)  # English: this process sets no locale

_LONGEST = 200
"""Characters of a written period."""

IN_FILE_NAME = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]?P[0-9]{1,2}[YM]|[0-9]{4}(?:-[0-9]{2}|[mM][0-9]{2}|年(?:[0-9]{1,2}月)?)?"
    r"|(?:民[國国])?[0-9]{2,3}年"
)
"""Regular expression of a period in a file name, where `/` cannot stand."""


def alike(text: str, first: str) -> bool:
    """Is a period one of the sequence that begins with `first`: of its length, and beginning on its day of the year?"""
    one, other = parse(text), parse(first)
    same_month = one.start.month == other.start.month or other.months == 1
    return one.months == other.months and one.start.day == other.start.day and same_month


def read(text: str, years: str = "gregorian") -> str:
    """The SDMX text of a written period, the shortest that says it. With `years` of "roc" they count from 1911.

    Raises ValueError when it cannot be read.
    """
    if len(text) > _LONGEST:  # what follows would look through it again and again
        raise ValueError("so long a text is no period")
    if noted(text):
        raise ValueError(f"{text!r} carries a footnote mark")
    text = clean(text)
    if years == "roc" and (match := _ROC.fullmatch(text)):
        year = f"{int(match[1]) + ROC_OFFSET:04d}"
        return parse(f"{year}-{int(match[2]):02d}" if match[2] else year).text
    if match := _SPAN.fullmatch(text):
        return canonical(f"{match[1]}/{match[2].upper()}")
    if match := _PLAIN.fullmatch(text):
        return parse(match[1]).text
    if match := _MONTH.fullmatch(text):
        return parse(f"{match[1]}-{int(match[2]):02d}").text
    if (match := _FROM_TO.fullmatch(text)) and (first := _month(match[1])) and (last := _month(match[2])):
        return _span(first, last)
    return canonical(text)


def _month(text: str) -> str | None:
    """A month as `July 2018`, `Jul. 2018` or `2018年7月`; None when it is none."""
    if match := _IN_WORDS.fullmatch(text):
        found = [at for at, name in enumerate(_MONTHS) if at and name.startswith(match[1].casefold())]
        return f"{match[2]}-{found[0]:02d}" if len(found) == 1 else None
    match = _MONTH.fullmatch(text)
    return f"{match[1]}-{int(match[2]):02d}" if match and "年" in text else None


def _span(first: str, last: str) -> str:
    """The period from one month to another, both inclusive. Raises ValueError where the last comes first."""
    start, end = parse(first).start, parse(last).end
    months = 12 * (end.year - start.year) + end.month - start.month + 1
    if not 0 < months < 100:
        raise ValueError(f"{first} to {last} is no period")
    return canonical(f"{start.isoformat()}/P{months}M")
