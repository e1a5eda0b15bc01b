"""Rows of printed rates: a printed numerator or denominator is a figure, a printed value bounds their exact ratio.

A value S of last decimals is the ratio rounded half away from zero: 2 |S| - 1 <= 2 N M / D < 2 |S| + 1, where M is the
multiplier with the decimals. Whole numbers on both sides make the strict bound a closed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pipelines.adversary.cells import RATE, Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.of_documents import of
from pipelines.adversary.program import Program
from pipelines.contracts.catalog import ResolvedTerm

Sides = tuple[list[ResolvedTerm], list[ResolvedTerm]]


class Rate(NamedTuple):
    """What a row of any mart prints of a rate, None where nothing. `decimals` are those of the value."""

    indicator: str
    area: str
    period: str
    breakdown: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    decimals: int


def add(edition: Edition, program: Program) -> None:
    """Adds the rows of mart_indicator, mart_scorecard and mart_reported."""
    sides = {id: edition.catalog.sides(one) for id, one in edition.indicators.items()}
    for rate in (*computed(edition), *_reported(edition, sides)):
        if found := sides[rate.indicator].get(rate.breakdown):
            _add(edition, program, rate, found)


def _add(edition: Edition, program: Program, rate: Rate, sides: Sides) -> None:
    for side, shown in zip(sides, (rate.numerator, rate.denominator), strict=True):
        if shown is not None and side:
            program.add(_terms(side, rate), shown, shown)
    if rate.value is not None and (rate.numerator is None or rate.denominator is None):
        rounded(program, sides, rate, edition.indicators[rate.indicator].multiplier)


def rounded(program: Program, sides: Sides, rate: Rate, multiplier: int) -> None:
    """Adds what the printed value of a rate says of its sides; of a count, which has no denominator, its figure."""
    assert rate.value is not None
    top, bottom = (_terms(side, rate) for side in sides)
    scale = 10**rate.decimals
    shown, times = int(rate.value * scale), 2 * multiplier * scale
    if not bottom:
        program.add(top, shown // scale, shown // scale)
        return
    for sign in (1, -1):  # sign * ratio <= its upper bound, and so the lower bound from the other sign
        limit = 2 * sign * shown + 1
        is_open = sign * shown >= 0  # away from zero the half belongs to the next value, towards zero to this one
        terms = [*((sign * times * n, cell) for n, cell in top), *((-limit * n, cell) for n, cell in bottom)]
        program.add(terms, None, -1 if is_open else 0)


def _terms(side: list[ResolvedTerm], rate: Rate) -> list[tuple[int, Cell]]:
    return [(term.times, of(term, rate.area, rate.period)) for term in side]


def computed(edition: Edition) -> Iterator[Rate]:
    """What the marts of rates and of verdicts print."""
    printed = ("numerator", "denominator", "value", "n", "value_text", "headline_text")
    for table in ("mart_indicator", "mart_scorecard"):
        for id, area, period, breakdown, top, bottom, value, n, text, headline in edition.files.rows(
            table, (*RATE, *printed)
        ):
            indicator = edition.indicators.get(id)
            if indicator is None:
                continue
            if indicator.kind in ("count", "rate_per_n"):
                top = n if top is None else top
            else:
                bottom = n if bottom is None else bottom
            decimals, short = indicator.decimals, text or headline
            if value is None and short:
                value, decimals = Decimal(short), _decimals(short)
            yield Rate(id, area, period, breakdown, top, bottom, value, decimals)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _reported(edition: Edition, sides: dict[str, dict[str, Sides]]) -> Iterator[Rate]:
    """Rates that offices printed and that are known to be ours: one that differs says nothing for certain."""
    columns = (
        "table_id", "reported_id", "indicator_id", "area_code", "period", "breakdown", "reported_value", "numerator",
        "denominator", "comparison",
    )  # fmt: skip
    for table, reported, id, area, period, shown, value, numerator, denominator, comparison in edition.files.rows(
        "mart_reported", columns
    ):
        found = edition.catalog.returns.get(table)
        stated = next((one for one in found.reported if one.id == reported), None) if found else None
        if id not in edition.indicators or stated is None:
            continue
        for breakdown, (top, _) in sides[id].items():
            if {term.breakdown for term in top if term.table == table} == {shown} or breakdown == shown:
                value = value if comparison == "equal" else None
                yield Rate(id, area, period, breakdown, numerator, denominator, value, stated.decimals)
                break
