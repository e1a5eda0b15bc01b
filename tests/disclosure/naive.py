"""Which areas of a forest to publish together, the plainest way: top down, smallest first, in plain Python.

Only for tests of the audit: correct, not economical.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from tests.disclosure.forest import TOTAL, Forest
from tests.disclosure.forest_documents import CLASSES

T = 5
FAMILIES = {"sentence": ("sentences", "outcomes"), "release": ("release",)}
ZERO_SENSITIVE = ("resettled",)


def least(members: int) -> int:
    """What a pool must have of each figure that is not 0."""
    return max(2 * T, T + members - 1)


@dataclass
class Decided:
    """How each family of a year is published: `pools` (family, year, parent) -> members; `nothing` below whom."""

    hidden: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """(family, year) -> areas"""
    pools: list[tuple[str, int, str, tuple[str, ...]]] = field(default_factory=list)


class Plan:
    """The figures of one family and year: area -> name -> value (None where missing)."""

    def __init__(self, forest: Forest, figures: pd.DataFrame, family: str, year: int):
        self.rows: dict[str, dict[str, int | None]] = {}
        self.children: dict[str, list[str]] = {}
        for code, parent, _ in forest.areas:
            self.children.setdefault(parent, []).append(code)
            self.rows[code] = {}
        level = {code: level for code, _, level in forest.areas}
        ours = figures[figures.table_id.isin(FAMILIES[family]) & (figures.year == year)]
        for area, measure, breakdown, value in ours[["area_code", "measure_id", "breakdown", "value"]].itertuples(
            index=False
        ):
            if breakdown in ("_T", "kind=all") or level[area] != "township":
                self.rows[area][f"{measure} {breakdown}"] = None if pd.isna(value) else int(value)
        for row in self.rows.values():
            if family == "release":
                whole, part = row["released _T"], row["resettled _T"]
                row["rest"] = None if whole is None or part is None else whole - part

    def is_missing(self, area: str) -> bool:
        """Lacks the area all figures of the family?"""
        return all(value is None for value in self.rows[area].values())

    def is_small(self, area: str) -> bool:
        """Has the area a figure that may not be printed by itself, or figures of which only some are there?"""
        row = self.rows[area]
        if any(value is None for value in row.values()):
            return not self.is_missing(area)
        return any(
            0 < (value or 0) < T or (value == 0 and name.split()[0] in ZERO_SENSITIVE) for name, value in row.items()
        )

    def tells(self, area: str, parent: str) -> bool:
        """Does a total, beside the classes of the parent, say that the area has at least a few of one class?

        Of class c it has at least its total less all that the parent has of other classes.
        """
        above, total = self.rows.get(parent, {}), self.rows[area].get(f"sentenced {TOTAL}")
        classes = [above.get(f"sentenced kind={code}") for code in CLASSES]
        everything = above.get(f"sentenced {TOTAL}")
        if total is None or everything is None:
            return False
        return any(one is not None and 0 < total + one - everything < T for one in classes)

    def qualifies(self, members: list[str]) -> bool:
        """May these be published as one?"""
        if len(members) < 2 or any(value is None for area in members for value in self.rows[area].values()):
            return False
        sums = {name: sum(self.rows[area][name] or 0 for area in members) for name in self.rows[members[0]]}
        return all(
            total >= least(len(members)) or (total == 0 and name.split()[0] not in ZERO_SENSITIVE)
            for name, total in sums.items()
        )  # fmt: skip

    def decide(self, parent: str, decided: Decided, family: str, year: int) -> None:
        """Publishes the children of a parent that is itself published, singly, in a pool or not at all."""
        children = self.children.get(parent, [])
        pool = [area for area in children if self.is_small(area) or self.tells(area, parent)]
        others = sorted((area for area in children if area not in pool and not self.is_missing(area)), key=self._size)
        hidden = decided.hidden.setdefault((family, year), set())
        if parent and pool:
            while not self.qualifies(pool) and others:
                pool.append(others.pop(0))
            if self.qualifies(pool):
                decided.pools.append((family, year, parent, tuple(sorted(pool))))
            else:
                pool = list(children)
        for area in pool:
            hidden |= set(self._below(area))
        for area in children:
            if area not in pool:
                self.decide(area, decided, family, year)

    def _size(self, area: str) -> tuple[int, str]:
        return sum(value or 0 for value in self.rows[area].values()), area

    def _below(self, area: str) -> list[str]:
        found = [area]
        for one in found:
            found += self.children.get(one, [])
        return found


def plan(forest: Forest, figures: pd.DataFrame) -> Decided:
    """Decides for every family and year."""
    decided = Decided()
    for family in FAMILIES:
        for year in forest.years:
            Plan(forest, figures, family, year).decide("", decided, family, year)
    return decided
