"""What an edition implies of its sensitive figures, as one program: which are printed, kept back or missing, and what
ties them: areas, classes, months, parts, rules, printed rates, figures on the boundaries of today.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.adversary import of_areas, of_documents, of_rates, of_today
from pipelines.adversary.cells import Cell, complement
from pipelines.adversary.edition import Edition
from pipelines.adversary.program import Program


@dataclass(frozen=True)
class Implied:
    """`program`; `hidden`: the figures and complements that are kept back, to be audited."""

    program: Program
    hidden: list[Cell]


def of(edition: Edition) -> Implied:
    """The program of an edition."""
    known = {cell: figure.value for cell, figure in edition.figures.items() if figure.value is not None}
    hidden, missing = list[Cell](), set[Cell]()
    for cell, below in edition.cells:
        figure = edition.figures.get(cell)
        whole = figure or edition.figures.get(edition.total(cell))  # no class of what nobody has is kept back
        if figure.is_hidden if figure else below and (whole is None or whole.value is not None or whole.is_hidden):
            hidden.append(cell)
        elif cell not in known:
            missing.add(cell)
    program = Program(known, missing, edition.pools)
    for cell in (*hidden, *sorted(missing)):
        program.unknown(cell)
    kept = set(hidden)
    for cell in [cell for cell, _ in edition.cells]:
        if found := edition.complements.get(cell[:2]):
            other, rest = cell._replace(measure=found[1]), complement(cell, found[1])
            if cell in known and other in known:
                continue
            program.add([(1, other), (-1, cell), (-1, program.unknown(rest))], 0, 0)
            if cell in kept or other in kept:
                hidden.append(rest)
    of_areas.add(edition, program)
    of_documents.add(edition, program)
    of_rates.add(edition, program)
    of_today.add(edition, program)
    return Implied(program, hidden)
