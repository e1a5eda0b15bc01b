"""Ways in which figures are spoilt before they are written: another year's, county's, unit's, area's or column's.

Each takes a clean return and gives its figures spoilt, or None where it cannot be spoilt so. `SLIPS` leave the row
of control totals as it was; after `COPIES` the sheet adds up as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from pipelines.contracts.expression import relation
from tests.spoilt.counties import Cell, Values
from tests.spoilt.sheet import Case

Spoil = Callable[[Case], Values | None]

THOUSAND = 1000


def figure_times_ten(case: Case) -> Values | None:
    """A nought too many in one figure."""
    cells = [cell for cell, value in case.values.items() if value]
    if not cells:
        return None
    cell = case.chance.choice(cells)
    return case.values | {cell: (case.values[cell] or 0) * 10}


def digits_transposed(case: Case) -> Values | None:
    """Two neighbouring digits of one figure changed places."""
    found: list[tuple[Cell, int]] = []
    for cell, value in case.values.items():
        text = str(value or 0)
        for at, (one, other) in enumerate(pairwise(text)):
            if one != other:
                found.append((cell, int(f"{text[:at]}{other}{one}{text[at + 2 :]}")))
    return case.values | dict([case.chance.choice(found)]) if found else None


def column_times_ten(case: Case) -> Values | None:
    """All figures of a measure ten times as large."""
    return _column(case, case.measures, lambda value: value * 10)


def column_in_thousands(case: Case) -> Values | None:
    """A measure of large figures in thousands."""
    large = [m for m in case.measures if max(v or 0 for (_, _, of), v in case.values.items() if of == m) >= THOUSAND]
    return _column(case, large, lambda value: (value + THOUSAND // 2) // THOUSAND)


def column_of_noughts(case: Case) -> Values | None:
    """A measure that nobody filled in: 0 everywhere."""
    return _column(case, case.measures, lambda value: 0)


def _column(case: Case, measures: list[str], change: Callable[[int], int]) -> Values | None:
    if not measures:
        return None
    chosen = case.chance.choice(measures)
    return {cell: change(v) if v is not None and cell[2] == chosen else v for cell, v in case.values.items()}


def town_of_noughts(case: Case) -> Values | None:
    """A township that did not report: 0 in its row, and the county adds up the others."""
    if len(case.towns) < 2:
        return None
    town = case.chance.choice(case.towns)
    lost = {(b, m): v or 0 for (area, b, m), v in case.values.items() if area == town}
    return {
        (area, b, m): v if v is None or (area in case.towns and area != town) else 0 if area == town
        else max(v - lost[b, m], 0)
        for (area, b, m), v in case.values.items()
    }  # fmt: skip


def columns_swapped(case: Case) -> Values | None:
    """The figures of two neighbouring measures stand under each other's names."""
    ids = [m.id for m in case.table.measures]
    return _swapped(case, 2, case.chance.choice(list(pairwise(ids)))) if len(ids) > 1 else None


def part_and_whole_swapped(case: Case) -> Values | None:
    """Numerator and denominator changed places."""
    pairs = {(m.id, m.part_of) for m in case.table.measures if m.part_of}
    for indicator in case.county.catalog.indicators.values():
        if indicator.kind in ("proportion", "flow_ratio", "census_share"):
            terms = case.county.catalog.terms(indicator)
            mine = list(dict.fromkeys(t.measure for t in terms if t.table == case.table.table and not t.lag))
            if len(mine) == 2 and len({t.table for t in terms}) == 1:
                pairs.add((mine[0], mine[1]))
    return _swapped(case, 2, case.chance.choice(sorted(pairs))) if pairs else None


def classes_swapped(case: Case) -> Values | None:
    """Two classes changed places, in every area."""
    return _swapped(case, 1, case.chance.sample(case.classes, 2)) if len(case.classes) > 1 else None


def towns_swapped(case: Case) -> Values | None:
    """Two townships changed places."""
    return _swapped(case, 0, case.chance.sample(case.towns, 2)) if len(case.towns) > 1 else None


def _swapped(case: Case, part: int, pair: list[str] | tuple[str, str]) -> Values:
    return _from(case, part, {pair[0]: pair[1], pair[1]: pair[0]})


def _from(case: Case, part: int, origin: dict[str, str]) -> Values:
    """Every figure from the cell whose area (0), class (1) or measure (2) is `origin` of its own."""

    def source(cell: Cell) -> Cell:
        area, breakdown, measure = (origin.get(name, name) if at == part else name for at, name in enumerate(cell))
        return area, breakdown, measure

    return {cell: case.values[source(cell)] for cell in case.values}


