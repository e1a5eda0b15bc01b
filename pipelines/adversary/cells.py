"""The names of figures, and how a sentence calls them. Nothing of their values."""

from __future__ import annotations

from typing import NamedTuple

HIDDEN = "confidential"
"""The reason of a figure that is kept back."""
FIGURE = ("table_id", "measure_id", "area_code", "period", "breakdown")
RATE = ("indicator_id", "area_code", "period", "breakdown")
"""The columns that name a figure, and those that name a rate."""


class Cell(NamedTuple):
    """One figure. `area` may be a pool, or what could not be allocated below an area; `measure` a complement."""

    table: str
    measure: str
    area: str
    period: str
    breakdown: str

    def __str__(self) -> str:
        of = "" if self.breakdown == "_T" else f" ({self.breakdown})"
        return f"{self.table}.{self.measure}{of} of {self.area} in {self.period}"


def complement(part: Cell, whole: str) -> Cell:
    """What of the whole is not in the part."""
    return part._replace(measure=f"{whole} less {part.measure}")


def remainder(cell: Cell) -> Cell:
    """What was counted in an area and in no area below it."""
    return cell._replace(area=f"{cell.area} not allocable")


class Figure(NamedTuple):
    """What an edition prints of a figure: `value` None where nothing."""

    value: int | None
    reason: str
    origin: str
    not_allocable: int | None

    @property
    def is_hidden(self) -> bool:
        """Is it kept back, and not merely missing?"""
        return self.reason == HIDDEN


class Area(NamedTuple):
    """An area of the tree; days are ISO, '' = open."""

    code: str
    parent: str
    level: str
    valid_from: str
    valid_to: str


class Pool(NamedTuple):
    """Areas published together, of one family below one parent in one year."""

    id: str
    family: str
    parent: str
    year: int
    level: str
    areas: int
    with_not_allocable: bool
    members: frozenset[str]
