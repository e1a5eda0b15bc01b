"""The words that identify a row -> area, unit, period and codes, each word worked out once.

Finding out which words go wrong, not where they stand: addresses are the caller's.
"""

from __future__ import annotations

import re
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
    """An area in a period: its code and the unit that answers for it, or a fault and the nearest code.

    `within`: the code of the area that it was looked for in. `outer`: number of the outer name at fault, from 1.
    """

    area: str
    unit: str
    fault: str = ""
    nearest: str = ""
    within: str = ""
    outer: int = 0


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
    def _places(self) -> dict[tuple[str, str, tuple[str, ...]], Place]:
        return {}

    @cached_property
    def _words(self) -> dict[tuple[str, str], Word]:
        return {}

    @cached_property
    def _names(self) -> dict[tuple[str, str, bool], dict[str, str]]:
        return {}

    def place(self, text: str, period: str, outer: tuple[str, ...] = ()) -> Place:
        """The area a cell names, by code or by a name that only one area valid in the period bears.

        Of a city state and its city the name means the one at a level that owes rows; with `outer`, names of areas
        around it, widest first, the one that lies in those.
        """
        found = self._places.get((text, "", outer)) or self._places.get((text, period, outer))
        if found is None:
            _tidy(self._places)
            found = self._place(text, period, outer)
            area = self.plan.catalog.areas.get(text) if found.area == text and not outer else None
            ever = area and not area.valid_from and not area.valid_to  # a name may mean another one in another period
            self._places[text, "" if ever else period, outer] = found
        return found

    def period(self, text: str) -> Word:
        """The SDMX period a cell names, of the frequency that the return is due in."""
        found = self._words.get(("", text))
        if found is None:
            _tidy(self._words)
            found = self._words["", text] = self._period(text)
        return found

    def month(self, year: str, month: str) -> Word:
        """The SDMX month that two cells name, a year and a month from 1 to 12."""
        found = re.fullmatch("0?([1-9]|1[0-2])月?", clean(month)) if not noted(month) else None
        if not found:
            return Word("", "month_unreadable")
        return self.period(f"{year.strip().removesuffix('年')}年{found[1]}月" if clean(year) else "")

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

    def _place(self, text: str, period: str, outer: tuple[str, ...]) -> Place:
        end = parse(period).end.isoformat()
        within = ""
        for number, name in enumerate(outer, start=1):
            word = self._area(name, end, within, has_areas=True)
            if word.fault:
                return Place("", "", word.fault, word.nearest, within, number)
            within = word.value
        word = self._area(text, end, within)
        unit = self.plan.catalog.ancestor(word.value, self.plan.table.reporting_unit) or ""
        if word.fault:
            return Place("", unit, word.fault, word.nearest, within)
        return Place(word.value, unit, "" if unit else "area_above_unit")

    def _area(self, text: str, end: str, within: str, has_areas: bool = False) -> Word:
        """The area that a word names on a day, in another ('': anywhere). `has_areas`: one that is not the smallest.

        A word with a fault has the code too where the area is known, and only not valid then.
        """
        areas, pad = self.plan.catalog.areas, self.plan.table.area.pad
        if noted(text) and not _listed(text, areas.values()):
            return Word("", "footnote_mark")
        text = clean(text)
        if not text:
            return Word("", "area_empty")
        code = text.zfill(pad) if text.isascii() and text.isdigit() and not has_areas else text
        code = code if code in areas else text
        if code not in areas:
            known = self._known(end, within, has_areas)
            named = known.get(fold(text))
            if not named:
                fault = "area_ambiguous" if named == "" else "area_not_within" if within else "area_unknown"
                return Word("", fault, "" if named == "" else _nearest(text, known))
            code = named
        if not areas[code].valid_in("", end):
            return Word(code, "area_not_valid")
        return Word(code) if not within or self._lies(code, within) else Word("", "area_not_within")

    def _known(self, end: str, within: str, has_areas: bool) -> dict[str, str]:
        """Name -> code of the areas valid on a day that lie in another ('': all)."""
        key = (end, within, has_areas)
        if key not in self._names:
            areas = self.plan.catalog.areas
            above = {area.parent for area in areas.values()}
            valid = [
                area
                for area in areas.values()
                if area.valid_in("", end)
                and (not within or self._lies(area.code, within))
                and (not has_areas or area.code in above)
            ]
            due = [area for area in valid if area.level in self.plan.table.due.areas]
            self._names[key] = by_label(valid) | by_label(due)
        return self._names[key]

    def _lies(self, code: str, within: str) -> bool:
        """Does an area lie in another (and is not that one)?"""
        above = self.plan.catalog.areas[code].parent
        while above and above != within:
            above = self.plan.catalog.areas[above].parent
        return above == within

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


def _nearest(text: str, known: dict[str, str]) -> str:
    """The code of the area most like a word; a number is compared with codes of its length only."""
    alike = [name for name in known if len(name) == len(text)] if text.isdigit() else list(known)
    return known.get(fold(nearest(text, alike)), "")


def _listed(text: str, items: Iterable[Item]) -> bool:
    """Does a list itself write a code or name with this mark?"""
    return any(text.strip() in labels(item) for item in items)


def _tidy(memory: dict[tuple[str, str, tuple[str, ...]], Place] | dict[tuple[str, str], Word]) -> None:
    if len(memory) > 200_000:
        memory.clear()
