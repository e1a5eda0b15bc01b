"""Models of an indicator and of its targets: `indicators/*.yaml` and `targets/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from pipelines.contracts.base import Code, Document, Identifier, Label, PeriodText, Severity

Kind = Literal[
    "proportion",
    "flow_ratio",
    "rate_per_n",
    "change",
    "count",
    "census_share",
    "share_of_areas",
    "survey_share",
]
"""The kind decides bounds, interval and additivity: see the docstring of Indicator."""

BOUNDED: frozenset[str] = frozenset({"proportion", "census_share", "share_of_areas", "survey_share"})
"""Kinds whose numerator is a part of the denominator, hence 0..100 %."""

Side = str | dict[Code, str]
"""A formula, or one formula per code of the `by` dimension where the sides differ (across offices)."""

Direction = Literal["higher_is_better", "lower_is_better"]
"""Which way an indicator should move."""


class Plausible(Document):
    """Limits of a believable value, beside the indicator they guard. In the units shown."""

    min: Decimal | None = Field(
        default=None, max_digits=15, decimal_places=6, description="The smallest value that is believed."
    )
    max: Decimal | None = Field(default=None, max_digits=15, decimal_places=6, description="The greatest.")
    severity: Severity = Field(default="warning", description="warning: a person explains; error: no release.")
    because: Label = Field(description="Why others are not believed.")


class Indicator(Document):
    """A published rate, share, change or count: the exact ratio of two sums of figures, rounded when shown.

    kind: proportion = declared part of a declared cohort (0..100); flow_ratio = two flows of one year, may
    exceed 100; rate_per_n = events per population; change = year on year; count = a sum of figures; census_share =
    complete count, no interval; share_of_areas = areas that meet the targets of `meeting`; survey_share = sample.
    """

    indicator: Identifier = Field(description="Its id: name of the document, and what releases and formulas call it.")
    title: Label = Field(description="Its name.")
    definition: Label = Field(description="What it is, in a sentence or two for its reader.")
    known_limits: Label | None = Field(
        default=None, description="What the figure does not say, in a few sentences for its reader."
    )
    kind: Kind = Field(description="Decides bounds, interval and additivity: see above.")
    numerator: Side | None = Field(default=None, description="Formula over `table.measure`. Not for share_of_areas.")
    denominator: Side | None = Field(default=None, description="Formula. Not for count, change, share_of_areas.")
    by: Identifier | None = Field(default=None, description="One figure per code of this dimension.")
    with_total: bool = Field(default=False, description="Also the sum over the codes of `by`, as breakdown _T.")
    level: Identifier | None = Field(default=None, description="share_of_areas: the level of the areas counted.")
    meeting: list[Identifier] = Field(default=[], description="share_of_areas: indicators whose targets must be met.")
    per: int = Field(
        default=100, gt=0, le=10**9, description="100 for per cent, 10000 for per 10,000. Ignored for counts."
    )
    decimals: int = Field(default=1, ge=0, le=6, description="Decimals that are shown.")
    headline_decimals: int | None = Field(default=None, ge=0, le=6, description="Decimals in running text, if fewer.")
    levels: list[Identifier] | None = Field(default=None, description="Levels it is computed for; left out: all.")
    frequency: Literal["A", "M"] = Field(
        default="A", description="SDMX FREQ: A of years (calendar years, court years), M of months."
    )
    across_offices: bool = Field(default=False, description="Must be true when the sides come from several offices.")
    plausible: Plausible | None = None

    @property
    def multiplier(self) -> int:
        """The `mult` of the rounding formula: 1 for counts, else `per`."""
        return 1 if self.kind == "count" else self.per

    def formulas(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """(where it stands in the document, its text) of every formula."""
        for place, part in (("numerator", self.numerator), ("denominator", self.denominator)):
            if isinstance(part, str):
                yield (place,), part
            else:
                yield from (((place, code), text) for code, text in (part or {}).items())


class Target(Document):
    """A value to be reached. Compared with the exact ratio, never with the rounded figure."""

    level: list[Identifier] = Field(min_length=1, description="Levels of the areas that it is for.")
    operator: Literal[">=", "<=", "="] = Field(description="How the ratio must stand to the value.")
    value: Decimal = Field(max_digits=15, decimal_places=6, description="The target, in the unit shown.")
    direction: Direction | None = Field(
        default=None, description="Which way is better. Follows from >= and <=; must be said for =."
    )
    breakdown: dict[Identifier, Code] = Field(default={}, description="Code of the `by` dimension it holds for.")
    start: PeriodText | None = Field(
        default=None, alias="from", description="First period it is in force; left out: always was."
    )
    until: PeriodText | None = Field(default=None, description="Last period it is in force; left out: still is.")
    source_wording: Label = Field(description="How the decision words it.")

    @property
    def better(self) -> str:
        """The direction, stated or following from the operator; '' when neither says."""
        return self.direction or _FOLLOWS.get(self.operator, "")


_FOLLOWS: dict[str, Direction] = {">=": "higher_is_better", "<=": "lower_is_better"}


class Targets(Document):
    """`targets/<indicator>.yaml`: its targets, and whether areas are ranked within their parent."""

    indicator: Identifier = Field(description="The indicator whose targets they are.")
    targets: list[Target] = Field(
        default=[], description="Its targets; those of different times or levels stand beside each other."
    )
    rank_in_parent: Direction | None = Field(
        default=None, description="Areas are ranked among those of the same parent, the best first; left out: not."
    )
