"""What the interval of a hidden figure means: protected, told though not small, or a leak. Nothing is solved here."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.intervals import Found
from pipelines.adversary.solve import Interval


class Verdict(Enum):
    """Of one hidden figure."""

    PROTECTED = "it can be nothing, and anything up to the threshold"
    NONE = "it is surely nothing, which says nothing of anybody"
    TOLD = "it is surely at least the threshold"
    LEAK = "it is known too well"


class Leak(NamedTuple):
    """What an edition tells that it must not, as a sentence. `rule` names the kind."""

    edition: str
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.edition}: {self.sentence}"


def of(interval: Interval, threshold: int, zero_sensitive: bool) -> Verdict:
    """The verdict on an interval; `zero_sensitive`: that there is none says as much as a small figure."""
    if interval.low <= 0 and (interval.high is None or interval.high >= threshold):
        return Verdict.PROTECTED
    if interval.high == 0 and not zero_sensitive:
        return Verdict.NONE
    return Verdict.TOLD if interval.low >= threshold else Verdict.LEAK


def zero_sensitive(edition: Edition, cell: Cell) -> bool:
    """Does the document say so of the measure? Of a complement it says nothing."""
    measure = edition.catalog.returns[cell.table].measure(cell.measure)
    return measure is not None and measure.zero_sensitive


def leaks(edition: Edition, found: Found) -> Iterator[Leak]:
    """The hidden figures that are known too well, and those whose interval could not be found."""
    threshold = edition.catalog.programme.confidentiality.threshold
    for cell, interval in found.of.items():
        if of(interval, threshold, zero_sensitive(edition, cell)) is Verdict.LEAK:
            yield Leak(
                edition.name,
                "interval",
                f"{cell} is not printed, but what is printed leaves it only {interval}; it must be able to be anything "
                f"from 0 to {threshold}.",
            )
    for cell, how in found.failed:
        yield Leak(
            edition.name,
            "unsolved",
            f"The interval of {cell} could not be found ({how}), so nobody knows that it is protected.",
        )
