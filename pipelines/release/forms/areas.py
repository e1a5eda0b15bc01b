"""The areas of a release as people's forms show them: in the order of the tree, and the lines of areas below a parent.

No figure belongs here, and no word but the names that the release gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pipelines.contracts.periods import parse
from pipelines.release.forms.source import Source


@dataclass(frozen=True)
class Area:
    """An area, or a line of areas that are published together in one year (`is_pool`). names: language -> name."""

    code: str
    parent: str
    level: str
    names: Mapping[str, str]
    is_current: bool
    valid_from: date | None = None
    valid_to: date | None = None
    is_pool: bool = False

    def lasts(self, period: str) -> bool:
        """Is it there at the end of a period?"""
        end = parse(period).end
        return (self.valid_from is None or self.valid_from <= end) and (self.valid_to is None or end <= self.valid_to)


IN_ORDER = "left join (select unnest($2) as area_code, generate_subscripts($2, 1) as area_place) using (area_code)"
"""Joined to a mart this gives `area_place`, where an area stands among all: $2 are the codes of `Areas.all`."""


class Areas:
    """Those of one release, read once."""

    def __init__(self, source: Source) -> None:
        self.source, self.catalog = source, source.catalog
        self.levels = list(source.levels_shown())
        """The levels that are shown, widest first."""

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables that the release has."""
        return frozenset(row["name"] for row in self.source.rows("select table_name as name from duckdb_tables()"))

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """Line of areas -> the areas that it is."""
        found: dict[str, list[str]] = {}
        if "dim_pool_area" in self.tables:
            for row in self.source.rows("select pool_id, area_code from dim_pool_area order by all"):
                found.setdefault(row["pool_id"], []).append(row["area_code"])
        return found

    @cached_property
    def all(self) -> dict[str, Area]:
        """Code -> area, of every level: each followed by those below it, the lines of areas behind a parent's areas."""
        found = {
            row["area_code"]: Area(
                row["area_code"], row["parent_code"] or "", row["level"], {"en": row["name_en"], "zh": row["name_zh"]},
                bool(row["is_current"]), row["valid_from"], row["valid_to"], row["area_code"] in self.members,
            )
            for row in self.source.rows("select * from dim_area order by area_code")
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
    def areas(self) -> dict[str, Area]:
        """Those of the levels that are shown."""
        return {code: area for code, area in self.all.items() if area.level in self.levels}

    @cached_property
    def lines(self) -> dict[str, Area]:
        """The lines of a table of those shown: code of the line -> its area, or the first of its lines of areas."""
        found: dict[str, Area] = {}
        for code, area in self.areas.items():
            line = self.line(code)
            found.setdefault(line, area if line == code else replace(area, code=line))
        return found

    def line(self, code: str) -> str:
        """The line of a table in which an area stands: its own, but for areas that are published together."""
        return self._pooled.get(code, code)

    @cached_property
    def _pooled(self) -> dict[str, str]:
        """Code of a line of areas -> code of its line in tables: those of all years below a parent share one."""
        if "dim_pool" not in self.tables:
            return {}
        found, taken = dict[str, str](), set[tuple[str, int]]()
        for pool in self.source.rows("select * from dim_pool where is_published order by pool_id"):
            base = line = f"{pool['parent_code']}~{pool['family']}"
            again = 1
            while (line, pool["year"]) in taken:
                again += 1
                line = f"{base}~{again}"
            taken.add((line, pool["year"]))
            found[pool["pool_id"]] = line
        return found

    def children(self, code: str) -> list[Area]:
        """The areas shown right below an area ('': the widest of all), without lines of areas."""
        return self._children.get(code, [])

    @cached_property
    def _children(self) -> dict[str, list[Area]]:
        found: dict[str, list[Area]] = {}
        for area in self.areas.values():
            if not area.is_pool:
                found.setdefault(area.parent if area.parent in self.areas else "", []).append(area)
        return found
