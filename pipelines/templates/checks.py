"""The contract's rules as formulas of a spreadsheet: what is broken, in which row, which cells show it, in words.

A formula is written once for all rows that it holds for alike: `$D[0]>$E[0]` are cells of the row itself, `$D[2]` lies
two rows below. Undecided while a cell is empty or holds no plain number, as in intake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.contracts.indicators import BOUNDED
from pipelines.contracts.periods import parse
from pipelines.intake.checks import families
from pipelines.intake.text import letters
from pipelines.messages import say
from pipelines.templates.layout import Column, Grid

MANY = 60
"""Ranges of cells in one formula; a sum of more is left to intake and validation."""

_BROKEN = {"=": "<>", "<=": ">", ">=": "<"}
_SIGN = {"=": "=", "<=": "≤", ">=": "≥"}
_OFFSET = re.compile(r"\[(-?[0-9]+)\]")

Cell = tuple[int, int, int]
"""Column, row, and how many times it counts."""


@dataclass(frozen=True)
class Check:
    """Something that may be broken in a row: the formula that is true then, the columns that show it, in words."""

    formula: str
    columns: tuple[int, ...]
    words: str
    severity: str

    def at(self, row: int) -> str:
        """The formula for a row."""
        return _OFFSET.sub(lambda match: str(row + int(match[1])), self.formula)


def checks(grid: Grid) -> dict[int, list[Check]]:
    """row -> its checks: rules and parts, totals of classes, bounded shares, areas and those below them."""
    found: dict[int, list[Check]] = {}
    seen: set[tuple[int, str]] = set()
    for row, check in (*_rules(grid), *_sums(grid), *_bounded(grid), *_areas(grid)):
        if (row, check.formula) not in seen:
            seen.add((row, check.formula))
            found.setdefault(row, []).append(check)
    return found


def _check(
    row: int, left: Sequence[Cell], operator: str, right: Sequence[Cell], words: str, severity: str = "error"
) -> Iterator[tuple[int, Check]]:
    """The check of two sides, shown in the cells of them that lie in its row."""
    cells = [(column, at) for column, at, _ in (*left, *right)]
    needed = _ranges(cells, row)
    if len(needed) > MANY:
        return
    sides = [_side(side, row) for side in (left, right)]
    formula = f"AND(COUNT({','.join(needed)})={len(set(cells))},{sides[0]}{_BROKEN[operator]}{sides[1]})"
    shown = tuple(dict.fromkeys(column for column, at in cells if at == row))
    yield row, Check(formula, shown, words, severity)


def _cell(column: int, at: int, row: int) -> str:
    return f"${letters(column)}[{at - row}]"


def _ranges(cells: Sequence[tuple[int, int]], row: int) -> list[str]:
    """The cells, each once; those that follow each other down a column as one range."""
    found: list[tuple[int, int, int]] = []
    for column, at in sorted(set(cells)):
        if found and found[-1][0] == column and found[-1][2] == at - 1:
            found[-1] = (column, found[-1][1], at)
        else:
            found.append((column, at, at))
    return [
        _cell(column, first, row) + (f":{_cell(column, last, row)}" if last > first else "")
        for column, first, last in found
    ]


def _side(cells: Sequence[Cell], row: int) -> str:
    if len(cells) > 2 and len({(column, at) for column, at, times in cells if times == 1}) == len(cells):
        return f"SUM({','.join(_ranges([(column, at) for column, at, _ in cells], row))})"
    text = ""
    for column, at, times in cells:
        factor = "" if abs(times) == 1 else f"{abs(times)}*"
        text += ("-" if times < 0 else "+" if text else "") + factor + _cell(column, at, row)
    return f"({text})" if len(cells) > 1 else text


def _rules(grid: Grid) -> Iterator[tuple[int, Check]]:
    for rule in grid.plan.rules:
        sides = [[(grid.column(term.measure), term.times) for term in side] for side in (rule.left, rule.right)]
        if any(column is None for side in sides for column, _ in side):
            continue  # a measure that is not asked for in this period
        words = f"{_words(sides[0])} {_SIGN[rule.operator]} {_words(sides[1])}"
        for row, _, _ in grid.rows():
            left, right = ([(one.number, row, times) for one, times in side if one] for side in sides)
            yield from _check(row, left, rule.operator, right, words, rule.severity)


def _words(side: Sequence[tuple[Column | None, int]]) -> str:
    text = ""
    for column, times in side:
        factor = "" if abs(times) == 1 else f"{abs(times)} × "
        sign = "− " if times < 0 else "+ " if text else ""
        text += f"{' ' if text else ''}{sign}{factor}{column.header if column else ''}"
    return text


def _sums(grid: Grid) -> Iterator[tuple[int, Check]]:
    """Totals of a dimension against their parts."""
    plan, end = grid.plan, parse(grid.period).end.isoformat()
    for breakdown in grid.breakdowns:
        for dimension, parts in families(plan, breakdown, end):
            if not set(parts) <= set(grid.breakdowns):
                continue
            of = next(one for one in grid.columns if (one.kind, one.id) == ("dimension", dimension))
            for column in grid.figures:
                if column.kind != "measure" or not plan.catalog.additive_over(plan.table.table, column.id, dimension):
                    continue
                total = grid.words(of, grid.areas[0], breakdown)
                words = say("template.check.sum", grid.language, title=column.header, total=total, of=of.header)
                for area in grid.areas:
                    row = grid.row(area, breakdown)
                    right = [(column.number, grid.row(area, part), 1) for part in parts]
                    yield from _check(row, [(column.number, row, 1)], "=", right, words)


def _bounded(grid: Grid) -> Iterator[tuple[int, Check]]:
    """Shares whose two sides stand in this table: what is counted above the line is counted below it too."""
    plan = grid.plan
    for indicator in plan.catalog.indicators.values():
        if indicator.kind not in BOUNDED:
            continue
        for top, bottom in plan.catalog.sides(indicator).values():
            terms = (*top, *bottom)
            if any(one.table != plan.table.table or one.lag or one.breakdown not in grid.breakdowns for one in terms):
                continue
            sides = [[(grid.column(one.measure), one) for one in side] for side in (top, bottom)]
            if not bottom or any(column is None for side in sides for column, _ in side):
                continue
            words = say("template.check.share", grid.language, title=indicator.title[grid.language])
            for area in grid.areas:
                left, right = (
                    [(column.number, grid.row(area, one.breakdown), one.times) for column, one in side if column]
                    for side in sides
                )
                yield from _check(left[0][1], left, "<=", right, words)


def _areas(grid: Grid) -> Iterator[tuple[int, Check]]:
    """Areas against the sum of those directly below them, of which some may have no figure. Intake takes such figures,
    validation holds a release back for them.
    """
    plan = grid.plan
    below: dict[str, list[str]] = {}
    for area in grid.areas:
        above = plan.catalog.areas[area].parent
        while above and above not in grid.areas:
            above = plan.catalog.areas[above].parent
        if above:
            below.setdefault(above, []).append(area)
    for column in grid.figures:
        measure = plan.table.measure(column.id) if column.kind == "measure" else None
        if measure is None or not measure.additive_over_areas:
            continue
        key = "template.check.areas_equal" if measure.fully_allocable else "template.check.areas_least"
        words = say(key, grid.language, title=column.header)
        for above, areas in below.items():
            for breakdown in grid.breakdowns:
                row = grid.row(above, breakdown)
                right = [(column.number, grid.row(area, breakdown), 1) for area in areas]
                if measure.fully_allocable:
                    yield from _check(row, [(column.number, row, 1)], "=", right, words)
                    continue
                parent, parts = _cell(column.number, row, row), _ranges([one[:2] for one in right], row)
                if len(parts) <= MANY:
                    formula = f"AND(COUNT({parent})=1,{parent}<SUM({','.join(parts)}))"
                    yield row, Check(formula, (column.number,), words, "error")
