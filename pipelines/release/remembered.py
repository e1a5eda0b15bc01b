"""Areas that editions publish together, and the memory of it: who has an earlier edition still has it.

What is published together today is `protect`'s word; here is only what a pool is and what editions say they hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.contracts.families import Key
from pipelines.home import Home
from pipelines.release import build, read
from pipelines.release.database import DATABASE

if TYPE_CHECKING:
    import duckdb

MARK = "~"
"""Stands in the code of a pool and in that of no area."""


@dataclass(frozen=True)
class Pool:
    """Areas below a parent that are published together. is_published False: an earlier edition did; now nothing of the
    family is published below the parent, and the areas are never shown apart again.
    """

    family: str
    parent: str
    year: int
    level: str
    members: frozenset[str]
    with_remainder: bool = False
    is_published: bool = True
    measures: frozenset[Key] = frozenset()
    """What the family was of, whatever it is called later."""

    @property
    def id(self) -> str:
        """Unique over all editions: pools only grow."""
        rest = "r" if self.with_remainder else ""
        parts = (self.parent, self.family, str(self.year), f"{min(self.members)}+{len(self.members) - 1}{rest}")
        return MARK.join(parts)


def by_editions(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Pool]:
    """What any edition ever published together, also if it was withdrawn, or if documents in between had no such
    measure.
    """
    found: set[Pool] = set()
    for entry in read.list_releases(home):
        if entry["kind"] == "edition":
            file = home.releases / "versions" / entry["release_id"] / DATABASE
            connection.execute(f"attach {build.text(file)} as earlier_edition (read_only)")
            found |= set(in_edition(connection, "earlier_edition"))
            connection.execute("detach earlier_edition")
    return widest(found)


def widest(pools: Iterable[Pool]) -> list[Pool]:
    """The pools that lie in no other of at least the same measures: pools only grow, so these stand for all."""
    known = {
        (pool.parent, pool.year, pool.members, pool.with_remainder, pool.measures): replace(
            pool, family="", is_published=False
        )
        for pool in sorted(pools, key=lambda one: one.level)  # levels may be called otherwise by now
    }.values()
    around: dict[tuple[int, str], list[Pool]] = defaultdict(list)
    for pool in known:
        for member in pool.members:
            around[pool.year, member].append(pool)
    return [
        pool for pool in known
        if not any(_within(pool, other) for other in around[pool.year, min(pool.members)] if other != pool)
    ]  # fmt: skip


def _within(pool: Pool, other: Pool) -> bool:
    return (
        pool.parent == other.parent
        and pool.members <= other.members
        and pool.measures <= other.measures
        and pool.with_remainder <= other.with_remainder
    )


def in_edition(connection: duckdb.DuckDBPyConnection, database: str) -> Iterator[Pool]:
    """The pools that the edition attached as `database` knows; none of an edition older than pools."""
    sql = "select 1 from duckdb_tables() where database_name = ? and schema_name = 'main' and table_name = 'dim_pool'"
    if connection.execute(sql, [database]).fetchone():
        for row in connection.execute(_REMEMBERED.format(database)).fetchall():
            family, parent, year, level, with_remainder, is_published, measures, members = row
            keys = frozenset((table, measure) for table, _, measure in (m.partition(".") for m in measures.split("|")))
            yield Pool(family, parent, year, level, frozenset(members), with_remainder, is_published, keys)


_REMEMBERED = """
select p.family, p.parent_code, p.year, p.area_level, p.with_not_allocable, p.is_published, p.measures,
    list(a.area_code)
from {0}.main.dim_pool p join {0}.main.dim_pool_area a using (pool_id)
group by all
"""
