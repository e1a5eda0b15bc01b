"""What stands in a cell of a sheet that has no figure, and what is noted beside one that has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.release.forms import marks
from pipelines.release.forms.areas import Area
from pipelines.release.forms.figures import Figure
from pipelines.release.forms.marks import NOT_APPLICABLE
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook.table import Cell, Number

SDMX = {
    "b": "OBS_STATUS B", "c": "OBS_STATUS Q", "d": "OBS_STATUS D", "e": "OBS_STATUS E", "max": "", "min": "",
    "p": "OBS_STATUS P", "r": "", "u": "OBS_STATUS U", "x": "OBS_STATUS L, O", "z": "OBS_STATUS M",
}  # fmt: skip
"""mark -> its SDMX codes, in the order of the sheet of notes."""

_PLAIN = frozenset({"", "confidential", "with_bounds"})
"""Reasons that the mark says already, or the note in other words."""


_OPERATORS = {">=": "least", "<=": "most", "=": "equal"}


def bracketed(mark: str) -> str:
    """[c]"""
    return f"[{mark}]"


def cell(given: Figure | None) -> Cell:
    """The figure, or the mark of why there is none."""
    if given is None:
        return bracketed(NOT_APPLICABLE)
    return Number(given.text) if given.text else bracketed(marks.of(given)[0])


def notes(words: Words, periods: Sequence[str], series: Mapping[str, Figure], area: Area | None = None) -> str:
    """What is to be said of a row's figures: `[p] 2006; [x] 1997–2001: not delivered`. '' where there is nothing."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, period in enumerate(periods):
        given = series.get(period)
        marked = _marked(words, given) if given else _absent(words, period, area)
        for one in marked:
            found.setdefault(one, []).append(place)
    of_pool = [words.say("notes.pool")] if area and area.is_pool else []
    said = [
        words.say("notes.said" if said else "notes.mark", mark=mark, when=_spans(periods, places), said=said).strip()
        for (mark, said), places in found.items()
    ]
    return words.say("notes.and").join(of_pool + said)


def of_one(words: Words, given: Figure) -> str:
    """The same of a single figure, whose period is known."""
    return words.say("notes.and").join(f"{mark} {said}".strip() for mark, said in _marked(words, given))


def _marked(words: Words, given: Figure) -> list[tuple[str, str]]:
    """(mark, what is said besides) of a figure, each once."""
    broken = words.of_break(given.break_id)
    found = marks.of(given)
    if given.text:
        bound = marks.bound(given)
        noted = [("", words.say("notes.upper", upper=bound))] if bound else []
        return [*((bracketed(mark), broken if mark == "b" else "") for mark in found), *noted]
    said = "" if given.reason in _PLAIN else words.why(given)
    said = words.say("notes.because", said=said, because=broken) if broken else said
    # a mark that says it all stands in the cell
    return [(bracketed(mark), said if place == 0 else "") for place, mark in enumerate(found) if place or said]


def _absent(words: Words, period: str, area: Area | None) -> list[tuple[str, str]]:
    if area is None or area.is_pool:
        return []
    return [(bracketed(NOT_APPLICABLE), words.say("notes.nothing_due" if area.lasts(period) else "notes.no_area"))]


def target(words: Words, operator: str, value: object) -> str:
    """`at least 70`: in words, since a text that begins with = would look like a formula."""
    return words.say(f"operator.{_OPERATORS[operator]}", value=value)


def _spans(periods: Sequence[str], places: Sequence[int]) -> str:
    """`1997–2001, 2004`"""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(periods[run[0]] + (f"–{periods[run[-1]]}" if len(run) > 1 else "") for run in runs)
