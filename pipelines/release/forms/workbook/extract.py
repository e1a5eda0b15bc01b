"""What of a release the workbook shows, for both languages: not every area has a line, and not every period a column.

No words, no layout, and nothing computed: a figure is the text that the marts hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.periods import parse
from pipelines.release.forms.areas import Area
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Figure, place

LAST = 30
"""Periods of a table, counted from the newest: more are not read side by side. The CSV files have all."""

Key = tuple[str, str]
"""What a row of figures is of: line and breakdown (of a return, `breakdown` and `measure`)."""
Row = dict[str, Figure]
"""period -> figure."""


class Extract:
    """Of the facts of one release."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.source = facts, facts.source

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Areas that are one area and no more, and for which nobody answers: their lines would be that area's."""
        answered = self.source.rows("select distinct area_code from mart_observation where origin = 'delivered'")
        own = {row["area_code"] for row in answered}
        parts: dict[str, list[str]] = {}
        for area in self.facts.all.values():
            if not area.is_pool:
                parts.setdefault(area.parent if area.parent in self.facts.all else "", []).append(area.code)
        found = []
        for top in parts.get("", ()):
            while top not in own and len(of := parts.get(top, ())) == 1:
                found.append(top)
                (top,) = of
        return tuple(found)

    @cached_property
    def lines(self) -> dict[str, Area]:
        """Code -> area, each followed by those below it; the lines of several areas come last below their parent."""
        return {code: area for code, area in self.facts.lines.items() if code not in self.left_out}

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The widest areas that are shown."""
        return tuple(code for code, area in self.lines.items() if not area.is_pool and area.parent not in self.lines)

    @cached_property
    def indicators(self) -> dict[str, dict[Key, Row]]:
        """indicator -> (line, breakdown) -> period -> figure, of the lines shown: of classes, of the widest areas."""
        found: dict[str, dict[Key, Row]] = {}
        for id, breakdowns in self.facts.breakdowns.items():
            given = {
                (code, breakdown): row
                for breakdown in breakdowns
                for code, row in self.facts.series(id, breakdown).by_line.items()
                if code in (self.lines if breakdown == TOTAL else self.tops)
            }
            if given:
                found[id] = given
        return found

    @cached_property
    def revisions(self) -> list[dict[str, Any]]:
        """Rows of mart_published_revision of the figures shown that this edition revised."""
        return [row for row in self.facts.revised_here if self.facts.line(row["area_code"]) in self.lines]

    @cached_property
    def observations(self) -> dict[str, dict[str, dict[Key, Row]]]:
        """table -> widest area -> (breakdown, measure) -> period -> figure."""
        found: dict[str, dict[str, dict[Key, Row]]] = {}
        where = f"area_code in ({', '.join('?' * len(self.tops))})"
        for table, measure, breakdown, figure in self.facts.observed(where, *self.tops):
            area = found.setdefault(table, {}).setdefault(figure.area, {})
            area.setdefault((breakdown, measure), {})[figure.period] = figure
        return found

    def counts(self, table: str, measure: str, breakdown: str) -> dict[str, Row]:
        """line -> period -> figure of a return."""
        found: dict[str, Row] = {}
        where = "table_id = ? and measure_id = ? and breakdown = ?"
        for _, _, _, figure in self.facts.observed(where, table, measure, breakdown):
            found.setdefault(self.facts.line(figure.area), {})[figure.period] = figure
        return found


def periods(rows: Iterable[Row]) -> list[str]:
    """The periods of several rows in order, years only where there are any; the newest LAST."""
    found = {period for row in rows for period in row}
    years = {period for period in found if parse(period).months >= 12}
    return sorted(years or found, key=place)[-LAST:]
