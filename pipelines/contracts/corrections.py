"""Model of a correction, `corrections/<id>.yaml`: one figure of a source that was decided to be another one.

Only the document. Whether its cell exists in the documents is `check_corrections`' business, whether the source still
says what it expects is validation's.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pipelines.contracts.base import Code, Document, Identifier, Label, PeriodText
from pipelines.contracts.reasons import Reason

MISSING = "missing"
"""How a document says that there is no figure."""

WITH_FIGURE, WITHOUT_FIGURE = ("A", "E", "P"), ("M", "L", "O", "Q", "U")
"""SDMX OBS_STATUS of a cell that has a figure, and of one that has none."""


def _figure(value: Any) -> int | None:
    if value == MISSING:
        return None
    if type(value) is int:
        return value
    raise ValueError(f"write a whole number, or the word {MISSING}")


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write printable characters on one line")
    return text


Figure = Annotated[
    int | None,
    BeforeValidator(_figure),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"const": MISSING}]}),
]
"""A whole number; None where the document says `missing`."""


class Correction(Document):
    """A figure of a return that is wrong in the source, and what holds instead until the office mends it."""

    correction: Identifier = Field(description="Its id: name of the document.")
    table: Identifier = Field(description="The return.")
    measure: Identifier = Field(description="The figure of the return.")
    area: Code = Field(description="Code of the area.")
    period: PeriodText = Field(description="The period.")
    breakdown: dict[Identifier, Code] = Field(
        default={}, description="The code of each dimension of the table, like {offence_class: drugs}."
    )
    expect: Figure = Field(
        description="What the source says. Once it says something else, nothing is released until this document is "
        "removed or mended."
    )
    value: Figure = Field(description="What holds instead; `missing` needs an obs_status.")
    obs_status: Literal["A", "E", "P", "M", "L", "O", "Q", "U"] | None = Field(
        default=None,
        description="SDMX OBS_STATUS of the result. Left out: that of the source, A where that had no figure.",
    )
    qualifier: Literal["at_least", "estimated"] | None = Field(
        default=None, description="Left out: the corrected figure is exact."
    )
    reason: Reason = Field(description="Why figures are revised, one of the reasons of a revision.")
    because: Label = Field(description="What was wrong, for the reader.")
    decided_by: Annotated[str, AfterValidator(_printable)] = Field(
        min_length=1, max_length=200, description="The office, role or name that answers for it; it is printed."
    )
    decided_on: date = Field(description="It holds from this day on; what was known before is computed without it.")
    until: date | None = Field(
        default=None, description="Last day on which it holds, when another decision took its place."
    )
