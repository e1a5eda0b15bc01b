"""The linear program of an edition: unknown figures and rows that tie them, exact. Nothing is solved here.

Every unknown is a whole number from 0 on. What is printed enters a row as a constant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipelines.adversary.cells import Cell, Pool, remainder

Terms = Iterable[tuple[int, Cell]]
"""(times, figure)"""


class Row(NamedTuple):
    """low <= sum of times x unknown <= high; None leaves a side open."""

    terms: dict[int, int]
    low: int | None
    high: int | None


class Program:
    """`known`: what is printed; `missing`: figures that nobody has, which no sum of a pool holds."""

    def __init__(self, known: dict[Cell, int], missing: set[Cell], pools: dict[str, Pool]):
        self.known, self.missing, self.pools = known, missing, pools
        self.index: dict[Cell, int] = {}
        self.cells: list[Cell] = []
        self.rows: list[Row] = []

    def unknown(self, cell: Cell) -> Cell:
        """Makes a figure an unknown, if it is none and not printed."""
        if cell not in self.known and cell not in self.index:
            self.index[cell] = len(self.cells)
            self.cells.append(cell)
        return cell

    def add(self, terms: Terms, low: int | None, high: int | None) -> bool:
        """Adds low <= sum <= high. False, and nothing added, where a figure is none that the program knows of."""
        found: dict[int, int] = {}
        for times, cell in self._of_areas(terms):
            value = self.known.get(cell)
            if value is not None:
                low = None if low is None else low - times * value
                high = None if high is None else high - times * value
            elif cell in self.index:
                number = self.index[cell]
                found[number] = found.get(number, 0) + times
            else:
                return False
        found = {number: times for number, times in found.items() if times}
        if found:
            self.rows.append(Row(found, low, high))
        return True

    def _of_areas(self, terms: Terms) -> Iterable[tuple[int, Cell]]:
        """Terms with a pool replaced by its members, and by what its parent could not allocate where that is in it."""
        for times, cell in terms:
            pool = self.pools.get(cell.area)
            if pool is None:
                yield times, cell
                continue
            members = (cell._replace(area=area) for area in sorted(pool.members))
            yield from ((times, member) for member in members if member not in self.missing)
            if pool.with_not_allocable:
                yield times, self.unknown(remainder(cell._replace(area=pool.parent)))
