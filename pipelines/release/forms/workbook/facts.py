"""What the workbook shows of a release, read once for both languages: areas, figures, what of them was revised.

No words, no layout, and nothing computed: a figure is the text that the marts hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pipelines.contracts.periods import parse
from pipelines.release.forms.source import Source
from pipelines.release.published_tables import REVISION

LAST = 30
"""Periods of a table, counted from the newest: more are not read side by side. The CSV files have all."""


@dataclass(frozen=True)
class Area:
    """One line of the tables of areas. code: of a line of several areas the parent's and its family's."""

    code: str
    level: str
    names: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None
    is_pool: bool = False

    def lasts(self, period: str) -> bool:
        """Is it there at the end of a period?"""
        end = parse(period).end
        return (self.valid_from is None or self.valid_from <= end) and (self.valid_to is None or end <= self.valid_to)


@dataclass(frozen=True)
class Given:
    """A figure as published, or why there is none. text: as the marts write it, '' without a value."""

    text: str
    status: str
    reason: str
    qualifier: str
    is_whole: bool = True
    upper: str = ""
    is_revised: bool = False
    break_id: str = ""


Key = tuple[str, str]
"""What a row of figures is of: area and breakdown (of a return, `breakdown` and `measure`)."""
Series = dict[str, Given]
"""period -> figure."""


@dataclass(frozen=True)
class Facts:
    """Of one release."""

    source: Source

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables that the release has."""
        return frozenset(row["table_name"] for row in self.source.rows("select table_name from duckdb_tables()"))

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        return {row["area_code"]: row for row in self.source.rows("select * from dim_area order by area_code")}

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Area code -> {en, zh}, of all areas of the release."""
        return {code: {"en": row["name_en"], "zh": row["name_zh"]} for code, row in self._rows.items()}

    @cached_property
    def pools(self) -> dict[str, str]:
        """Code of a line of several areas -> code of its row: the lines of all years below a parent are one row."""
        if "dim_pool" not in self.tables:
            return {}
        found, taken = dict[str, str](), set[tuple[str, int]]()
        for pool in self.source.rows("select * from dim_pool where is_published order by pool_id"):
            base = row = f"{pool['parent_code']}~{pool['family']}"
            again = 1
            while (row, pool["year"]) in taken:
                again += 1
                row = f"{base}~{again}"
            taken.add((row, pool["year"]))
            found[pool["pool_id"]] = row
        return found

    def row(self, code: str) -> str:
        """The row in which an area stands: its own, but for lines of several areas."""
        return self.pools.get(code, code)

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Areas that are one area and no more, and for which nobody answers: their lines would be that area's."""
        answered = self.source.rows("select distinct area_code from mart_observation where origin = 'delivered'")
        own = {row["area_code"] for row in answered}
        found = []
        for top in self._below[None]:
            while len(parts := [code for code in self._below.get(top, ()) if code not in self.pools]) == 1:
                if top in own:
                    break
                found.append(top)
                top = parts[0]
        return tuple(found)

    @cached_property
    def _below(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {None: []}
        for code, row in self._rows.items():
            parent = row["parent_code"] if row["parent_code"] in self._rows else None
            found.setdefault(parent, []).append(code)
        return found

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Code -> area, each followed by those below it; the lines of several areas come last below their parent."""
        found: dict[str, Area] = {}
        levels = self.source.levels_shown()

        def add(code: str) -> None:
            if code not in self.left_out and self._rows[code]["level"] in levels:
                area = self._area(code)
                found.setdefault(area.code, area)
            for part in sorted(self._below.get(code, ()), key=lambda part: (part in self.pools, part)):
                add(part)

        for top in self._below[None]:
            add(top)
        return found

    def _area(self, code: str) -> Area:
        row = self._rows[code]
        if code in self.pools:
            return Area(self.pools[code], row["level"], self.names[code], None, None, True)
        return Area(code, row["level"], self.names[code], row["valid_from"], row["valid_to"])

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The widest areas that are shown."""
        above = {code: row["parent_code"] for code, row in self._rows.items()}
        return tuple(code for code in self.areas if code in above and above[code] not in self.areas)

    @cached_property
    def revised(self) -> frozenset[tuple[str, ...]]:
        """(table, measure, indicator, area, period, breakdown) of the figures shown that this edition revised."""
        if REVISION not in self.tables:
            return frozenset()
        key = "table_id, measure_id, indicator_id, area_code, period, breakdown"
        found = self.source.rows(f"select {key} from {REVISION} where edition = ?", self.source.said["release_id"])
        return frozenset(tuple(row.values()) for row in found if self.row(row["area_code"]) in self.areas)

    @cached_property
    def indicators(self) -> dict[str, dict[Key, Series]]:
        """indicator -> (area, breakdown) -> period -> figure, of the areas shown; periods in order."""
        found: dict[str, dict[Key, Series]] = {}
        for row in _in_order(
            self.source.rows(
                "select indicator_id, area_code, period, breakdown, value_text, obs_status, reason, qualifier, "
                "covers_period, upper_value, break_id from mart_indicator"
            )
        ):
            area = self.row(row["area_code"])
            if area in self.areas:
                key = ("", "", row["indicator_id"], row["area_code"], row["period"], row["breakdown"])
                series = found.setdefault(row["indicator_id"], {}).setdefault((area, row["breakdown"]), {})
                series[row["period"]] = self._given(row, row["value_text"] or "", key)
        return found

    @cached_property
    def observations(self) -> dict[str, dict[str, dict[Key, Series]]]:
        """table -> widest area -> (breakdown, measure) -> period -> figure; years where there are any, else months."""
        found: dict[str, dict[str, dict[Key, Series]]] = {}
        for row in self._observed(f"area_code in ({', '.join('?' * len(self.tops))})", *self.tops):
            area = found.setdefault(row["table_id"], {}).setdefault(row["area_code"], {})
            area.setdefault((row["breakdown"], row["measure_id"]), {})[row["period"]] = self._observation(row)
        return found

    def counts(self, table: str, measure: str, breakdown: str) -> dict[str, Series]:
        """area -> period -> figure of a return, of the areas shown."""
        found: dict[str, Series] = {}
        of = "table_id = ? and measure_id = ? and breakdown = ?"
        for row in self._observed(of, table, measure, breakdown):
            found.setdefault(self.row(row["area_code"]), {})[row["period"]] = self._observation(row)
        return found

    def _observed(self, where: str, *values: str) -> list[dict[str, Any]]:
        columns = "table_id, measure_id, area_code, period, breakdown, value, obs_status, reason, qualifier"
        return _in_order(
            self.source.rows(f"select {columns}, covers_period from mart_observation where {where}", *values)
        )

    def _observation(self, row: Mapping[str, Any]) -> Given:
        key = (row["table_id"], row["measure_id"], "", row["area_code"], row["period"], row["breakdown"])
        return self._given(row, "" if row["value"] is None else str(row["value"]), key)

    def _given(self, row: Mapping[str, Any], text: str, key: tuple[str, ...]) -> Given:
        upper = row.get("upper_value")
        decimals = len(text.partition(".")[2])
        return Given(
            text,
            row["obs_status"],
            row["reason"] or "",
            row["qualifier"] or "",
            row["covers_period"] is not False,
            "" if upper is None or not text else f"{upper:.{decimals}f}",
            key in self.revised,
            row.get("break_id") or "",
        )


def _in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: _place(row["period"]))


def _place(period: str) -> tuple[date, int]:
    return parse(period).end, parse(period).months


def periods(series: Iterable[Series]) -> list[str]:
    """The periods of several series in order, years only where there are any; the newest LAST."""
    found = {period for one in series for period in one}
    years = {period for period in found if parse(period).months >= 12}
    return sorted(years or found, key=_place)[-LAST:]
