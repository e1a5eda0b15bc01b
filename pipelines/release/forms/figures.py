"""A figure as people's forms show it, and the series of an indicator. Which marks and words it gets is said elsewhere.

Nothing is computed: a figure is the text that the marts hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from pipelines.contracts.periods import parse
from pipelines.release.forms.areas import Area


class Figure(NamedTuple):
    """A figure as published, or why there is none. text: as the marts write it, '' without a value; reason, qualifier,
    break_id: '' where there is none; is_whole: of its whole period; headline: '' without a value; lower and upper: the
    limits of its interval; bound: of a figure that is a lower bound the upper one.
    """

    area: str
    period: str
    text: str
    status: str
    reason: str = ""
    qualifier: str = ""
    is_whole: bool = True
    is_revised: bool = False
    break_id: str = ""
    numerator: int | None = None
    denominator: int | None = None
    headline: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    bound: Decimal | None = None


@dataclass(frozen=True, eq=False)
class Series:
    """The figures of an indicator for one breakdown. periods: in order of time; lines: of its table, in their order;
    by_line: code of the line -> period -> figure.
    """

    indicator: str
    breakdown: str
    periods: tuple[str, ...]
    lines: tuple[Area, ...]
    by_line: dict[str, dict[str, Figure]]

    def figure(self, line: Area, period: str) -> Figure | None:
        """What stands in a line in a period."""
        return self.by_line.get(line.code, {}).get(period)

    @property
    def figures(self) -> Iterator[Figure]:
        """All of them, line by line."""
        for line in self.by_line.values():
            yield from line.values()

    @cached_property
    def latest(self) -> str:
        """The last period with a figure; the last of all where none has."""
        return latest({figure.period for figure in self.figures if figure.text}) or self.periods[-1]


def place(period: str) -> tuple[date, int]:
    """Where a period stands in time, for sorting: by its end, the shorter first."""
    span = parse(period)
    return span.end, span.months


def latest(periods: Iterable[str]) -> str:
    """The last of several periods in time; '' of none."""
    return max(periods, key=place, default="")
