"""Measures that are asked for only in some periods: nothing is missed outside them, and nothing taken.

Which column is whose was settled by the header; what the cells say is read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.intake.plan import Plan
from pipelines.intake.records import Records
from pipelines.intake.rows import Scope, Scoped
from pipelines.intake.text import letters
from pipelines.intake.verdicts import Finding, finding


def strip(plan: Plan, sheet: str, records: Records) -> Iterator[Scoped]:
    """Leaves out the cells of periods in which their measure is not asked for; a finding where one is filled in."""
    for measure in plan.table.measures:
        cells = records.measures.get(measure.id)
        if cells is None or not (measure.start or measure.until):
            continue
        outside = {period for period in dict.fromkeys(records.periods) if not measure.asked_in(period)}
        for record, period in enumerate(records.periods) if outside else ():
            text = cells.texts[record]
            if period not in outside or text is None:
                continue
            cells.texts[record] = None
            if text.strip():
                at = (cells.rows[record], cells.columns[record])
                places = {"period": period, "from": measure.start or "…", "until": measure.until or "…"}
                one = finding(
                    "not_asked_for", *at, sheet=sheet, header=measure.id, found=text, **plan.title(measure.id), **places
                )
                yield Scope(period, records.units[record]), one


def lacking(plan: Plan, sheet: str, records: Records, period: str) -> Iterator[Finding]:
    """A finding for each measure that is asked for in a period and of which the sheet has no column.

    For sheets whose rows say the period; where it was declared, the header has been held against it.
    """
    for measure in plan.table.measures:
        limited = measure.start or measure.until
        if limited and measure.id not in records.measures and measure.asked_in(period):
            places = {"header": measure.id, "position": letters(measure.position or 0)}
            yield finding("column_missing", sheet=sheet, period=period, **places)