def towns_sorted_alone(case: Case) -> Values | None:
    """The column of areas was left as it was when the others were sorted by a measure."""
    if len(case.towns) < 2 or not case.measures:
        return None
    measure, last = case.chance.choice(case.measures), case.classes[-1]
    by_size = sorted(case.towns, key=lambda town: -(case.values[town, last, measure] or 0))
    return _from(case, 0, dict(zip(case.towns, by_size, strict=True)))


def town_pasted_over_the_next(case: Case) -> Values | None:
    """One township's figures stand under the next one too."""
    if len(case.towns) < 2:
        return None
    at = case.chance.randrange(len(case.towns) - 1)
    return _from(case, 0, {case.towns[at + 1]: case.towns[at]})


def last_year_copied(case: Case) -> Values | None:
    """The figures of the year before under this year's name."""
    return dict(case.last_year)


def other_county(case: Case) -> Values | None:
    """The figures of another county with as many townships."""
    alike = [one for one in case.others if len(one.frame(case.table, case.period).leaves) == len(case.towns)]
    if not alike:
        return None
    theirs = case.chance.choice(alike).values(case.table, case.period)
    return dict(zip(case.values, theirs.values(), strict=True))


def part_of_the_year(case: Case) -> Values | None:
    """What three, six or nine months count, under the name of the year."""
    months = case.chance.choice((3, 6, 9))
    found = case.county.frame(case.table, case.period)
    made = {
        cell: v * months // 12 if v is not None and cell[2] in _flows(case) else v for cell, v in case.values.items()
    }
    catalog, table = case.county.catalog, case.table
    for m in (m for m in table.measures if m.id in _flows(case)):
        if all(catalog.additive_over(table.table, m.id, d.id) for d in table.dimensions):
            for area in found.leaves:
                made |= {(area, t, m.id): _sum(made, [(area, b, m.id) for b in of]) for t, of in found.totals.items()}
        if m.additive_over_areas:
            for area, below in found.parents.items():
                for b in (*found.totals, *found.breakdowns):
                    made[area, b, m.id] = _sum(made, [(town, b, m.id) for town in below])
    return _balanced(case, made)


def running_total(case: Case) -> Values | None:
    """Counted on from the year before instead of from January."""
    flows = _flows(case)
    return _balanced(
        case, {cell: v + (case.last_year[cell] or 0) if v is not None and cell[2] in flows else v
               for cell, v in case.values.items()},
    )  # fmt: skip


def class_of_noughts(case: Case) -> Values | None:
    """A class that was forgotten: 0, and the total lacks it."""
    if len(case.classes) < 2:
        return None
    chosen, found = case.chance.choice(case.classes), case.county.frame(case.table, case.period)
    with_it = {total for total, of in found.totals.items() if chosen in of}
    return {
        (area, b, m): v if v is None or (b not in with_it and b != chosen) else 0 if b == chosen
        else v - min(v, case.values[area, chosen, m] or 0)
        for (area, b, m), v in case.values.items()
    }  # fmt: skip


def county_row_short(case: Case) -> Values | None:
    """The county's row adds up all townships but the last."""
    if len(case.towns) < 2:
        return None
    last = case.towns[-1]
    return {
        (area, b, m): v if v is None or area in case.towns else max(v - (case.values[last, b, m] or 0), 0)
        for (area, b, m), v in case.values.items()
    }


def _flows(case: Case) -> set[str]:
    return {m.id for m in case.table.measures if m.over_time in ("sum", "none") and not m.follow_up_years}


def _sum(values: Values, cells: list[Cell]) -> int | None:
    found = [values[cell] for cell in cells]
    return None if None in found else sum(value or 0 for value in found)


def _balanced(case: Case, values: Values) -> Values | None:
    """With the equations of the return true again, as whoever fills it in would see to."""
    for rule in case.table.rules:
        found = relation(rule.check)
        if found.operator == "=" and len(found.right) == 1:
            for area, breakdown in dict.fromkeys(cell[:2] for cell in values):
                left = sum(t.times * (values[area, breakdown, t.measure] or 0) for t in found.left)
                if left < 0:
                    return None
                values[area, breakdown, found.right[0].measure] = left
    return values if values != case.values else None


SLIPS: tuple[Spoil, ...] = (
    figure_times_ten, digits_transposed, towns_swapped, towns_sorted_alone, town_pasted_over_the_next,
    county_row_short,
)  # fmt: skip
COPIES: tuple[Spoil, ...] = (
    column_times_ten, column_in_thousands, column_of_noughts, town_of_noughts, columns_swapped,
    part_and_whole_swapped, classes_swapped, last_year_copied, other_county, part_of_the_year, running_total,
    class_of_noughts,
)  # fmt: skip
