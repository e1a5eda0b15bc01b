"""All invented figures, made when asked for and remembered; formulas over them; the figures that are known.

Every figure follows from the documents, the county's habits and the seed alone: two runs give the same.
How one measure's figures come about is `maker`'s business, how they are written into files `files`'.
"""

from __future__ import annotations

from pipelines.contracts import Catalog
from pipelines.contracts.expression import Term, side
from pipelines.contracts.periods import shift
from pipelines.demo.frame import units
from pipelines.demo.maker import Cell, Cells, Maker
from pipelines.demo.moved import Moved
from pipelines.demo.profile import County, Habit, Reference
from pipelines.demo.spread import chance, jitter


class Figures:
    """The figures of all tables. `cells` makes those of one measure in one period and remembers them."""

    def __init__(self, catalog: Catalog, county: County, references: list[Reference], seed: int):
        self.catalog = catalog
        self._county = county
        self._seed = seed
        self._made: dict[tuple[str, str, str], Cells] = {}
        self._moved = Moved(catalog)
        self._before: dict[tuple[str, str, str, str], Cells] = {}
        self.known: dict[tuple[str, str, str], dict[str, Reference]] = {}
        for reference in references:
            (term,) = side(reference.figure)
            (found,) = catalog.resolve(term, None, None)
            place = (found.table, found.measure, reference.period)
            self.known.setdefault(place, {})[found.breakdown] = reference

    def cells(self, table: str, measure: str, period: str) -> Cells:
        """The measure's figure for every area and breakdown of the table."""
        place = (table, measure, period)
        if place not in self._made:
            made: Cells = {}
            document = self.catalog.returns[table]
            for unit in units(self.catalog, document, period):
                made |= Maker(self, document, measure, period, unit).make()
            self._made[place] = made
        return self._made[place]

    def before(self, table: str, measure: str, then: str, period: str) -> Cells:
        """The measure's figures of an earlier period, laid over the areas of a later one."""
        place = (table, measure, then, period)
        if then == period:
            return self.cells(table, measure, period)
        if place not in self._before:
            self._before[place] = self._moved.onto(self.cells(table, measure, then), then, period)
        return self._before[place]

    def habit(self, table: str, measure: str) -> Habit:
        """The habit stated for a measure, or a fair guess."""
        stated = self._county.habits.get(table, {}).get(measure)
        if stated:
            return stated
        found = self.catalog.returns[table].measure(measure)
        return Habit(of=found.part_of, share=0.9) if found and found.part_of else Habit(total=400, noise=0.1)

    def stated(self, table: str, measure: str) -> bool:
        """Does the county's document speak of the measure?"""
        return measure in self._county.habits.get(table, {})

    def qualifier(self, table: str, measure: str, period: str, area: str, breakdown: str) -> str:
        """The mark of a known bound or estimate: on the unit's figure and on its largest part."""
        known = self.known.get((table, measure, period), {}).get(breakdown)
        if known is None or not known.qualifier:
            return ""
        cells = self.cells(table, measure, period)
        ranked = sorted((a for a, b in cells if b == breakdown), key=lambda a: -(cells[a, breakdown] or 0))
        return known.qualifier if area in ranked[:2] else ""

    def spiked(self, table: str, measure: str, period: str) -> tuple[int, int] | None:
        """(place of the area in the list, value) of a planted spike."""
        spike = self._county.plants.spike
        if spike and (spike.table, spike.measure, spike.period) == (table, measure, period):
            return spike.area, spike.value
        return None

    def value(self, terms: tuple[Term, ...], table: str, cell: Cell, period: str) -> int | None:
        """A formula's value in a cell; terms without a table are of `table` and the cell's breakdown."""
        total = 0
        for term in terms:
            at = shift(period, -term.lag) if term.lag else period
            breakdowns = [cell[1]]
            if term.table and (term.table != table or term.where):
                breakdowns = [found.breakdown for found in self.catalog.resolve(term, None, None)]
            for breakdown in breakdowns:
                found = self.before(term.table or table, term.measure, at, period).get((cell[0], breakdown))
                if found is None:
                    return None
                total += term.times * found
        return total

    def factor(self, width: float, *key: object) -> float:
        """A chance factor near 1 for a key."""
        return jitter(width, self._seed, *(str(part) for part in key))

    def draw(self, value: float, *key: object) -> int:
        """A whole number next to the value, the nearer one more often."""
        return int(value) + (chance(self._seed, *key).random() < value % 1)

    def size(self, area: str, period: str, *key: str) -> float:
        """How big an area is for a measure beside the others; one that events made is as big as what it is made of."""

        def first(area: str) -> float:
            return chance(self._seed, "size", area).uniform(0.55, 1.6) * self.factor(0.3, *key, area)

        return sum(first(origin) * float(share) for origin, share in self._moved.origins(area, period).items())
