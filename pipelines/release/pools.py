"""Which areas below a parent are published together, so that no small figure of one of them can be told. Pure: figures
in, pools out.

Of a family's measures only sums of a pool are printed, no figure of a member. Then "all of it in one member" and "none
of it there" are both possible for every measure at once, so that all that can be told of a member is [0, the pool's
sum]; hence the pool's sums must be large enough. Which measures hang together is `contracts.families`' word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.contracts.programme import Confidentiality

Figures = Sequence[int | None]
"""A family's figures of one area (measures, classes, complements, in each period of a year), in a fixed order; None =
missing."""


@dataclass(frozen=True)
class Sensitivity:
    """zero: of each figure, says it as much that there is none?"""

    policy: Confidentiality
    zero: Sequence[bool]

    def is_small(self, figures: Figures) -> bool:
        """Has one of them from 1 (or 0) to below the threshold? A complement below zero counts as small."""
        return any(
            value is not None and (value < self.policy.threshold) and (value != 0 or zero)
            for value, zero in zip(figures, self.zero, strict=True)
        )

    def is_large(self, members: int, sums: Figures) -> bool:
        """Is each sum that is not 0 at least `Confidentiality.smallest_sum`?"""
        least = self.policy.smallest_sum(members)
        return all(
            value is None or value >= least or (value == 0 and not zero)
            for value, zero in zip(sums, self.zero, strict=True)
        )


Line = frozenset[str]
"""The areas that are published together."""
REST = ""
"""Stands among the areas of a line for what the parent could not allocate to one."""


@dataclass
class _Making:
    lines: Mapping[str, Figures]
    rules: Sensitivity
    members: Line

    def sums(self) -> list[int | None] | None:
        """Of each figure; None where it is missing everywhere. None at all = one is known of some of them only."""
        lines = [self.lines[code] for code in self.members]
        if is_partly_known(lines):
            return None
        return [None if None in column else sum(value or 0 for value in column) for column in zip(*lines, strict=True)]

    def fits(self) -> bool:
        """Two areas or more, and sums that are large enough."""
        sums = self.sums()
        return len(self.members - {REST}) > 1 and sums is not None and self.rules.is_large(len(self.members), sums)

    def add(self, more: Line) -> None:
        """Adds areas, unless one lacks a figure that the others have: what is missing hides nothing."""
        added = _Making(self.lines, self.rules, self.members | more)
        if added.sums() is not None:
            self.members = added.members


def pooling(
    areas: Mapping[str, Figures], remainder: Figures | None, earlier: Collection[Line], rules: Sensitivity
) -> tuple[Line, ...] | None:
    """The lines below one parent, of one family in one year; None where nothing of the family can be published there.

    areas: code -> figures. remainder: what the delivered parent has beyond them, None = it has nothing of its own.
    earlier: the lines that an earlier edition knows, with REST in the one that has the remainder: they stay as they are
    as long as they are large enough, and else are joined with others, never divided. The order of `areas` does not
    matter.
    """
    kept = _joined(earlier)
    pooled = frozenset[str]().union(*kept)
    if not pooled - {REST} <= set(areas):
        return None
    lines = {**areas, REST: _rest(areas.values(), remainder)}
    single = set(areas) - pooled
    small = frozenset(code for code in single if rules.is_small(areas[code]))
    if REST not in pooled and remainder is not None and rules.is_small(remainder):
        small |= {REST}
    # children beyond their parent are no parts of it; and a remainder with a missing figure in it is not only what
    # could not be allocated
    is_whole = all((value or 0) >= 0 for value in lines[REST]) and not is_partly_known(areas.values())
    if not is_whole and (REST in small or (REST in pooled and any(lines[REST]))):
        return None
    sound = [pool for pool in kept if _Making(lines, rules, pool).fits()]
    must = small.union(*(pool for pool in kept if pool not in sound))
    if not must:
        return kept
    making = _Making(lines, rules, must)
    free: Iterable[Line] = (
        *(frozenset({code}) for code in sorted(single - small, key=lambda code: (_size(areas[code]), code))),
        *sorted(sound, key=lambda pool: (sum(_size(lines[code]) for code in pool), sorted(pool))),
    )
    for more in (frozenset[str](), *free):
        making.add(more)
        if making.fits():
            return (*(pool for pool in sound if not pool <= making.members), making.members)
    return None


def _joined(pools: Collection[Line]) -> tuple[Line, ...]:
    """Pools that share an area become one: they were of families that are one now."""
    found: list[Line] = []
    for pool in pools:
        apart = [other for other in found if not other & pool]
        found = [*apart, pool.union(*(other for other in found if other & pool))]
    return tuple(found)


def _rest(areas: Iterable[Figures], remainder: Figures | None) -> Figures:
    """The remainder as a line beside the areas: missing where all of them are, 0 where the parent has nothing."""
    columns = list(zip(*areas, strict=True))
    rest: Figures = remainder or [0] * len(columns)
    return [None if set(column) == {None} else value or 0 for column, value in zip(columns, rest, strict=True)]


def is_partly_known(lines: Iterable[Figures]) -> bool:
    """Is there a figure that some have and some lack?"""
    return any(None in column and column.count(None) < len(column) for column in zip(*lines, strict=True))


def _size(figures: Figures) -> int:
    return sum(value for value in figures if value is not None)
