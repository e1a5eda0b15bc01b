"""Which returns are owed: the due rules of the documents x the reporting units valid then.

Never what has arrived.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.contracts import Catalog
from pipelines.contracts.periods import Period, parse, shift
from pipelines.contracts.returns import Return

Owed = tuple[str, str, str, str, str, bool]


def expected(catalog: Catalog, today: date) -> Iterator[Owed]:
    """(table, office, period, unit, due day, has it passed) of returns whose period ended before `today`."""
    for table in catalog.returns.values():
        for period in periods(table, today):
            due_on = due_day(catalog, table, period).isoformat()
            passed = due_on < today.isoformat()
            for unit in units(catalog, table, period):
                yield table.table, table.office, period.text, unit, due_on, passed


def periods(table: Return, today: date) -> Iterator[Period]:
    """The periods a return is due for, from its first to its last, as far as they ended before `today`.

    None of a return that nobody owes.
    """
    if not table.due.owed:
        return
    until = parse(table.due.until).end if table.due.until else None
    period = _first(table)
    while period.end < today and (until is None or period.end <= until):
        yield period
        period = _next(table, period)


def units(catalog: Catalog, table: Return, period: Period) -> list[str]:
    """Areas that answer for the rows: of the reporting level, valid at the period's end, with areas due."""
    end = period.end.isoformat()
    if table.area.fixed:
        unit = catalog.ancestor(table.area.fixed, table.reporting_unit)
        return [unit] if unit and catalog.areas[unit].valid_in("", end) else []
    due = frozenset(table.due.areas)
    return [
        code
        for code, area in catalog.areas.items()
        if area.level == table.reporting_unit and area.valid_in("", end) and catalog.areas_below(code, end, due)
    ]


def due_day(catalog: Catalog, table: Return, period: Period) -> date:
    """The rule's day, or the one it was postponed to.

    A postponement of the table goes before one of its office; of two alike the one listed later counts.
    """
    found = period.end + timedelta(days=table.due.days_after_end)
    weight = -1
    for moved in catalog.calendar.postponements:
        meant = (
            moved.office in (None, table.office) and moved.table in (None, table.table) and moved.period == period.text
        )
        here = 2 * (moved.table is not None) + (moved.office is not None)
        if meant and here >= weight:
            found, weight = moved.due_on, here
    return found


def _first(table: Return) -> Period:
    start = parse(table.due.start)
    if table.due.every == "month" and start.months != 1:
        return parse(start.start.isoformat()[:7])
    return start


def _next(table: Return, period: Period) -> Period:
    if table.due.every == "year":
        return parse(shift(period.text, 1))
    return parse((period.end + timedelta(days=1)).isoformat()[:7])
