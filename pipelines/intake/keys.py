"""The words that identify a row -> area, unit, period and codes, each word worked out once.

Finding out which words go wrong, not where they stand: addresses are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipelines.contracts.codelists import Item
from pipelines.contracts.periods import parse
from pipelines.intake import periods
from pipelines.intake.plan import Plan, by_label, labels
from pipelines.intake.text import clean, fold, nearest, noted


class Place(NamedTuple):
    """An area in a period: its code and the unit that answers for it, or a fault and the nearest code."""

    area: str
    unit: str
    fault: str = ""
    nearest: str = ""


class Word(NamedTuple):
    """A period or code, or a fault with the nearest known name."""

    value: str
    fault: str = ""
    nearest: str = ""


@dataclass
class Keys:
    """The readers of one return's identifying columns; kept for as long as the plan."""

    plan: Plan

    @cached_property
    def _places(self) -> dict[tuple[str, str], Place]:
        return {}

    @cached_property
    def _words(self) -> dict[tuple[str, str], Word]:
        return {}

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {}

    def place(self, text: str, period: str) -> Place:
        """The area a cell names, by code or by a name that only one area valid in the period bears.

        Of a city state and its city the name means the one at a level that owes rows.
        """
        found = self._places.get((text, period))
        if found is None:
            _tidy(self._places)
            marked = noted(text) and not _listed(text, self.plan.catalog.areas.values())
            found = Place("", "", "footnote_mark") if marked else self._place(clean(text), period)
            self._places[text, period] = found
        return found

    def period(self, text: str) -> Word:
        """The SDMX period a cell names, of the frequency that the return is due in."""
        found = self._words.get(("", text))
        if found is None:
            _tidy(self._words)
            found = self._words["", text] = self._period(text)
        return found

    def code(self, dimension: str, text: str) -> Word:
        """The code of a dimension that a cell names, by code or label."""
        found = self._words.get((dimension, text))
        if found is None:
            _tidy(self._words)
            found = self._words[dimension, text] = self._code(dimension, text)
        return found

    def lasts(self, dimension: str, code: str, period: str) -> bool:
        """Is the code valid at the end of the period?"""
        return self.plan.dimensions[dimension].items[code].valid_in("", parse(period).end.isoformat())

    def _place(self, text: str, period: str) -> Place:
        if not text:
            return Place("", "", "area_empty")
        catalog, column = self.plan.catalog, self.plan.table.area
        end = parse(period).end.isoformat()
        code = text.zfill(column.pad) if text.isascii() and text.isdigit() else text
        if code not in catalog.areas:
            code = text
        if code not in catalog.areas:
            if end not in self._names:
                valid = [area for area in catalog.areas.values() if area.valid_in("", end)]
                due = [area for area in valid if area.level in self.plan.table.due.areas]
                self._names[end] = by_label(valid) | by_label(due)
            named = self._names[end].get(fold(text))
            if named == "":
                return Place("", "", "area_ambiguous")
            if named is None:
                return Place("", "", "area_unknown", self._nearest(text, end))
            code = named
        if not catalog.areas[code].valid_in("", end):
            return Place("", catalog.ancestor(code, self.plan.table.reporting_unit) or "", "area_not_valid")
        unit = catalog.ancestor(code, self.plan.table.reporting_unit)
        return Place(code, unit or "", "" if unit else "area_above_unit")

    def _nearest(self, text: str, end: str) -> str:
        """The code of the area most like a word; a number is compared with codes of its length only."""
        known = self._names[end]
        alike = [name for name in known if len(name) == len(text)] if text.isdigit() else list(known)
        return known.get(fold(nearest(text, alike)), "")

    def _period(self, text: str) -> Word:
        if not clean(text):
            return Word("", "period_empty")
        try:
            found = periods.read(text, self.plan.table.period.calendar)
        except ValueError:
            return Word("", "period_unreadable")
        return Word(found, "" if periods.alike(found, self.plan.table.due.start) else "period_frequency")

    def _code(self, dimension: str, text: str) -> Word:
        known = self.plan.codes[dimension]
        if noted(text) and not _listed(text, self.plan.dimensions[dimension].items.values()):
            return Word("", "footnote_mark")
        plain = clean(text)
        if not plain:
            return Word("", "code_empty")
        pad = next(one.pad for one in self.plan.table.dimensions if one.id == dimension)
        full = plain.zfill(pad) if plain.isascii() and plain.isdigit() else plain
        code = known.get(full) or known.get(plain) or known.get(fold(plain))
        if code:
            return Word(code)
        if code == "":
            return Word("", "code_ambiguous")
        near = known.get(nearest(plain, known), "")
        return Word("", "code_unknown", near)


def _listed(text: str, items: Iterable[Item]) -> bool:
    """Does a list itself write a code or name with this mark?"""
    return any(text.strip() in labels(item) for item in items)


def _tidy(memory: dict[tuple[str, str], Place] | dict[tuple[str, str], Word]) -> None:
    if len(memory) > 200_000:
        memory.clear()
