"""What of a candidate's sensitive figures is hidden in an edition, and which areas it shows as one line.

From the top of the tree down, family by family and year by year: below an area of which the family is hidden nothing of
it is shown; below any other, `pools` says which areas are published together. An area with nobody above it cannot be
published together with others: with a small figure its family is hidden. Laying rows out is `public`'s and `pooled`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.disclosure import hidden_details, hidden_measures, public_documents
from pipelines.contracts.families import complements, family_of
from pipelines.contracts.periods import parse
from pipelines.home import Home
from pipelines.release import build, remembered
from pipelines.release.database import DATABASE, engine
from pipelines.release.pools import REST, Line, Sensitivity, is_partly_known, pooling
from pipelines.release.remembered import Pool

if TYPE_CHECKING:
    import duckdb

CONFIDENTIAL = "confidential"
"""The reason of a figure that is hidden."""

Cell = tuple[str, str, str, str, bool]
"""(table, measure, breakdown, period, is it the complement: the measure's whole less the measure)"""
Row = dict[Cell, int | None]


@dataclass(frozen=True)
class Protection:
    """hidden: (family, area, year); bare: (family, parent, year) whose not-allocable remainder is hidden too."""

    hidden: frozenset[tuple[str, str, int]] = frozenset()
    bare: frozenset[tuple[str, str, int]] = frozenset()
    pools: tuple[Pool, ...] = ()

    def counted(self) -> dict[str, int]:
        """For the manifest. hidden: areas x years x families; pooled: those of them that are in a line; lines."""
        published = [pool for pool in self.pools if pool.is_published]
        pooled = sum(len(pool.members) for pool in published)
        return {"hidden": len(self.hidden), "pooled": pooled, "lines": len(published)}

    def documents(self, catalog: Catalog) -> dict[str, str]:
        """Relative path -> sha256 of the documents that an edition carries."""
        return public_documents(catalog, self.hidden_corrections(catalog))

    def hidden_corrections(self, catalog: Catalog) -> set[str]:
        """Ids of the corrections whose figure is hidden, or is of a class that is not shown there."""
        families, details = family_of(catalog), hidden_details(catalog)
        found = set()
        for id, correction in catalog.corrections.items():
            table, measure, area, period, breakdown = catalog.cell(correction)
            levels, total = details.get((table, measure), ([], breakdown))
            family = families.get((table, measure), "")
            of_class = catalog.areas[area].level in levels and breakdown != total
            if of_class or (family, area, parse(period).year) in self.hidden:
                found.add(id)
        return found


def of(home: Home, catalog: Catalog, candidate: Path) -> Protection:
    """Of a candidate's folder, with what every edition before it published together."""
    with engine(spill=home.releases) as connection:
        earlier = remembered.by_editions(home, connection)
        connection.execute(f"attach {build.text(candidate / DATABASE)} as origin (read_only)")
        return protection(connection, "origin", catalog, earlier)


def protection(
    connection: duckdb.DuckDBPyConnection, database: str, catalog: Catalog, earlier: Iterable[Pool]
) -> Protection:
    """Of the candidate attached as `database`. `earlier`: the pools of earlier editions, under the names that their
    families had then.
    """
    tree = {
        code: (parent or "", level) for code, parent, level in connection.execute(_TREE.format(database)).fetchall()
    }
    families = family_of(catalog)
    known: dict[tuple[str, int], list[Pool]] = defaultdict(list)
    for pool in earlier:
        for family in {families[key] for key in pool.measures if key in families}:
            known[family, pool.year].append(replace(pool, family=family))
    hidden, bare, pools = set(), set(), []
    facts = _facts(connection, database, catalog)
    for family, year in sorted({*facts, *known}):
        made = _Year(catalog, family, year, facts.get((family, year), {}), tree, known.get((family, year), []))
        made.descend()
        hidden |= {(family, area, year) for area in made.hidden}
        bare |= {(family, area, year) for area in made.bare}
        pools += sorted(made.pools, key=lambda pool: pool.id)
    return Protection(frozenset(hidden), frozenset(bare), tuple(pools))


def _facts(
    connection: duckdb.DuckDBPyConnection, database: str, catalog: Catalog
) -> dict[tuple[str, int], dict[str, Row]]:
    """(family, year) -> area -> its figures, those of levels and classes that may be public at all."""
    families, whole = family_of(catalog), complements(catalog)
    levels, details = hidden_measures(catalog), hidden_details(catalog)
    found: dict[tuple[str, int], dict[str, Row]] = defaultdict(lambda: defaultdict(dict))
    for (table, measure), family in families.items():
        for breakdown, period, year, area, level, value in connection.execute(
            _FIGURES.format(database), [table, measure]
        ).fetchall():
            below, total = details.get((table, measure), ([], breakdown))
            if level in levels.get((table, measure), ()) or (level in below and breakdown != total):
                continue
            found[family, year][area][table, measure, breakdown, period, False] = value
    for areas in found.values():
        for row in areas.values():
            for (table, measure, breakdown, period, _), value in list(row.items()):
                all_of = whole.get((table, measure))
                of = row.get((*all_of, breakdown, period, False)) if all_of else None
                if all_of:
                    row[table, measure, breakdown, period, True] = None if of is None or value is None else of - value
    return found


class _Year:
    """One family in one year."""

    def __init__(
        self, catalog: Catalog, family: str, year: int, areas: dict[str, Row], tree: dict[str, tuple[str, str]],
        earlier: list[Pool],
    ):  # fmt: skip
        self.catalog, self.family, self.year, self.tree = catalog, family, year, tree
        self.areas = {**{between: {} for between in _between(areas, tree)}, **areas}
        self.earlier: dict[str, list[Pool]] = defaultdict(list)
        for pool in earlier:  # areas that went to another parent since are in no pool that could be told apart
            parents = {pool.parent, *(tree.get(member, ("", ""))[0] for member in pool.members)}
            for parent in parents:
                self.earlier[parent].append(pool)
            while len(parents := parents - {""}) > 1:  # sums of parents differ by who went: they are one line too
                above = {tree.get(parent, ("", ""))[0] for parent in parents}
                level = tree.get(min(parents), ("", pool.level))[1]
                joined = replace(pool, parent=min(above), level=level, members=frozenset(parents), with_remainder=False)
                for parent in above:
                    self.earlier[parent].append(joined)
                parents = above
        self.hidden: set[str] = set()
        self.bare: set[str] = set()
        self.asked: dict[str, set[Cell]] = {}
        self.pools: set[Pool] = set()
        self.details = hidden_details(catalog)
        self.measures = frozenset(key for key, named in family_of(catalog).items() if named == family)
        self.zero = {
            (table.table, measure.id): measure.zero_sensitive
            for table in catalog.returns.values()
            for measure in table.measures
        }

    def descend(self) -> None:
        """Finds what is hidden and the pools, from the widest areas down."""
        children: dict[str, list[str]] = defaultdict(list)
        for area in self.areas:
            children[self.tree[area][0] if self.tree[area][0] in self.areas else ""].append(area)
        below = sorted(children.pop("", []))
        cells = self._cells(below)
        # an area whose parent has no figures of the year is in no line; once in one, it is not shown alone either
        lined = {area for pools in self.earlier.values() for pool in pools for area in pool.members}
        small = {area for area in below if self._rules(cells).is_small(self._figures(area, cells))}
        self.hidden |= small | (lined & set(below))
        while below:
            parents, below = below, []
            for parent in parents:
                if children[parent]:
                    self._below(parent, sorted(children[parent]))
                    below += children[parent]
        shown = {member for pool in self.pools if pool.is_published for member in pool.members}
        for pool in {pool for pools in self.earlier.values() for pool in pools}:
            if not pool.members <= shown:  # remembered, though nothing of it is published
                self.pools.add(replace(pool, is_published=False))

    def _below(self, parent: str, areas: list[str]) -> None:
        cells = self._cells(areas)
        figures = {area: self._figures(area, cells) for area in areas}
        remainder = self._remainder(parent, cells, figures)
        found = None
        if parent not in self.hidden and not self._is_gap(parent):
            before = [pool.members | ({REST} if pool.with_remainder else set()) for pool in self.earlier[parent]]
            found = pooling(figures, remainder, before, self._rules(cells))
        if found is None or self._told_by_classes(parent, cells, figures, found):
            self.hidden.update(areas)
            self.bare.add(parent)
            return
        for line in found:
            members = line - {REST}
            level = self.tree[min(members)][1]
            rest = REST in line
            self.pools.add(Pool(self.family, parent, self.year, level, members, rest, measures=self.measures))
            self.hidden |= members
            self.bare |= {parent} if rest else set()

    def _is_gap(self, parent: str) -> bool:
        """Has an area above a figure that this one lacks? Then what is printed here and what is kept back in its
        neighbours, which may lack it too, are told apart by that figure alone.
        """
        above, asked = self.tree[parent][0], self._asked(self.tree[parent][1])
        while above in self.areas:
            if any(
                value is not None and cell in asked and self.areas[parent].get(cell) is None
                for cell, value in self.areas[above].items()
            ):
                return True
            above = self.tree[above][0]
        return False

    def _asked(self, level: str) -> set[Cell]:
        """The figures that an area of a level can have at all: there may be no classes there."""
        if level not in self.asked:
            self.asked[level] = {
                cell for area, row in self.areas.items() if self.tree[area][1] == level for cell in row
            }
        return self.asked[level]

    def _cells(self, areas: Iterable[str]) -> list[Cell]:
        return sorted({cell for area in areas for cell in self.areas[area]})

    def _figures(self, area: str, cells: list[Cell]) -> list[int | None]:
        return [self.areas[area].get(cell) for cell in cells]

    def _rules(self, cells: list[Cell]) -> Sensitivity:
        zero = [not complement and self.zero[table, measure] for table, measure, _, _, complement in cells]
        return Sensitivity(self.catalog.programme.confidentiality, zero)

    def _remainder(
        self, parent: str, cells: list[Cell], figures: dict[str, list[int | None]]
    ) -> list[int | None] | None:
        """What the parent has beyond its areas; None where it is made from them, or nothing is left.

        Nothing left says something where one of them lacks a figure: that there is none below it.
        """
        sums = [sum(value or 0 for value in column) for column in zip(*figures.values(), strict=True)]
        whole = self._figures(parent, cells)
        rest = [None if value is None else value - total for value, total in zip(whole, sums, strict=True)]
        return rest if any(rest) or is_partly_known(figures.values()) else None

    def _told_by_classes(
        self, parent: str, cells: list[Cell], figures: dict[str, list[int | None]], pools: Iterable[Line]
    ) -> bool:
        """Would the classes of an area above, beside a line's total, tell a small figure of a class of that line?

        Of a line with t of the S of an area that it lies in, at least t - (S - s) are of a class that has s of them.
        """
        threshold = self.catalog.programme.confidentiality.threshold
        place = {cell: index for index, cell in enumerate(cells)}
        lines = [pool - {REST} for pool in pools]
        lines += [frozenset({area}) for area in set(figures).difference(*lines)]
        above = parent
        while above in self.areas:
            for (table, measure, breakdown, period, complement), of_class in self.areas[above].items():
                _, total = self.details.get((table, measure), ([], None))
                shown_instead = (table, measure, total or breakdown, period, complement)
                if (table, measure, breakdown, period, complement) in place or shown_instead not in place:
                    continue  # the areas below have classes too, or nothing
                others = (self.areas[above].get(shown_instead) or 0) - (of_class or 0)
                of_lines = (sum(figures[area][place[shown_instead]] or 0 for area in line) for line in lines)
                if of_class is not None and any(0 < of_line - others < threshold for of_line in of_lines):
                    return True
            above = self.tree[above][0]
        return False


def _between(areas: Iterable[str], tree: dict[str, tuple[str, str]]) -> set[str]:
    """Areas without a row that have figures above them and below them: each lacks all that others of its level have."""
    known, found = set(areas), set()
    for area in known:
        path, above = set(), tree[area][0]
        while above in tree and above not in known:
            path.add(above)
            above = tree[above][0]
        found |= path if above in known else set()
    return found


_TREE = "select area_code, parent_code, level from {}.main.dim_area"

_FIGURES = """
select breakdown, period, year, area_code, area_level, value from {}.main.mart_observation
where table_id = ? and measure_id = ?
"""
