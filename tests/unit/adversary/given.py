"""Small hierarchies whose figures a test states, with the documents and marts of a forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from pipelines.adversary import Audit, audit
from tests.disclosure import printed
from tests.disclosure.forest import Forest
from tests.disclosure.naive import Decided
from tests.disclosure.printed import Tables

PROVINCE = "10000"


@dataclass(frozen=True)
class Given(Forest):
    """One province. `sentenced`: county -> figures of its townships, all of one class and all suspended; `rest`: county
    -> what it could not allocate. Whatever else there is, is large.
    """

    sentenced: Mapping[str, Sequence[int | None]] = field(default_factory=dict)
    rest: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def areas(self) -> list[tuple[str, str, str]]:
        found = [(PROVINCE, "", "province")]
        for county, towns in self.sentenced.items():
            found.append((county, PROVINCE, "county"))
            found += [(f"{county}{number:03d}", county, "township") for number in range(1, len(towns) + 1)]
        return found

    def observations(self, version: int) -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        for measure, table in (
            ("sentenced", "sentences"), ("suspended", "outcomes"), ("served", "outcomes"), ("released", "release"),
            ("resettled", "release"), ("residents", "people"),
        ):  # fmt: skip
            for breakdown in (
                [f"kind={code}" for code in ("all", "a1", "a2", "a3", "a4")] if table == "sentences" else ["_T"]
            ):
                rows += [
                    {"table_id": table, "measure_id": measure, "breakdown": breakdown, "year": year} | figure
                    for year in self.years
                    for figure in self._of(measure, breakdown)
                ]
        return pd.DataFrame(rows).astype({"value": "Int64", "not_allocable": "Int64"})

    def _of(self, measure: str, breakdown: str) -> list[dict[str, object]]:
        large = {"released": 100, "resettled": 50, "residents": 5000}.get(measure)
        counted = measure == "suspended" or breakdown in ("kind=all", "kind=a1")
        found, province = [], 0
        for county, towns in self.sentenced.items():
            values = [None if town is None else large or (town if counted else 0) for town in towns]
            rest = self.rest.get(county, 0) if counted and not large else 0
            total = sum(value or 0 for value in values) + rest
            province += total
            found.append((county, "county", total, None if None in values else rest))
            found += [(f"{county}{number:03d}", "township", value, None) for number, value in enumerate(values, 1)]
        found.append((PROVINCE, "province", province, 0))
        return [
            {"area_code": area, "area_level": level, "value": value, "not_allocable": rest, "origin": "delivered"}
            for area, level, value, rest in found
        ]

    def decided(self, hidden: Sequence[str], *pools: Sequence[str]) -> Decided:
        """A plan for the family `sentence`: areas kept back, and those published together."""
        areas = {*hidden, *(area for pool in pools for area in pool)}
        return Decided(
            {("sentence", year): set(areas) for year in self.years},
            [("sentence", year, pool[0][:8], tuple(pool)) for year in self.years for pool in pools],
        )

    def edition(self, folder: Path, decided: Decided) -> Tables:
        """What is published under a plan."""
        folder.mkdir(parents=True, exist_ok=True)
        return printed.edition(self, self.database(folder / "private.duckdb"), decided)


def audited(forest: Forest, tables: Tables, folder: Path) -> Audit:
    """The audit of one edition."""
    return audit([printed.write(forest, tables, folder / "edition-000001")])


def told(found: Audit, rule: str) -> list[str]:
    """The sentences of a kind."""
    return [leak.sentence for leak in found.leaks if leak.rule == rule]
