"""The marks that stand in place of a figure or beside it: those of the UK's guidance on statistics in spreadsheets
where it has one, each from an SDMX code. What a mark means is `form.mark.<mark>` of the message catalogue.
"""

from __future__ import annotations

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


def beside(status: str, qualifier: str, is_whole: bool) -> list[str]:
    """The marks beside a figure that is there, each once. is_whole: it is of its whole period."""
    found = (STATUS.get(status, ""), QUALIFIER.get(qualifier, ""), "" if is_whole else "d")
    return [mark for mark in dict.fromkeys(found) if mark]
