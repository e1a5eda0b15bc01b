"""What pages speak of, read from the release: its areas, periods, series of figures, verdicts and lines of areas.

Words do not belong here, nor anything of a language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.contracts.catalog import TOTAL
from pipelines.release.forms.source import Source
from pipelines.release.published_tables import REVISION

_FIGURE = (
    "area_code, period, numerator, denominator, value_text, headline_text, upper_value, lower_limit, upper_limit, "
    "obs_status, reason, qualifier, covers_period, break_id"
)


class Figure(NamedTuple):
    """A row of mart_indicator. text, headline: exact, '' where there is none; limits and upper: Decimal or None."""

    area: str
    period: str
    numerator: int | None
    denominator: int | None
    text: str | None
    headline: str | None
    upper_value: Any
    lower: Any
    upper: Any
    status: str
    reason: str
    qualifier: str | None
    covers: bool | None
    break_id: str | None


@dataclass(frozen=True)
class Area:
    """An area, or a line of areas that are published together in one year (`is_pool`)."""

    code: str
    parent: str
    level: str
    names: dict[str, str]
    is_current: bool
    is_pool: bool


@dataclass(frozen=True)
class Line:
    """A row of a table of figures: an area, or the lines of a parent, of which each year has its own.

    codes: period -> whose figure stands there; empty of an area, whose own it is in every period.
    """

    area: Area
    codes: dict[str, str]

    def code(self, period: str) -> str:
        """Whose figure stands in a period; '' where none does."""
        return self.codes.get(period, "") if self.area.is_pool else self.area.code


@dataclass(frozen=True)
class Series:
    """The figures of an indicator for one breakdown. periods: in order of time; latest: the last with a figure."""

    indicator: str
    breakdown: str
    periods: tuple[str, ...]
    figures: dict[tuple[str, str], Figure]
    lines: tuple[Line, ...]

    @cached_property
    def latest(self) -> str:
        told = {figure.period for figure in self.figures.values() if figure.text}
        return next((period for period in reversed(self.periods) if period in told), self.periods[-1])


class Facts:
    """The release as its pages see it; of the levels that people's forms carry."""

    def __init__(self, source: Source) -> None:
        self.source, self.catalog = source, source.catalog
        self._levels = list(source.levels_shown())
        self.tables = {row["name"] for row in source.rows("select table_name as name from duckdb_tables()")}
        ends = source.rows("select period from dim_period order by end_on, start_on desc, period")
        self._order = {row["period"]: place for place, row in enumerate(ends)}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Code -> area, each after the one around it, in the order of codes; lines of areas after the areas."""
        pools = self.pools
        found = {
            row["area_code"]: Area(
                row["area_code"], row["parent_code"] or "", row["level"],
                {"en": row["name_en"], "zh": row["name_zh"]}, bool(row["is_current"]), row["area_code"] in pools,
            )
            for row in self.source.rows(
                "select * from dim_area where list_contains(?, level) order by area_code", self._levels
            )
        }  # fmt: skip
        below: dict[str, list[Area]] = {}
        for area in sorted(found.values(), key=lambda area: area.is_pool):
            below.setdefault(area.parent if area.parent in found else "", []).append(area)
        ordered: dict[str, Area] = {}

        def add(parent: str) -> None:
            for area in below.get(parent, []):
                ordered[area.code] = area
                add(area.code)

        add("")
        return ordered

    @cached_property
    def pools(self) -> dict[str, list[str]]:
        """Line of areas -> the areas that it is."""
        found: dict[str, list[str]] = {}
        for row in self._rows_of("dim_pool_area", "order by pool_id, area_code"):
            found.setdefault(row["pool_id"], []).append(row["area_code"])
        return found

    def children(self, code: str) -> list[Area]:
        """The areas right below an area ('' the widest of all), without lines."""
        return [
            area
            for area in self.areas.values()
            if not area.is_pool and (area.parent if area.parent in self.areas else "") == code
        ]

    @cached_property
    def lead(self) -> Area | None:
        """What the yearbook is about: the widest area with verdicts if it is alone at its level, else the widest."""
        judged = {area for of in self.scores.values() for (area, _), row in of.items() if row["verdict"]}
        areas = [area for area in self.areas.values() if not area.is_pool]
        order = self.catalog.programme.levels
        widest = min((area.level for area in areas if area.code in judged), key=order.index, default="")
        alone = [area for area in areas if area.level == widest and area.code in judged]
        return alone[0] if len(alone) == 1 else next(iter(areas), None)

    @cached_property
    def breakdowns(self) -> dict[str, list[str]]:
        """Indicator -> its breakdowns that have a row, in the order of the documents; those with none are left out."""
        there: dict[str, set[str]] = {}
        for row in self.source.rows(
            "select distinct indicator_id, breakdown from mart_indicator where list_contains(?, area_level)",
            self._levels,
        ):
            there.setdefault(row["indicator_id"], set()).add(row["breakdown"])
        found: dict[str, list[str]] = {}
        for id in self.catalog.indicators:
            stated = self._stated(id)
            if id in there:
                known = sorted(there[id])
                found[id] = [*(one for one in stated if one in there[id]), *(one for one in known if one not in stated)]
        return found

    def _stated(self, id: str) -> list[str]:
        known = self.catalog.indicators[id]
        codes = [f"{known.by}={code}" for code in self.catalog.by_codes(known)] if known.by else []
        return [TOTAL, *codes]

    def series(self, indicator: str, breakdown: str) -> Series:
        """The figures of an indicator for a breakdown."""
        found = self.source.connection.execute(
            f"select {_FIGURE} from mart_indicator where indicator_id = ? and breakdown = ? "
            "and list_contains(?, area_level)",
            [indicator, breakdown, self._levels],
        ).fetchall()
        figures = {(row[0], row[1]): Figure(*row) for row in found}
        periods = tuple(sorted({period for _, period in figures}, key=self.place))
        return Series(indicator, breakdown, periods, figures, tuple(self._lines(figures)))

    def _lines(self, figures: dict[tuple[str, str], Figure]) -> list[Line]:
        codes: dict[str, list[str]] = {}
        for code, period in figures:
            codes.setdefault(code, []).append(period)
        lines, pooled = list[Line](), dict[str, list[Line]]()
        for area in self.areas.values():
            if area.code not in codes:
                continue
            if not area.is_pool:
                lines.append(Line(area, {}))
                continue
            of_parent = pooled.setdefault(area.parent, [])
            for period in codes[area.code]:
                free = next((line for line in of_parent if period not in line.codes), None)
                if free is None:
                    free = Line(area, {})
                    of_parent.append(free)
                    lines.append(free)
                free.codes[period] = area.code
        return lines

    @cached_property
    def scores(self) -> dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]]:
        """(indicator, breakdown) -> (area, period) -> the row of mart_scorecard."""
        found: dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]] = {}
        for row in self.source.rows("select * from mart_scorecard where list_contains(?, area_level)", self._levels):
            of = found.setdefault((row["indicator_id"], row["breakdown"]), {})
            of[row["area_code"], row["period"]] = row
        return found

    @cached_property
    def revised(self) -> frozenset[tuple[str, str, str, str]]:
        """(indicator, breakdown, area, period) of the figures that this edition revised."""
        rows = self._rows_of(REVISION, "where edition = ?", self.source.said["release_id"])
        return frozenset((r["indicator_id"], r["breakdown"], r["area_code"], r["period"]) for r in rows)

    def latest(self, periods: Sequence[str]) -> str:
        """The last of several periods in time; '' of none."""
        return max(periods, key=self.place, default="")

    def _rows_of(self, table: str, rest: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of a table that not every release has."""
        return self.source.rows(f"select * from {table} {rest}", *parameters) if table in self.tables else []

    def place(self, period: str) -> tuple[int, str]:
        """Where a period stands in time, for sorting."""
        return self._order.get(period, -1), period
