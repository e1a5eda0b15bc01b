"""The frame of a table: which areas and breakdowns are the smallest, and how totals follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.periods import parse, shift
from pipelines.contracts.returns import Return

YEARS = 10
"""Years of a series whose document sets no end."""


@dataclass(frozen=True)
class Frame:
    """Areas and breakdowns of a table in a period, smallest first: every total comes after its parts."""

    leaves: tuple[str, ...]
    parents: dict[str, tuple[str, ...]]
    """Area above the leaves that has a row of its own -> the leaves below it."""
    breakdowns: tuple[str, ...]
    totals: dict[str, tuple[str, ...]]
    """Breakdown that is a total -> the smallest breakdowns it adds up."""


def periods(table: Return) -> list[str]:
    """The periods owed, from the document's first to its last."""
    first = table.due.start
    last = table.due.until or shift(first, YEARS - 1)
    found = [first]
    while parse(found[-1]).end < parse(last).end:
        found.append(_next(found[-1], parse(first).months))
    return found


def _next(period: str, months: int) -> str:
    if months == 12:
        return shift(period, 1)
    year, month = int(period[:4]), int(period[5:7]) + months
    return f"{year + (month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}{period[7:]}"


def units(catalog: Catalog, table: Return, period: str) -> list[str]:
    """The reporting units of a table in a period."""
    end = parse(period).end.isoformat()
    return [a.code for a in catalog.areas.values() if a.level == table.reporting_unit and a.valid_in("", end)]


def frame(catalog: Catalog, table: Return, unit: str, period: str) -> Frame:
    """The frame of one submission."""
    areas, expected = catalog.expected_rows(table, unit, period)
    lowest = max(catalog.programme.levels.index(catalog.areas[area].level) for area in areas)
    leaves = tuple(a for a in areas if catalog.programme.levels.index(catalog.areas[a].level) == lowest)
    end = parse(period).end.isoformat()
    parents = {
        area: tuple(below for below in catalog.areas_below(area, end) if below in leaves)
        for area in areas
        if area not in leaves
    }
    totals: dict[str, tuple[str, ...]] = {}
    lists = catalog.dimensions(table.table)
    for breakdown in expected:
        below = tuple(_smallest(lists, breakdown, set(expected)))
        if below != (breakdown,):
            totals[breakdown] = below
    return Frame(leaves, parents, tuple(b for b in expected if b not in totals), totals)


def _smallest(lists: dict[str, Codelist], breakdown: str, expected: set[str]) -> Iterator[str]:
    if breakdown == TOTAL:
        yield breakdown
        return
    codes = dict(part.split("=", 1) for part in breakdown.split(";"))
    for combination in product(*(_below(lists[name], code) for name, code in codes.items())):
        text = ";".join(f"{name}={code}" for name, code in zip(codes, combination, strict=True))
        if text in expected:
            yield text


def _below(codelist: Codelist, code: str) -> list[str]:
    parts = codelist.parts.get(code, ())
    return [leaf for part in parts for leaf in _below(codelist, part)] or [code]


def codes(breakdown: str) -> list[str]:
    """The codes of a breakdown, in dimension order."""
    return [] if breakdown == TOTAL else [part.split("=", 1)[1] for part in breakdown.split(";")]
