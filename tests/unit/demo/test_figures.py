"""The invented figures obey every document, and the known ones stand in them."""

from __future__ import annotations

from decimal import Decimal

from pipelines.contracts import Catalog
from pipelines.contracts.expression import relation
from pipelines.contracts.periods import shift
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import rules_of
from pipelines.demo.figures import Figures
from pipelines.demo.frame import frame, periods, units
from pipelines.demo.plan import DemoPlan

HOLDS = {"=": int.__eq__, "<=": int.__le__, ">=": int.__ge__}


def _every(catalog: Catalog, table: Return):
    for period in periods(table):
        for unit in units(catalog, table, period):
            yield period, frame(catalog, table, unit, period)


def test_known_figures_stand_for_the_county_and_its_parts(catalog: Catalog, figures: Figures) -> None:
    assert len(figures.known) >= 12
    for (table_id, measure, period), known in figures.known.items():
        table = catalog.returns[table_id]
        found = frame(catalog, table, units(catalog, table, period)[0], period)
        cells = figures.cells(table_id, measure, period)
        for breakdown, reference in known.items():
            for parent, leaves in found.parents.items():
                assert cells[parent, breakdown] == reference.value, reference.figure
                if table.measure(measure).additive_over_areas:
                    assert sum(cells[leaf, breakdown] for leaf in leaves) == reference.value, reference.figure


def test_every_rule_and_agreement_holds_in_every_cell(catalog: Catalog, figures: Figures) -> None:
    checked = 0
    for table in catalog.returns.values():
        rules = [(id, operator, left, right, 0, True) for id, operator, _, _, _, left, right in rules_of(table)]
        for rule in table.agreements:
            found = relation(rule.check)
            rules.append((rule.id, found.operator, found.left, found.right, rule.base, bool(rule.by)))
        for period, shape in _every(catalog, table):
            for area in (*shape.leaves, *shape.parents):
                for breakdown in (*shape.breakdowns, *shape.totals):
                    for id, operator, left, right, base, of_each in rules:
                        if not of_each and breakdown != "_T":
                            continue
                        if shift(period, -max(term.lag for term in left + right)) < table.due.start:
                            continue  # nobody sent a return of then
                        one, other = (
                            figures.value(terms, table.table, (area, breakdown), period) for terms in (left, right)
                        )
                        holds = HOLDS[operator](one, other) or max(one, other) < base
                        assert holds, (id, area, breakdown, period, one, other)
                        checked += 1
    assert checked > 5_000


def test_totals_and_parents_add_up(catalog: Catalog, figures: Figures) -> None:
    for table in catalog.returns.values():
        for period, shape in _every(catalog, table):
            for measure in table.measures:
                cells = figures.cells(table.table, measure.id, period)
                assert all(value is None or 0 <= value <= measure.maximum for value in cells.values())
                additive = all(catalog.additive_over(table.table, measure.id, d.id) for d in table.dimensions)
                for total, parts in shape.totals.items():
                    for area in (*shape.leaves, *shape.parents):
                        added = [cells[area, part] for part in parts]
                        assert max(added) <= cells[area, total] <= sum(added)
                        assert not additive or cells[area, total] == sum(added)
                for parent, leaves in shape.parents.items():
                    for breakdown in (*shape.breakdowns, *shape.totals):
                        below = [cells[leaf, breakdown] for leaf in leaves]
                        if None in below:
                            continue
                        assert max(below) <= cells[parent, breakdown] <= sum(below)
                        assert not measure.additive_over_areas or cells[parent, breakdown] == sum(below)


def test_stocks_are_carried_over(catalog: Catalog, figures: Figures) -> None:
    table = catalog.returns["caseload"]
    flows = [flow for event in catalog.area_events.values() for flow in event.flows]
    reshaped = {code for flow in flows for code in (flow.origin, flow.to)}
    for period in periods(table)[1:]:
        opening = figures.cells("caseload", "pending_at_start", period)
        closing = figures.cells("caseload", "pending_at_end", shift(period, -1))
        same = {cell: value for cell, value in closing.items() if cell[0] not in reshaped}
        assert same and same == {cell: value for cell, value in opening.items() if cell[0] not in reshaped}


def test_one_figure_alone_is_implausible(catalog: Catalog, figures: Figures, plan: DemoPlan) -> None:
    """Every indicator with limits, every area and period, worked out here from the figures."""
    found = []
    for id, indicator in catalog.indicators.items():
        limits = indicator.plausible
        if limits is None:
            continue
        for breakdown, sides in catalog.sides(indicator).items():
            for period in periods(next(iter(catalog.returns.values()))):
                for area in catalog.areas:
                    values = [_side(figures, terms, area, period) for terms in sides]
                    if None in values or not values[1]:
                        continue
                    value = Decimal(values[0]) * indicator.multiplier / values[1]
                    if (limits.min is not None and value < limits.min) or (
                        limits.max is not None and value > limits.max
                    ):
                        found.append((id, breakdown, area, period))
    assert plan.spike is not None
    assert found == [("traffic_death_rate", "_T", plan.spike.area, plan.spike.period)]


def _side(figures: Figures, terms, area: str, period: str) -> int | None:
    total = 0
    for term in terms:
        if term.table in ("areas", "returns"):
            return None
        value = figures.cells(term.table, term.measure, shift(period, -term.lag)).get((area, term.breakdown))
        if value is None:
            return None
        total += term.times * value
    return total
