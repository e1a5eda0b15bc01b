"""Which areas below a parent are published together, so that no small figure of one of them can be told. Pure: figures
in, pools out.

Of a family's measures only sums of a pool are printed, no figure of a member. Then "all of it in one member" and "none
of it there" are both possible for every measure at once, so that all that can be told of a member is [0, the pool's
sum]; hence the pool's sums must be large enough. Which measures hang together is `contracts.families`' word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Pooling:
    """What is published below a parent. pools: members of each line; remainder: the line that the parent's
    not-allocable remainder is in, None = in none. `shown` False: nothing of the family, and the pools are only
    remembered."""

    pools: tuple[frozenset[str], ...] = ()
    remainder: frozenset[str] | None = None
    shown: bool = True


@dataclass
class _Making:
    areas: Mapping[str, Figures]
    rules: Sensitivity
    remainder: Figures | None
    members: set[str] = field(default_factory=set)

    def sums(self) -> list[int | None] | None:
        """Of each figure; None where it is missing everywhere. None at all = one is known of some of them only."""
        lines = [self.areas[code] for code in self.members] + ([self.remainder] if self.remainder is not None else [])
        if _is_partly_known(lines):
            return None
        return [None if None in column else sum(value or 0 for value in column) for column in zip(*lines, strict=True)]

    def fits(self) -> bool:
        """Two areas or more, and sums that are large enough."""
        sums = self.sums()
        hidden = len(self.members) + (self.remainder is not None)
        return len(self.members) > 1 and sums is not None and self.rules.is_large(hidden, sums)

    def add(self, more: frozenset[str]) -> None:
        """Adds areas, unless one lacks a figure that the others have: what is missing hides nothing."""
        added = _Making(self.areas, self.rules, self.remainder, self.members | more)
        if added.sums() is not None:
            self.members = added.members


def pooling(
    areas: Mapping[str, Figures], remainder: Figures | None, earlier: Collection[frozenset[str]], rules: Sensitivity
) -> Pooling:
    """The lines below one parent, of one family in one year.

    areas: code -> figures. remainder: what the delivered parent has beyond them, None = it has nothing of its own.
    earlier: the pools that an earlier edition knows: they stay as they are as long as they are large enough, and else
    are joined with others, never divided. The order of `areas` does not matter.
    """
    kept = [pool for pool in earlier if pool]
    if any(not pool <= set(areas) for pool in kept):
        return Pooling(tuple(kept), shown=False)
    single = set(areas).difference(*kept)
    small = {code for code in single if rules.is_small(areas[code])}
    broken = [pool for pool in kept if not _Making(areas, rules, None, set(pool)).fits()]
    must = small.union(*broken)
    has_rest = remainder is not None and rules.is_small(remainder)
    if not must and not has_rest:
        return Pooling(tuple(kept))
    if has_rest and (any((value or 0) < 0 for value in remainder or ()) or _is_partly_known(areas.values())):
        # children beyond their parent are no parts of it; and a remainder with a missing figure in it is not only what
        # could not be allocated
        return Pooling(tuple(kept), shown=False)
    making = _Making(areas, rules, remainder if has_rest else None, must)
    sound = [pool for pool in kept if pool not in broken]
    free: Iterable[frozenset[str]] = (
        *(frozenset({code}) for code in sorted(single - small, key=lambda code: (_size(areas[code]), code))),
        *sorted(sound, key=lambda pool: (sum(_size(areas[code]) for code in pool), sorted(pool))),
    )
    for more in (frozenset[str](), *free):
        making.add(more)
        if making.fits():
            members = frozenset(making.members)
            rest = [pool for pool in sound if not pool <= members]
            return Pooling((*rest, members), members if has_rest else None)
    return Pooling(tuple(kept), shown=False)


def _is_partly_known(lines: Iterable[Figures]) -> bool:
    """Is there a figure that some have and some lack?"""
    return any(None in column and column.count(None) < len(column) for column in zip(*lines, strict=True))


def _size(figures: Figures) -> int:
    return sum(value for value in figures if value is not None)
