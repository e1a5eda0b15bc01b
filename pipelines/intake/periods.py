"""Periods as offices write them: `2004`, `2004年`, `2014m01`, `民國92年`, `104Y`; SDMX text comes out.

Which period a row must have is the gate's business.
"""

from __future__ import annotations

import re

from pipelines.contracts.periods import canonical, parse
from pipelines.intake.text import clean, noted

_ROC_OFFSET = 1911  # no year of figures: the one before the first of that calendar
_PLAIN = re.compile(r"([0-9]{4})\s*年?")
_MONTH = re.compile(r"([0-9]{4})\s*(?:年|-?m|[/.-])\s*([0-9]{1,2})\s*月?", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[/_ ]?-?(P[0-9]{1,2}[YM])", re.IGNORECASE)
_ROC = re.compile(
    r"(?:中華)?(?:民[國国])?\s*([0-9]{2,3})\s*(?:年|Y)?(?:\s*(?:[/.-])?\s*([0-9]{1,2})\s*月)?", re.IGNORECASE
)

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


def read(text: str, calendar: str = "gregorian") -> str:
    """The SDMX text of a written period, the shortest that says it. In the calendar `roc`, years count from 1911.

    Raises ValueError when it cannot be read.
    """
    if noted(text):
        raise ValueError(f"{text!r} carries a footnote mark")
    text = clean(text)
    if calendar == "roc" and (match := _ROC.fullmatch(text)):
        year = f"{int(match[1]) + _ROC_OFFSET:04d}"
        return parse(f"{year}-{int(match[2]):02d}" if match[2] else year).text
    if match := _SPAN.fullmatch(text):
        return canonical(f"{match[1]}/{match[2].upper()}")
    if match := _PLAIN.fullmatch(text):
        return parse(match[1]).text
    if match := _MONTH.fullmatch(text):
        return parse(f"{match[1]}-{int(match[2]):02d}").text
    return canonical(text)
