"""Which areas of then make up the areas of a day: the events of areas, followed from the day they took effect on.

Shares of events that follow one another are multiplied as fractions. What figures become is the models' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import lcm

from pipelines.contracts.catalog import Catalog

Image = dict[str, Fraction]
"""Area of a later day -> the share of an area that went there."""

LARGEST_DENOMINATOR = 10**12
"""Of shares: a figure of 64 bits times it stays far within the exact integers of every engine."""


@dataclass(frozen=True)
class Piece:
    """From `valid_from` to `valid_to` (ISO, '' = open), `numerator`/`denominator` of the area counts for `to`.

    All pieces of an area in a span have one denominator, and add up to 1. `to` is '' for what has no successor.
    """

    area: str
    valid_from: str
    valid_to: str
    to: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Part:
    """From `valid_from` to `valid_to`, `part` (an area of the day) is what `area` is put together from."""

    area: str
    valid_from: str
    valid_to: str
    part: str


class Correspondence:
    """How areas before each event correspond to those of `today` (ISO day); later events have not happened."""

    def __init__(self, catalog: Catalog, today: str):
        self._catalog, self._today = catalog, today
        by_day: dict[str, dict[str, Image]] = {}
        for event in catalog.area_events.values():
            if event.shares and event.day <= today:
                by_day.setdefault(event.day, {}).update(event.shares)
        self._by_day = dict(sorted(by_day.items()))
        self._involved = dict.fromkeys(
            code for day in self._by_day.values() for origin, image in day.items() for code in (origin, *image) if code
        )
        self._spans = list(self._followed())
        self._moved = {
            to: None
            for _, _, images in self._spans
            for code, image in images.items()
            for to in image
            if to and (code != to or image[to] != 1)
        }

    def _followed(self) -> Iterator[tuple[str, str, dict[str, Image]]]:
        """(first day, last day, area then -> image today) of each span between events, the latest first."""
        after: dict[str, Image] = {
            code: {code: Fraction(1)} if self._there(code, self._today) else {"": Fraction(1)}
            for code in self._involved
        } | {"": {"": Fraction(1)}}
        until = ""
        for day, moved in reversed(self._by_day.items()):
            yield day, until, after
            before: dict[str, Image] = {"": {"": Fraction(1)}}
            for code in self._involved:
                image: Image = {}
                for to, share in moved.get(code, {code: Fraction(1)}).items():
                    for last, part in after[to].items():
                        image[last] = image.get(last, Fraction()) + share * part
                before[code] = image
            after, until = before, _eve(day)
        yield "", until, after

    def _there(self, code: str, day: str) -> bool:
        return self._catalog.areas[code].valid_in("", day)

    def pieces(self) -> Iterator[Piece]:
        """The pieces of every area that events touch, and of the others that touched areas are put together from."""
        for first, last, images in self._spans:
            for code, image in images.items():
                if not code:
                    continue
                area = self._catalog.areas[code]
                start, end = max(first, area.valid_from), min(last or "9", area.valid_to or "9")
                if start > end or not any(to in self._moved for to in image):
                    continue
                whole = lcm(*(share.denominator for share in image.values()))
                for to, share in image.items():
                    yield Piece(code, start, "" if end == "9" else end, to, int(share * whole), whole)
        others = {part.part for part in self.parts()} - set(self._moved)
        for code in sorted(others):
            area = self._catalog.areas[code]
            yield Piece(code, area.valid_from, area.valid_to, code, 1, 1)

    def parts(self) -> Iterator[Part]:
        """What each touched area of today is put together from: itself, or where areas crossed its border and nothing
        is said of itself, the areas of today below it, before the last crossing."""
        for code in self._moved:
            yield Part(code, "", "", code)
        for code, day in self._crossed.items():
            for part in self._below(code):
                yield Part(code, "", _eve(day), part)
            yield Part(code, day, "", code)

    @cached_property
    def _crossed(self) -> dict[str, str]:
        """Area of today without an event of its own -> the last day on which areas crossed its border."""
        found: dict[str, str] = {}
        for day, moved in self._by_day.items():
            codes = crossed(self._catalog, moved)
            found |= {code: day for code in codes if code not in self._moved and self._there(code, self._today)}
        return found

    def _below(self, code: str) -> Iterator[str]:
        for area in self._catalog.areas.values():
            if area.parent == code and area.valid_in("", self._today):
                if area.code in self._crossed:
                    yield from self._below(area.code)
                else:
                    yield area.code


def crossed(catalog: Catalog, moved: dict[str, Image]) -> list[str]:
    """Areas whose border something crosses when areas below them move."""
    found: dict[str, None] = {}
    for origin, image in moved.items():
        for to in image:
            one, other = _above(catalog, origin), _above(catalog, to)
            found |= dict.fromkeys([*(a for a in one if a not in other), *(a for a in other if a not in one)])
    return list(found)


def _above(catalog: Catalog, code: str) -> list[str]:
    found = []
    while code and (code := catalog.areas[code].parent):
        found.append(code)
    return found


def _eve(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def largest_denominator(catalog: Catalog) -> int:
    """Of all shares, followed through every event written down."""
    return max((piece.denominator for piece in Correspondence(catalog, "9999-12-31").pieces()), default=1)


def reshaped(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """(event, area, first day of the new shape) for each area that is not, under its code, what it was before."""
    for id, event in catalog.area_events.items():
        moved = event.shares
        sources: dict[str, list[str]] = {}
        for origin, image in moved.items():
            for to in image:
                sources.setdefault(to, []).append(origin)
        changed = dict.fromkeys([*event.targets, *(origin for origin in moved if origin in moved[origin])])
        unchanged = [code for code in changed if moved.get(code) == {code: Fraction(1)} and sources[code] == [code]]
        named = {*moved, *event.targets}
        above = [
            code
            for code in crossed(catalog, moved)
            if code not in named and catalog.areas[code].valid_in("", event.day)
        ]
        for code in [*(code for code in changed if code not in unchanged), *above]:
            yield id, code, event.day
