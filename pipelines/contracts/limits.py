"""Limits that a return states for its figures: against the year before, the years before, the version that stands.

Only what the documents say; validation holds the first two, a held submission is the third's.
"""

from __future__ import annotations

from pydantic import Field

from pipelines.contracts.base import Document, Identifier, Label, Severity

HISTORY = (
    "figures_within_history", "no_return_repeated", "nothing_vanished", "nothing_swapped", "allocated_as_before",
)  # fmt: skip
"""The rules that a history limit makes of a table."""


class ChangeLimit(Document):
    """How far a figure may lie from that of the year before, in the same area and class."""

    percent: int = Field(gt=0, le=10_000, description="Of the year before, up or down.")
    base: int = Field(default=20, ge=1, description="Judged only where the year before has at least so many.")
    severity: Severity = Field(default="warning", description="warning: a person explains; error: no release.")
    because: Label = Field(description="Why more is not believed, told with each finding.")


class RevisionLimit(Document):
    """How far a revised figure may lie from the one that stands; beyond it the submission is held for a person."""

    factor: int = Field(
        ge=2, le=10_000, description="More than so many times the standing figure, or less than 1/factor."
    )
    floor: int = Field(
        default=50, ge=0, le=10**12, description="Differences up to this many are never out of proportion."
    )
    because: Label = Field(description="Why more is not believed, told with what is held.")


class HistoryLimit(Document):
    """How far a figure may lie from what the same area and class had in the years before.

    The middle of those years is their median; the usual distance from it is the greatest of the median absolute
    deviation, the square root of the median (what chance alone makes of a count), a twentieth of the median (series
    have a trend), and 1. Whoever goes further than `times` that from both the median and the last year is named with
    the years it was held against. Whole returns are held against the years before too: see `validation.whole`.
    """

    years: int = Field(
        default=8, ge=4, le=50, description="So many years before are looked at; with less than 4, none."
    )
    times: int = Field(default=8, ge=2, le=100, description="So many times the usual distance.")
    times_above: int | None = Field(
        default=None,
        ge=2,
        le=100,
        description="The same for areas above the lowest, whose figures vary less; left out: `times`.",
    )
    base: int = Field(default=20, ge=0, description="Judged only where the figure or the median is at least so much.")
    measures: list[Identifier] | None = Field(default=None, min_length=1, description="Left out: all of the table.")
    steady: list[Identifier] = Field(
        default=[],
        description="Measures of what is there (villages, schools, inhabitants), not of what happens: chance has no "
        "part in them, and the square root is left aside.",
    )
    severity: Severity = Field(default="warning", description="warning: a person explains; error: no release.")
    because: Label = Field(description="Why it is not believed, told with each finding.")
