"""The made-up county as documents: `county.yaml` (sizes, habits, planted faults) and `reference.yaml`.

Models and reading only; figures are made in `figures`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from pipelines.contracts.base import Code, Document, Identifier, PeriodText

HERE = Path(__file__).parent


class Habit(Document):
    """How a measure behaves. One of total, each, of, equals, follows says where its figures come from."""

    total: float | None = Field(default=None, description="The county's figure in the first period.")
    each: float | None = Field(default=None, description="The same for every area of `level`.")
    of: str | None = Field(default=None, description="A share of this formula, cell by cell.")
    equals: str | None = Field(default=None, description="Exactly this formula, cell by cell.")
    follows: Identifier | None = Field(default=None, description="This measure a year before; `total` at first.")
    share: float | dict[Code, float] = Field(default=1.0, description="Share of `of` or `each`, or one per code.")
    growth: float = Field(default=0.0, description="Change of total or share from year to year, 0.02 = 2 %.")
    noise: float = Field(default=0.0, description="Width of the chance around it, 0.1 = 10 %.")
    weights: dict[Code, float] = Field(default={}, description="Weight of each code; 1 if left out.")
    steady: bool = Field(default=False, description="Every area keeps its share from year to year.")
    overlap: float = Field(default=0.04, description="Not additive over areas: share counted in two areas.")
    level: Identifier | None = Field(default=None, description="Only areas of this level; others write no figure.")


class Form(Document):
    """How an office writes its files. Several encodings are used by turns, year by year."""

    file: Literal["csv", "xlsx"] = "csv"
    headers: Literal["en", "zh"] = "en"
    shape: Literal["long", "wide"] = "long"
    encodings: list[str] = Field(default=["utf-8-sig"], min_length=1)


class Spoiled(Document):
    """A return that first arrives with a text where a number belongs, so many days after the period's end."""

    table: Identifier
    measure: Identifier
    period: PeriodText
    text: str
    days_after_end: int = 5


class Spike(Document):
    """A figure far above the usual, in one area (its place in the list) and period."""

    table: Identifier
    measure: Identifier
    period: PeriodText
    area: int
    value: int


class Late(Document):
    """An office that sends its returns of a period after the due date."""

    office: Identifier
    period: PeriodText
    days: int


class Plants(Document):
    """What is wrong on purpose."""

    spoiled: Spoiled | None = None
    spike: Spike | None = None
    late: list[Late] = Field(default=[])


class County(Document):
    """`county.yaml`."""

    forms: dict[Identifier, Form] = Field(default={})
    habits: dict[Identifier, dict[Identifier, Habit]] = Field(default={})
    plants: Plants = Plants()


class Reference(Document):
    """A figure that is known: the county's, for one period."""

    period: PeriodText
    figure: str = Field(description="table.measure, with a filter where it is not the total.")
    value: int
    qualifier: Literal["", "at_least", "estimated"] = ""


class Report(Document):
    """`reference.yaml`: the period that the founding report is about, and its figures."""

    period: PeriodText
    figures: list[Reference]


def _read(name: str) -> object:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def county() -> County:
    """The county's document."""
    return County.model_validate(_read("county.yaml"))


def report() -> Report:
    """The founding report."""
    return Report.model_validate(_read("reference.yaml"))
