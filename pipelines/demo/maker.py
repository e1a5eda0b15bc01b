"""The figures of one measure in one period, made to obey the documents: wholes, rules, totals.

Where a formula needs other measures it asks `Figures`, which asks here again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.contracts.expression import Term, relation, side
from pipelines.contracts.periods import parse, shift
from pipelines.contracts.returns import Return
from pipelines.demo.frame import Frame, codes, frame, units
from pipelines.demo.spread import spread

if TYPE_CHECKING:
    from pipelines.demo.figures import Figures

Cell = tuple[str, str]
"""Area code and breakdown."""

Cells = dict[Cell, int | None]
"""None: there can be no figure here."""


class Maker:
    """Makes the cells of one measure, period and reporting unit."""

    def __init__(self, figures: Figures, table: Return, measure: str, period: str, unit: str):
        self.figures, self.table, self.id, self.period = figures, table, measure, period
        found = table.measure(measure)
        assert found is not None
        self.measure = found
        self.habit = figures.habit(table.table, measure)
        self.frame: Frame = frame(figures.catalog, table, unit, period)
        self.key = (table.table, measure, period, unit)
        self.years = parse(period).year - parse(table.due.start).year
        first = unit == units(figures.catalog, table, period)[0]
        self.known = figures.known.get((table.table, measure, period), {}) if first else {}
        self.additive = all(figures.catalog.additive_over(table.table, measure, d.id) for d in table.dimensions)

    def make(self) -> Cells:
        """Every area and breakdown of the unit, totals and areas above included."""
        exact = side(self.habit.equals) if self.habit.equals else self._derived()
        if exact:
            return {c: self.figures.value(exact, self.table.table, c, self.period) for c in self._all()}
        if self.habit.level:
            return {c: self._each(c) for c in self._all()}
        return self._roll_up(self._leaves())

    def _all(self) -> Iterator[Cell]:
        for area in (*self.frame.leaves, *self.frame.parents):
            for breakdown in (*self.frame.breakdowns, *self.frame.totals):
                yield area, breakdown

    def _derived(self) -> tuple[Term, ...] | None:
        """The other side of an equation in which the measure stands alone, unless its habit is stated."""
        if self.figures.stated(self.table.table, self.id):
            return None
        for rule in (*self.table.rules, *self.table.agreements):
            found = relation(rule.check)
            if found.operator == "=":
                for one, other in ((found.right, found.left), (found.left, found.right)):
                    # what it has from earlier years is a habit (`follows`), which ends where the series begins
                    if one == (Term(1, "", self.id),) and not any(term.lag for term in other):
                        return other
        return None

    def _leaves(self) -> dict[Cell, int]:
        habit, before = self.habit, shift(self.period, -1)
        cells = [(area, b) for area in self.frame.leaves for b in self.frame.breakdowns]
        if habit.follows and self.years > 0:
            prior = self.figures.before(self.table.table, habit.follows, before, self.period)
            return {cell: prior.get(cell) or 0 for cell in cells}
        if habit.each is not None:
            return {cell: self._each(cell) or 0 for cell in cells}
        caps = {cell: self._cap(cell) for cell in cells}
        if habit.of and not habit.follows:
            base = {c: self._share(c) * (self._of(c) or 0) for c in cells}
            if not self.known:
                county = self.figures.factor(habit.noise, *self.key)
                return {
                    c: min(caps[c], self.figures.draw(x * county * self._local(habit.noise, c[0]), *self.key, *c))
                    for c, x in base.items()
                }
            return self._shared_out(self._total(round(sum(base.values()))), base, caps)
        weights = {(a, b): self._weight(a) * self._code_weight(a, b) for a, b in cells}
        growth = (1 + habit.growth) ** self.years * self.figures.factor(habit.noise, *self.key)
        made = self._shared_out(self._total(round((habit.total or 0) * growth)), weights, caps)
        spike = self.figures.spiked(*self.key[:3])
        if spike:
            made[cells[spike[0]]] = spike[1]
        return made

    def _shared_out(self, total: int, weights: dict[Cell, float], caps: dict[Cell, int]) -> dict[Cell, int]:
        """The total over the classes, those that are known as known, then each class over the areas."""
        leaves, breakdowns = self.frame.leaves, self.frame.breakdowns
        of_class = {b: self._at_leaves(self.known[b].value) for b in breakdowns if b in self.known}
        if len(breakdowns) == 1:
            of_class = {breakdowns[0]: total}
        free = [b for b in breakdowns if b not in of_class]
        shares = [sum(weights[a, b] for a in leaves) for b in free]
        room = [sum(caps[a, b] for a in leaves) for b in free]
        of_class |= dict(zip(free, spread(total - sum(of_class.values()), shares, room), strict=True))
        made: dict[Cell, int] = {}
        for breakdown, value in of_class.items():
            given = spread(value, [weights[a, breakdown] for a in leaves], [caps[a, breakdown] for a in leaves])
            made |= {(area, breakdown): part for area, part in zip(leaves, given, strict=True)}
        return made

    def _roll_up(self, leaves: dict[Cell, int]) -> Cells:
        """Adds totals and the areas above; what is not additive loses what was counted twice."""
        made: Cells = dict(leaves)
        for area in self.frame.leaves:
            for total, below in self.frame.totals.items():
                parts = [leaves[area, b] for b in below]
                twice = 0 if self.additive or self.known else self.figures.draw(sum(parts) * 0.03, *self.key, area)
                made[area, total] = max(sum(parts) - twice, max(parts))
        for area, below_areas in self.frame.parents.items():
            for breakdown in (*self.frame.breakdowns, *self.frame.totals):
                children = [made[child, breakdown] or 0 for child in below_areas]
                value = sum(children)
                if not self.measure.additive_over_areas:
                    overlap = self.habit.overlap
                    value = max(value - round(value * overlap / (1 + overlap)), *children)
                    value = min(value, self._cap((area, breakdown)))
                made[area, breakdown] = value
        return made

    def _total(self, guess: int) -> int:
        """What the leaves add up to: the known total where there is one."""
        for breakdown in (*self.frame.totals, *self.frame.breakdowns[: len(self.frame.breakdowns) == 1]):
            if breakdown in self.known:
                return self._at_leaves(self.known[breakdown].value)
        return self._at_leaves(guess)

    def _at_leaves(self, value: int) -> int:
        return (
            value
            if self.measure.additive_over_areas or not self.frame.parents
            else value + round(value * self.habit.overlap)
        )

    def _cap(self, cell: Cell) -> int:
        """The most a cell may hold: its whole, what rules leave it, the contract's maximum."""
        limits: list[tuple[Term, ...]] = []
        if self.measure.part_of:
            limits.append((Term(1, "", self.measure.part_of),))
        mine, taken = Term(1, "", self.id), Term(-1, "", self.id)
        for rule in self.table.rules:
            found = relation(rule.check)
            if found.operator == "<=" and found.left == (mine,):
                limits.append(found.right)
            elif found.operator == "=" and len(found.right) == 1 and taken in found.left:
                limits.append(tuple(term for term in found.left if term != taken))  # the right side stays >= 0
        values = [self.figures.value(terms, self.table.table, cell, self.period) or 0 for terms in limits]
        return min([self.measure.maximum, *values])

    def _of(self, cell: Cell) -> int | None:
        return self.figures.value(side(self.habit.of or ""), self.table.table, cell, self.period)

    def _share(self, cell: Cell) -> float:
        share = self.habit.share
        if isinstance(share, dict):
            share = next((share[code] for code in codes(cell[1]) if code in share), 1.0)
        return share * (1 + self.habit.growth) ** self.years

    def _each(self, cell: Cell) -> int | None:
        habit, level = self.habit, self.figures.catalog.areas[cell[0]].level
        if habit.each is None or (habit.level and level != habit.level):
            return None
        value = habit.each * min(self._share(cell), 1.0) * self._local(habit.noise, cell[0])
        return min(self.figures.draw(value, *self.key, *cell), self._cap(cell))

    def _weight(self, area: str) -> float:
        return self.figures.size(area, self.period, *self.key[:2]) * (
            1 if self.habit.steady else self._local(0.3, area)
        )

    def _code_weight(self, area: str, breakdown: str) -> float:
        weight = 1.0 if self.habit.steady else self._local(0.2, area + breakdown)
        for code in codes(breakdown):
            weight *= self.habit.weights.get(code, 1.0)
        return weight

    def _local(self, width: float, place: str) -> float:
        return self.figures.factor(width, *self.key, place)
