"""Rows of what the documents say holds: classes make a total, months a year, a part is within its whole, rules and
agreements of severity error. A warning need not hold and ties nothing; nor does what is judged of large figures only.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.program import Program
from pipelines.contracts.catalog import ResolvedTerm
from pipelines.contracts.expression import relation
from pipelines.contracts.periods import shift
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import resolved

_SIDES: dict[str, tuple[int | None, int | None]] = {"=": (0, 0), "<=": (None, 0), ">=": (0, None)}


def add(edition: Edition, program: Program) -> None:
    """Adds the rows of classes, months, rules and agreements; of parts, their complement is an unknown already."""
    stated = (
        cell for cell, figure in edition.figures.items() if figure.value is not None and figure.origin == "delivered"
    )
    delivered = {cell._replace(area="") for cell in stated}
    for cell, _ in edition.cells:
        for parts in _classes(edition, cell):
            program.add([(1, cell), *((-1, part) for part in parts)], 0, 0)
        if months := _months(edition, program, cell, cell._replace(area="") in delivered):
            program.add([(1, cell), *((-1, month) for month in months)], 0, 0)
    for id, period in edition.asked:
        table = edition.catalog.returns[id]
        breakdowns = [breakdown for breakdown, _ in edition.breakdowns(id, period)]
        areas = [area.code for area in edition.there(period)]
        for rule in table.rules:
            if rule.severity == "error":
                found = relation(rule.check)
                for area in areas:
                    for breakdown in breakdowns:
                        program.add(
                            [
                                (sign * term.times, Cell(id, term.measure, area, period, breakdown))
                                for sign, side in ((1, found.left), (-1, found.right))
                                for term in side
                            ],
                            *_SIDES[found.operator],
                        )
        _agreements(edition, program, table, period, areas)


def _classes(edition: Edition, cell: Cell) -> Iterator[list[Cell]]:
    """The exclusive classes of a figure, once per dimension in which it has some."""
    if cell.breakdown.count("=") == 0:
        return
    there = {breakdown for breakdown, _ in edition.breakdowns(cell.table, cell.period)}
    codes = dict(part.split("=", 1) for part in cell.breakdown.split(";"))
    for name, of in edition.catalog.dimensions(cell.table).items():
        if codes[name] in of.parts and edition.catalog.additive_over(cell.table, cell.measure, name):
            every = (codes | {name: code} for code in of.parts[codes[name]])
            texts = (";".join(f"{key}={code}" for key, code in each.items()) for each in every)
            yield [cell._replace(breakdown=text) for text in texts if text in there]


def _months(edition: Edition, program: Program, cell: Cell, delivered: bool) -> list[Cell]:
    """The months that make a year's figure; none where it is delivered as such, or where that of another area was and
    nothing is said of this one.
    """
    measure = edition.catalog.returns[cell.table].measure(cell.measure)
    if measure is None or measure.over_time == "none" or len(cell.period) != 4:
        return []
    months = [f"{cell.period}-{month:02d}" for month in range(1, 13)]
    found = [cell._replace(period=month) for month in months]
    if not all(one in program.known or one in program.index for one in found):
        return []
    figure = edition.figures.get(cell)
    origin = figure.origin if figure else ""
    if origin != "from_months" and (origin or delivered):
        return []
    return {"sum": found, "first": found[:1], "last": found[-1:]}[measure.over_time]


def _agreements(edition: Edition, program: Program, table: Return, period: str, areas: list[str]) -> None:
    for rule in table.agreements:
        if rule.severity != "error" or rule.base:
            continue
        for _, left, right in resolved(edition.catalog, table, rule):
            for area in areas:
                terms = [
                    (sign * term.times, of(term, area, period))
                    for sign, side in ((1, left), (-1, right))
                    for term in side
                ]
                program.add(terms, *_SIDES[relation(rule.check).operator])


def of(term: ResolvedTerm, area: str, period: str) -> Cell:
    """The figure that a term of a formula means for an area and a period."""
    return Cell(term.table, term.measure, area, shift(period, -term.lag) if term.lag else period, term.breakdown)
