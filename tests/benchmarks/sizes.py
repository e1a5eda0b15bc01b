"""How large a job is: which counties of the real tree of areas take part. No figure and no document is made here.

The tree is `cn_areas` (YEARBOOK_REAL_DATA): 31 provinces, cities, counties, and 41,352 townships. Counties without
townships of their own take no part.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pipelines.home import PROJECT

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or PROJECT.parent / "shared" / "data")
YEARS, TABLES, MEASURES = 20, 4, 15
COUNTIES = {"county": 1, "city": 10, "province": 100, "half": 400, "nation": 0}
"""Counties of a size, in the order of the tree; 0: all. `half` lies half way to the nation on a logarithmic scale."""
FIRST = "13"
"""The province from which the smaller sizes are taken: the first that has cities and counties of every kind."""


@dataclass(frozen=True)
class Tree:
    """The areas of a job. `areas`: (code, parent, level, name); `counties`: code -> codes of its townships."""

    areas: list[tuple[str, str, str, str]]
    counties: dict[str, list[str]]

    @property
    def returns(self) -> int:
        """Files of the whole job."""
        return len(self.counties) * YEARS * TABLES

    @property
    def figures(self) -> int:
        """Figures that are delivered: a row for each county and township."""
        rows = sum(1 + len(townships) for townships in self.counties.values())
        return rows * YEARS * TABLES * MEASURES


def tree(size: str, data: Path = DATA) -> Tree:
    """The areas of a size. `data`: the folder of real data. Raises KeyError for a size that is not one of COUNTIES."""
    source = data / "cn_areas"
    number = COUNTIES[size]
    below: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in _rows(source / "streets.csv"):
        below[row["areaCode"]].append(row["code"])
        names[row["code"]] = row["name"]
    counties = [row for row in _rows(source / "areas.csv") if below[row["code"]]]
    counties.sort(key=lambda row: (row["provinceCode"] < FIRST, row["code"]))
    chosen = counties[:number] if number else counties
    outer = {row["code"]: row for name in ("provinces.csv", "cities.csv") for row in _rows(source / name)}
    areas = [("CN", "", "country", "中国")]
    for code in sorted({row["provinceCode"] for row in chosen}):
        areas.append((code, "CN", "province", outer[code]["name"]))
    for code in sorted({row["cityCode"] for row in chosen}):
        areas.append((code, outer[code]["provinceCode"], "city", outer[code]["name"]))
    areas += [(row["code"], row["cityCode"], "county", row["name"]) for row in chosen]
    areas += [(code, row["code"], "township", names[code]) for row in chosen for code in below[row["code"]]]
    return Tree(areas, {row["code"]: below[row["code"]] for row in chosen})


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
