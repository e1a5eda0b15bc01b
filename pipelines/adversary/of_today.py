"""Rows of figures on the boundaries of today: the figures of the areas of then by their shares.

A figure is divided into whole numbers, each less than 1 from its exact share; the pieces of one area are at most as
many as the areas of today that have something from it.
"""

from __future__ import annotations

from math import lcm

from pipelines.adversary.cells import FIGURE, Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.program import Program

Share = tuple[str, int, int]
"""(area of then, numerator, denominator)"""


def shares(edition: Edition) -> dict[tuple[str, str], list[Share]]:
    """(area of today, period) -> what it is put together from."""
    found: dict[tuple[str, str], list[Share]] = {}
    columns = ("area_code", "period", "from_code", "share_numerator", "share_denominator")
    for area, period, origin, numerator, denominator in edition.files.rows("dim_area_today", columns):
        found.setdefault((area, period), []).append((origin, numerator, denominator))
    return found


def add(edition: Edition, program: Program) -> None:
    """Adds the rows of mart_observation_today."""
    made_of = shares(edition)
    pieces: dict[tuple[str, str], int] = {}
    for (_, period), parts in made_of.items():
        for origin, _, _ in parts:
            pieces[origin, period] = pieces.get((origin, period), 0) + 1
    for *key, value in edition.files.rows("mart_observation_today", (*FIGURE, "value"), "value is not null"):
        cell = Cell(*key)
        parts = made_of.get((cell.area, cell.period), [])
        if cell[:2] not in edition.families or not parts:
            continue
        whole = lcm(*(denominator for _, _, denominator in parts))
        terms = [(n * whole // d, cell._replace(area=origin)) for origin, n, d in parts]
        slack = sum(pieces[origin, cell.period] * whole - 1 for origin, n, d in parts if n != d)
        program.add(terms, value * whole - slack, value * whole + slack)
