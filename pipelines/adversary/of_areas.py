"""Rows of areas: a parent is its children and what could not be allocated; a pool is its members."""

from __future__ import annotations

from pipelines.adversary.cells import Cell, Figure, remainder
from pipelines.adversary.edition import Edition
from pipelines.adversary.program import Program

_NOTHING = Figure(None, "", "", None)


def add(edition: Edition, program: Program) -> None:
    """Adds the rows of parents and of pools."""
    for cell, _ in edition.cells:
        children = [cell._replace(area=area) for area in edition.children(cell.area, cell.period)]
        if not children or not all(child in program.known or child in program.index for child in children):
            continue
        left = [_remainder(edition, program, cell)]
        program.add([(1, cell), *((-1, child) for child in children), *((-1, one) for one in left if one)], 0, 0)
    for cell, figure in edition.figures.items():
        if cell.area in edition.pools and figure.value is not None:
            program.add([(1, cell)], figure.value, figure.value)


def _remainder(edition: Edition, program: Program, cell: Cell) -> Cell | None:
    """What could not be allocated, as a figure of its own; None where the parent was put together from its children or
    the documents say that everything is allocated.
    """
    figure = edition.figures.get(cell, _NOTHING)
    measure = edition.catalog.returns[cell.table].measure(cell.measure)
    if figure.origin == "summed" or (measure and measure.fully_allocable):
        return None
    rest = remainder(cell)
    if figure.not_allocable is not None:
        program.known.setdefault(rest, figure.not_allocable)
    return program.unknown(rest)
