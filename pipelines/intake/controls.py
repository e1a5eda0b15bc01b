"""Rows of control totals: does each say what the figures of its column add up to?

A guard against files cut short and cells overwritten, nothing more: a control total is never landed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.intake.checks import Values
from pipelines.intake.numbers import Column
from pipelines.intake.plan import Plan, pairs
from pipelines.intake.records import Records
from pipelines.intake.rows import Control, Scope, Scoped
from pipelines.intake.verdicts import finding


def check(plan: Plan, sheet: str, records: Records, values: Values) -> Iterator[Scoped]:
    """A finding for each control total that no way of adding up its column gives."""
    for control in records.controls:
        for measure, (text, column) in control.cells.items():
            if not text.strip() or measure not in values:
                continue
            stated, _, _, fault = plan.figures(measure)[text]
            place = {"sheet": sheet, "header": measure, "found": text, **plan.title(measure)}
            if fault:
                yield Scope(control.period), finding(fault, control.row, column, **place, maximum="")
            elif stated is not None:
                sums = _sums(plan, records, control, values[measure])
                if stated not in sums:
                    one = finding("control_total_wrong", control.row, column, **place, expected=str(sums[0]))
                    yield Scope(control.period), one


def _sums(plan: Plan, records: Records, control: Control, figures: Column) -> list[int]:
    """What a control total may be: the sum of its column, or without the rows that are themselves sums.

    Offices add up either every figure of the column, or leave out areas above others and totals of a
    dimension.
    """
    codes = set(control.codes)
    chosen = [
        (area, breakdown, value)
        for area, period, breakdown, value in zip(
            records.areas, records.periods, records.breakdowns, figures.values, strict=True
        )
        if value is not None and control.period in ("", period) and codes <= set(pairs(breakdown))
    ]
    above = {plan.catalog.areas[area].parent for area in {area for area, _, _ in chosen}}
    while more := {plan.catalog.areas[area].parent for area in above if area} - above:
        above |= more
    totals = {
        breakdown
        for breakdown in {breakdown for _, breakdown, _ in chosen}
        if any(code in plan.dimensions[name].parts for name, code in set(pairs(breakdown)) - codes)
    }
    return [
        sum(
            value
            for area, breakdown, value in chosen
            if not (leave_areas and area in above) and not (leave_totals and breakdown in totals)
        )
        for leave_areas in (False, True)
        for leave_totals in (False, True)
    ]
