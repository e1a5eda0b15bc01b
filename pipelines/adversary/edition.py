"""One edition as a stranger reads it: areas, pools, figures of sensitive measures and of what rates they go into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

from pipelines.adversary.cells import FIGURE, Area, Cell, Figure, Pool
from pipelines.adversary.files import Files
from pipelines.contracts import Catalog, load
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.disclosure import detail_level
from pipelines.contracts.families import complements, family_of, shown_together
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.periods import parse


@dataclass(frozen=True)
class Edition:
    """What a folder holds. Made by `read`."""

    name: str
    folder: Path
    catalog: Catalog
    files: Files
    areas: dict[str, Area]
    pools: dict[str, Pool]
    figures: dict[Cell, Figure]
    """Of sensitive measures, and of all others that a rate is made of together with them."""
    _below: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @cached_property
    def families(self) -> dict[tuple[str, str], str]:
        """(table, measure) -> family, of sensitive measures."""
        return family_of(self.catalog)

    @cached_property
    def complements(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(table, part) -> (table, whole)."""
        return complements(self.catalog)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Those made from sensitive measures."""
        return {id: one for id, one in self.catalog.indicators.items() if shown_together(self.catalog, one)}

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """(table, period) of which anything sensitive is printed or kept back."""
        return sorted({(cell.table, cell.period) for cell in self.figures if cell[:2] in self.families})

    def children(self, area: str, period: str) -> list[str]:
        """The areas directly below an area that are valid when the period ends."""
        if (area, period) not in self._below:
            found: dict[str, list[str]] = {}
            for one in self.there(period):
                found.setdefault(one.parent, []).append(one.code)
            self._below.update({(code, period): found.get(code, []) for code in self.areas})
        return self._below[area, period]

    def there(self, period: str) -> Iterator[Area]:
        """The areas that are valid when the period ends."""
        end = parse(period).end.isoformat()
        for area in self.areas.values():
            if area.valid_from <= end and (not area.valid_to or end <= area.valid_to):
                yield area

    @cached_property
    def cells(self) -> list[tuple[Cell, bool]]:
        """Every sensitive figure there is, printed or not, of areas that owe one or lie above: (cell, is it below what
        is published at all).
        """
        return list(self._cells())

    def _cells(self) -> Iterator[tuple[Cell, bool]]:
        order = self.catalog.programme.levels.index
        for id, period in self.asked:
            table = self.catalog.returns[id]
            lowest = max(order(level) for level in table.due.areas)
            published = order(table.lowest_published_level) if table.lowest_published_level else lowest
            detailed = order(detail_level(self.catalog, table))
            measures = [m.id for m in table.measures if (id, m.id) in self.families and m.asked_in(period)]
            breakdowns = list(self.breakdowns(id, period))
            for area in self.there(period):
                level = order(area.level)
                if level > lowest:
                    continue
                for breakdown, is_detail in breakdowns:
                    below = level > published or (is_detail and level > detailed)
                    for measure in measures:
                        yield Cell(id, measure, area.code, period, breakdown), below

    def total(self, cell: Cell) -> Cell:
        """The figure of all classes, of which this one is a part; there is none where a dimension has no total."""
        lists = self.catalog.dimensions(cell.table)
        return cell._replace(breakdown=";".join(f"{name}={of.total}" for name, of in lists.items()) or TOTAL)

    def breakdowns(self, table: str, period: str) -> Iterator[tuple[str, bool]]:
        """(breakdown, is it other than the total) of a table in a period."""
        end = parse(period).end.isoformat()
        lists = self.catalog.dimensions(table)
        choices = [
            [(name, item.code) for item in of.items.values() if item.valid_in("", end)] for name, of in lists.items()
        ]
        for parts in product(*choices):
            text = ";".join(f"{name}={code}" for name, code in parts) or TOTAL
            yield text, any(code != lists[name].total for name, code in parts)


def read(folder: Path) -> Edition:
    """Reads an edition. Raises contracts.ContractError when its documents cannot be read."""
    catalog, files = load(folder / "documents"), Files(folder)
    found = {pool.id: pool for pool, _ in pools(files, published=True)}
    areas = {
        row[0]: Area(row[0], row[1] or "", row[2], str(row[3] or ""), str(row[4] or ""))
        for row in files.rows("dim_area", ("area_code", "parent_code", "level", "valid_from", "valid_to"))
        if row[0] not in found
    }
    return Edition(folder.name, folder, catalog, files, areas, found, _figures(catalog, files))


def pools(files: Files, published: bool = False) -> Iterator[tuple[Pool, Sequence[str]]]:
    """Each pool, and the measures (table.measure) of which it is one. `published`: without those that only stand there
    so that they are remembered, and print nothing.
    """
    members: dict[str, set[str]] = {}
    for pool, area in files.rows("dim_pool_area", ("pool_id", "area_code")):
        members.setdefault(pool, set()).add(area)
    named = ("pool_id", "family", "parent_code", "year", "area_level", "areas", "with_not_allocable")
    for row in files.rows("dim_pool", (*named, "is_published", "measures")):
        if row[-2] is not False or not published:
            pool = Pool._make([*row[:-2], frozenset(members.get(row[0], ()))])
            yield pool, str(row[-1] or "").split("|")


def _figures(catalog: Catalog, files: Files) -> dict[Cell, Figure]:
    wanted = set(family_of(catalog))
    for indicator in catalog.indicators.values():
        if shown_together(catalog, indicator):
            wanted |= {(term.table, term.measure) for term in catalog.terms(indicator)}
    return {
        Cell(*row[:5]): Figure(row[5], row[6] or "", row[7] or "", row[8])
        for row in files.rows("mart_observation", (*FIGURE, "value", "reason", "origin", "not_allocable"))
        if row[:2] in wanted
    }
