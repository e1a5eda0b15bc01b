"""Many invented counties under the county's own documents: their areas, their years, and all figures of a return.

Here belongs what is clean. Each county has the demo's habits at a size of its own; nothing is spoilt here.
"""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipelines.contracts import Catalog, load
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.returns import Return
from pipelines.demo import profile
from pipelines.demo.figures import Figures
from pipelines.demo.frame import Frame, frame
from pipelines.demo.maker import Cells, Maker
from pipelines.demo.profile import County as Habits
from pipelines.home import PROJECT

Cell = tuple[str, str, str]
"""Area code, breakdown, measure."""

Values = dict[Cell, int | None]
"""Every figure of a return, areas above before those below; None where there can be none."""

YEARS = 8
LEAST, MOST = 5, 11
"""Townships of a county."""
SMALLEST, LARGEST = 0.4, 1.6
"""Size of a county beside the demo's."""


def documents(folder: Path, counties: int, chance: random.Random) -> Catalog:
    """The county's documents with areas of many counties and series of YEARS, laid into `folder`, and read."""
    shutil.copytree(PROJECT / "data_contracts", folder, ignore=shutil.ignore_patterns("area_events"))
    for path in (folder / "returns").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        first = re.search(r'from: "(\d{4})"', text)
        assert first
        path.write_text(re.sub(r'until: "\d{4}"', f'until: "{int(first[1]) + YEARS - 1}"', text), encoding="utf-8")
    lines = ["code,parent,level,name_en,name_zh,valid_from,valid_to", "XA,,country,Fictia,虚构国,,"]
    lines += ["99,XA,province,Specimen Province,样本省,,", "9901,99,city,Pattern City,样板市,,"]
    for number in range(1, counties + 1):
        code = f"9901{number:02d}"
        lines.append(f"{code},9901,county,County {number},第{number}县,,")
        for place in range(1, chance.randint(LEAST, MOST) + 1):
            lines.append(f"{code}{place:03d},{code},township,Town {number}-{place},{number}县{place}镇,,")
    (folder / "codelists" / "area.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(folder)


def _habits(size: float) -> Habits:
    """The demo's habits, everything that has a total of its own in this size."""
    habits = {
        table: {
            measure: habit.model_copy(update={"total": habit.total and habit.total * size})
            for measure, habit in of.items()
        }
        for table, of in profile.county().habits.items()
    }
    return Habits(habits=habits)


class _Figures(Figures):
    """Those of one county."""

    def __init__(self, catalog: Catalog, habits: Habits, seed: int, unit: str):
        super().__init__(catalog, habits, [], seed)
        self._unit = unit

    def cells(self, table: str, measure: str, period: str) -> Cells:
        place = (table, measure, period)
        if place not in self._made:
            self._made[place] = Maker(self, self.catalog.returns[table], measure, period, self._unit).make()
        return self._made[place]


@dataclass
class County:
    """One county: `values` makes any of its returns."""

    catalog: Catalog
    unit: str
    seed: int
    size: float = 1.0
    _values: dict[tuple[str, str], Values] = field(default_factory=dict)

    @cached_property
    def _figures(self) -> Figures:
        areas = self.catalog.codelists["area"]
        own = {code: item for code, item in areas.items.items() if len(code) < 6 or code.startswith(self.unit)}
        alone = replace(self.catalog, codelists=self.catalog.codelists | {"area": Codelist("area", own)})
        return _Figures(alone, _habits(self.size), self.seed, self.unit)

    def frame(self, table: Return, period: str) -> Frame:
        """Its areas and breakdowns in a return."""
        return frame(self._figures.catalog, table, self.unit, period)

    def values(self, table: Return, period: str) -> Values:
        """Every figure of a return."""
        if (table.table, period) not in self._values:
            found = self.frame(table, period)
            cells = {m.id: self._figures.cells(table.table, m.id, period) for m in table.measures}
            self._values[table.table, period] = {
                (area, breakdown, m.id): cells[m.id][area, breakdown]
                for area in (*found.parents, *found.leaves)
                for breakdown in (*found.totals, *found.breakdowns)
                for m in table.measures
            }
        return self._values[table.table, period]


def counties(catalog: Catalog, seed: int) -> list[County]:
    """All counties of the documents."""
    units = [code for code, item in catalog.areas.items() if item.level == "county"]
    chance = random.Random(f"sizes {seed}")
    return [County(catalog, unit, chance.getrandbits(32), chance.uniform(SMALLEST, LARGEST)) for unit in units]


def periods(catalog: Catalog) -> list[str]:
    """The years of the series, of all returns alike."""
    (first,) = {table.due.start for table in catalog.returns.values()}
    return [f"{int(first) + at:04d}" for at in range(YEARS)]
