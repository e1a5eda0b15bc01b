"""Areas that may change places in a program: their figures have the same interval, so one is solved for all.

Two areas may when exchanging every unknown of the one with the unknown of the same name of the other leaves the program
as it is. That holds when both have the same unknowns between the same bounds, the same rows of their own, and stand in
the same shared rows with the same factors, since an exchange then maps each row onto itself or onto one of the other
area that says the same. An exchange maps solutions onto solutions: what one figure can be, the other can be.
"""

from __future__ import annotations

from collections.abc import Hashable

from pipelines.adversary.program import Program, Row
from pipelines.adversary.reduced import Reduced


def representatives(program: Program, reduced: Reduced, numbers: list[int], rows: list[Row]) -> dict[int, int]:
    """unknown -> the one solved for it, of one component."""
    own: dict[str, list[Hashable]] = {}
    for number in numbers:
        cell = program.cells[number]
        own.setdefault(cell.area, []).append((_name(program, number), reduced.low[number], reduced.high[number]))
    inside: dict[str, list[Hashable]] = {area: [] for area in own}
    shared: dict[str, list[Hashable]] = {area: [] for area in own}
    for place, row in enumerate(rows):
        by_area: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, times in row.terms.items():
            by_area.setdefault(program.cells[number].area, []).append((_name(program, number), times))
        for area, terms in by_area.items():
            if len(by_area) == 1:
                inside[area].append((tuple(sorted(terms)), row.low, row.high))
            else:
                shared[area].append((place, tuple(sorted(terms))))
    first: dict[Hashable, str] = {}
    alike = {
        area: first.setdefault((frozenset(own[area]), tuple(sorted(inside[area], key=repr)), tuple(shared[area])), area)
        for area in own
    }
    return {
        number: program.index[program.cells[number]._replace(area=alike[program.cells[number].area])]
        for number in numbers
    }


def _name(program: Program, number: int) -> tuple[str, ...]:
    cell = program.cells[number]
    return cell.table, cell.measure, cell.period, cell.breakdown
