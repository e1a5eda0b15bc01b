"""What stands beside the verdicts of a made-up build: limits, reliability, distance, places, runs of years."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import Any

from scipy.stats import binomtest

GOAL = Fraction(603, 10)
"""Per cent of cases cleared that the trial documents ask for."""

Row = tuple[Any, ...]


def limited(row: Row) -> Row:
    """A row of mart_indicator with the limits of its interval."""
    if row[6] != "proportion":
        return (*row, None, None)
    return (*row, *(round(100 * limit, 6) for limit in binomtest(row[7], row[8]).proportion_ci(method="wilson")))


def scored(rates: list[Row], verdicts: list[Row]) -> list[Row]:
    """Rows of mart_scorecard with what stands beside the verdict. `rates`: those of mart_indicator, limited."""
    found = []
    shown = {row[:4]: row for row in rates}
    ratio = {key: Fraction(100 * row[7], row[8]) for key, row in shown.items() if row[6] == "proportion"}
    for _, group in groupby(sorted(verdicts, key=lambda row: (row[1], row[2])), key=lambda row: row[1]):
        run = 0
        for row in group:
            lower, upper = shown[row[:4]][-2:]
            run = run + 1 if row[6] == "met" else 0
            beside = ["within_chance" if lower < GOAL < upper else "clear", _text(ratio[row[:4]] - GOAL), run]
            siblings = [
                ratio[key] for key in ratio if key[2] == row[2] and len(key[1]) == len(row[1]) == len("110101001")
            ]
            place = [1 + sum(other > ratio[row[:4]] for other in siblings), len(siblings)] if siblings else [None, None]
            found.append((*row, *beside, *place))
    return found


def _text(away: Fraction) -> str:
    scaled = int(abs(away) * 10**6 + Fraction(1, 2))
    return f"{'-' if away < 0 else ''}{scaled // 10**6}.{scaled % 10**6:06d}"
