"""The audit of editions, oldest first: everything that each tells and must not, with what was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.adversary import implied, intervals, pooled, shown, small, told, verdict
from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import Edition, read
from pipelines.adversary.hidden import Hidden
from pipelines.adversary.solve import Interval
from pipelines.adversary.verdict import Leak, Verdict


@dataclass(frozen=True)
class OfEdition:
    """What the audit of one edition looked at. `intervals`: what each hidden figure can be."""

    edition: str
    intervals: dict[Cell, Interval]
    told: int
    """Hidden figures of which it is known that they are at least the threshold."""
    components: int
    largest: int
    solved: int
    pools: int
    published: int
    """(area, year, family) published singly or in a pool."""
    pooled: int

    def __str__(self) -> str:
        share = f"{100 * self.pooled / self.published:.1f} %" if self.published else "none"
        return (
            f"{self.edition}: {len(self.intervals):,} hidden figures in {self.components:,} components (the largest "
            f"has {self.largest:,} unknowns), {self.solved:,} programs solved; {self.told:,} are known not to be "
            f"small; {self.pools:,} pools hold {self.pooled:,} of {self.published:,} areas published ({share})."
        )


@dataclass(frozen=True)
class Audit:
    """`leaks` is empty when nothing is told that must not be."""

    editions: tuple[OfEdition, ...]
    leaks: tuple[Leak, ...]

    def counted(self) -> dict[str, int]:
        """For a manifest: hidden figures whose interval was found, in components, by programs solved."""
        return {
            "audited": sum(len(one.intervals) for one in self.editions),
            "components": sum(one.components for one in self.editions),
            "programs": sum(one.solved for one in self.editions),
        }

    def text(self) -> str:
        """The audit in words: a line for each leak, one for each edition, and the outcome."""
        found = len(self.leaks)
        outcome = f"{found:,} leak{'s' if found != 1 else ''}." if found else "Nothing is told that must not be."
        return "\n".join([*map(str, self.leaks), *map(str, self.editions), outcome])


def audit(folders: Sequence[Path], last: int | None = None) -> Audit:
    """Audits editions, given oldest first. `last`: only so many of the newest are looked into, of the others only who
    was published together with whom.

    A figure may differ from edition to edition, so each has a program of its own; what ties them is that areas once
    published together stay so. Raises contracts.ContractError when documents of those looked into cannot be read.
    """
    found, leaks = list[OfEdition](), list[Leak]()
    earlier: dict[pooled.Place, pooled.Partition] = {}
    first = 0 if last is None else len(folders) - last
    for number, folder in enumerate(folders):
        if number >= first:
            edition = read(folder)
            now = pooled.partitions(edition)
            leaks += pooled.finer(edition, earlier, now)
            one, more = _one(edition, now)
            found.append(one)
            leaks += more
        for place, part in pooled.remembered(folder).items():  # what any edition published so counts, not the last only
            before = earlier.setdefault(place, pooled.Partition(folder.name, [], set()))
            before.pools.extend(pool for pool in part.pools if pool not in before.pools)
    return Audit(tuple(found), tuple(leaks))


def _one(edition: Edition, now: dict[pooled.Place, pooled.Partition]) -> tuple[OfEdition, list[Leak]]:
    program = implied.of(edition)
    solved = intervals.find(program)
    hidden = Hidden(edition, set(program.hidden))
    leaks = [
        *small.leaks(edition),
        *shown.leaks(edition, hidden),
        *told.leaks(edition, hidden),
        *pooled.leaks(edition, program.program),
        *verdict.leaks(edition, solved),
    ]
    threshold = edition.catalog.programme.confidentiality.threshold
    verdicts = [verdict.of(one, threshold, verdict.zero_sensitive(edition, cell)) for cell, one in solved.of.items()]
    members = sum(len(pool.members) for pool in edition.pools.values())
    families = {f"{table}.{measure}": family for (table, measure), family in edition.families.items()}
    single = {(area, place[1], families[place[2]]) for place, part in now.items() for area in part.single}
    of = OfEdition(
        edition.name, solved.of, verdicts.count(Verdict.TOLD), solved.components, solved.largest, solved.solved,
        len(edition.pools), members + len(single), members,
    )  # fmt: skip
    return of, leaks
