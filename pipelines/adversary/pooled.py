"""What areas published together must keep to: how many, how much, nothing of a member beside them, nothing below a
hidden area; and from one edition to the next only coarser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipelines.adversary.cells import Cell, Pool, complement, remainder
from pipelines.adversary.edition import Edition, pools
from pipelines.adversary.files import Files
from pipelines.adversary.program import Program
from pipelines.adversary.verdict import Leak
from pipelines.contracts.periods import parse

Place = tuple[str, int, str]
"""(parent, year, measure as table.measure)"""


class Partition(NamedTuple):
    """How an edition published the areas below a parent: in pools, and singly."""

    edition: str
    pools: list[Pool]
    single: set[str]


def leaks(edition: Edition, program: Program) -> Iterator[Leak]:
    """Faults of the pools of one edition."""
    for pool in edition.pools.values():
        known = len(pool.members)
        if known < 2 or known != pool.areas:
            words = f"The pool {pool.id} names {known} areas and says {pool.areas}; two is the least."
            yield Leak(
                edition.name,
                "pool_size",
                f"The pool {pool.id} names {known} areas and says {pool.areas}; two is the least.",
            )
    seen: dict[tuple[Place, str], str] = {}
    for pool in edition.pools.values():
        for area in sorted(pool.members):
            other = seen.setdefault(((pool.parent, pool.year, pool.family), area), pool.id)
            if other != pool.id:
                words = f"{area} is in the pools {other} and {pool.id} of one family and year."
                yield Leak(edition.name, "pool_twice", words)
    yield from _sums(edition, program)
    yield from _beside(edition)
    yield from _below_hidden(edition)


def _sums(edition: Edition, program: Program) -> Iterator[Leak]:
    """Each sum of a pool, and of its complements, against what so many areas must have together."""
    for cell, figure in edition.figures.items():
        pool = edition.pools.get(cell.area)
        if pool is None or figure.value is None or cell[:2] not in edition.families:
            continue
        yield from _sum(edition, program, pool, cell, figure.value, cell.measure)
        if whole := edition.complements.get(cell[:2]):
            other = edition.figures.get(cell._replace(measure=whole[1]))
            if other and other.value is not None:
                rest = complement(cell, whole[1])
                yield from _sum(edition, program, pool, rest, other.value - figure.value, cell.measure)


def _sum(edition: Edition, program: Program, pool: Pool, cell: Cell, value: int, measure: str) -> Iterator[Leak]:
    """Members whose figure is merely missing have no part in the sum, so they do not count."""
    members = [cell._replace(area=area, measure=measure) for area in pool.members]
    counted = sum(member not in program.missing for member in members)
    if pool.with_not_allocable and cell.measure == measure:
        value -= program.known.get(remainder(cell._replace(area=pool.parent)), 0)
    least = edition.catalog.programme.confidentiality.smallest_sum(counted)
    if counted < 2:
        words = f"{cell} is the sum of {counted} area(s): the others have no figure to add."
        yield Leak(edition.name, "pool_cover", words)
    elif value != 0 and value < least:
        words = f"{cell} is {value:,} for {counted} areas together; it must be 0 or at least {least}."
        yield Leak(edition.name, "pool_sum", words)


def _beside(edition: Edition) -> Iterator[Leak]:
    pooled = {(p.family, p.year, area): p.id for p in edition.pools.values() for area in p.members}
    for cell, figure in edition.figures.items():
        family = edition.families.get(cell[:2])
        pool = pooled.get((family or "", parse(cell.period).year, cell.area))
        if pool and figure.value is not None:
            words = f"{cell} is printed by itself, though {cell.area} is in the pool {pool}."
            yield Leak(edition.name, "pool_member", words)


def _below_hidden(edition: Edition) -> Iterator[Leak]:
    """Figures below an area that is not printed say how much it has at least."""
    for cell, figure in edition.figures.items():
        if figure.value is None or cell[:2] not in edition.families:
            continue
        pool = edition.pools.get(cell.area)
        above = pool.parent if pool else edition.areas[cell.area].parent if cell.area in edition.areas else ""
        parent = edition.figures.get(cell._replace(area=above))
        if parent and parent.is_hidden:
            yield Leak(edition.name, "below_hidden", f"{cell} is printed, though {above}, in which it lies, is not.")


def remembered(folder: Path) -> dict[Place, Partition]:
    """How an edition published areas together, of each measure. Looks at its pools only, not at its documents, which a
    later version may not be able to read.
    """
    files = Files(folder)
    found: dict[Place, Partition] = {}
    for pool, measures in pools(files):
        for measure in measures:
            place = (pool.parent, pool.year, measure)
            found.setdefault(place, Partition(folder.name, [], set())).pools.append(pool)
    return found


def partitions(edition: Edition) -> dict[Place, Partition]:
    """How each sensitive measure is published below each parent, where anything of it is."""
    found: dict[Place, Partition] = {}
    for pool in edition.pools.values():
        for (table, measure), family in edition.families.items():
            if family == pool.family:
                place = (pool.parent, pool.year, f"{table}.{measure}")
                found.setdefault(place, Partition(edition.name, [], set())).pools.append(pool)
    for cell, figure in edition.figures.items():
        if cell[:2] in edition.families and figure.value is not None and cell.area in edition.areas:
            place = (edition.areas[cell.area].parent, parse(cell.period).year, f"{cell.table}.{cell.measure}")
            found.setdefault(place, Partition(edition.name, [], set())).single.add(cell.area)
    return found


def finer(edition: Edition, earlier: Mapping[Place, Partition], now: Mapping[Place, Partition]) -> Iterator[Leak]:
    """Areas that an earlier edition published together and this one takes apart, each once."""
    seen: set[str] = set()
    anywhere: dict[tuple[int, str], Partition] = {}  # an area may have gone to another parent since
    for (_, year, measure), part in now.items():
        all_of = anywhere.setdefault((year, measure), Partition(part.edition, [], set()))
        all_of.pools.extend(part.pools)
        all_of.single.update(part.single)
    for place, before in earlier.items():
        here = anywhere.get(place[1:])
        if here is None:
            continue
        for pool in before.pools:
            for how in _apart(edition, pool, here):
                sentence = (
                    f"{how} ({pool.family}, {pool.year}) in {before.edition}; areas once published together stay so."
                )
                if sentence not in seen:
                    seen.add(sentence)
                    yield Leak(edition.name, "finer", sentence)


def _apart(edition: Edition, pool: Pool, here: Partition) -> Iterator[str]:
    """In words, what of a pool is published otherwise than together."""
    there = {area for area in pool.members if _is_there(edition, area, pool.year)}
    for area in sorted(there):
        mine = next((one for one in here.pools if area in one.members), None)
        apart = sorted(there - mine.members) if mine else []
        if area in here.single or apart:
            how = f"in {mine.id} without {', '.join(apart)}" if apart and mine else "by itself"
            yield f"{area} is published {how}, though it was in the pool {pool.id}"
        elif pool.with_not_allocable and mine and not mine.with_not_allocable:
            yield f"{mine.id} is without what {pool.parent} could not allocate, which was in the pool {pool.id}"
            return


def _is_there(edition: Edition, area: str, year: int) -> bool:
    """Is the area one of the year? What the list of areas no longer has there cannot be published with anybody."""
    found = edition.areas.get(area)
    return found is not None and found.valid_from <= f"{year:04d}-12-31" and f"{year:04d}" <= (found.valid_to or "9")
