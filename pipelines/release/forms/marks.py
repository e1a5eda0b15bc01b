"""The marks that stand in place of a figure or beside it: those of the UK's guidance on statistics in spreadsheets
where it has one, each from an SDMX code. What a mark means is `form.mark.<mark>` of the message catalogue.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pipelines.release.forms.figures import Figure

REVISED, NOT_APPLICABLE, NOT_AVAILABLE = "r", "z", "x"

STATUS = {
    "B": "b",
    "D": "d",
    "E": "e",
    "P": "p",
    "M": NOT_APPLICABLE,
    "L": NOT_AVAILABLE,
    "O": NOT_AVAILABLE,
    "Q": "c",
    "U": "u",
}
"""SDMX OBS_STATUS -> mark; A (normal) has none."""

QUALIFIER = {"at_least": "min", "at_most": "max", "estimated": "e"}

ALL = ("b", "c", "d", "e", "max", "min", "p", "r", "u", "x", "z")
"""Every mark, in the order of legends."""


def of(figure: Figure) -> list[str]:
    """The marks of a figure, each once; of a missing one the first stands in its place."""
    revised = [REVISED] if figure.is_revised else []
    if not figure.text:
        return [STATUS.get(figure.status, NOT_AVAILABLE), *revised]
    beside = (STATUS.get(figure.status, ""), QUALIFIER.get(figure.qualifier, ""), "" if figure.is_whole else "d")
    return [*(mark for mark in dict.fromkeys(beside) if mark), *revised]


def shown(value: Decimal, decimals: int) -> str:
    """A limit of an interval, a bound or a distance: half away from zero at a number of decimals."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def bound(figure: Figure) -> str:
    """The upper bound of a figure that is a lower one, with as many decimals, where it is another; else ''."""
    if figure.bound is None or not figure.text:
        return ""
    text = shown(figure.bound, len(figure.text.partition(".")[2]))
    return "" if text == figure.text else text
