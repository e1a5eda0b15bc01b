"""Models of the documents about the whole set: `programme.yaml` (offices, house form) and `calendar.yaml`."""

from __future__ import annotations

import codecs
import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pipelines.contracts.base import Document, Identifier, Label, Mail, PeriodText, Telephone, Web


def _encoding(name: str) -> str:
    try:
        known = codecs.lookup(name)
        "".encode(known.name)
    except LookupError:
        raise ValueError(
            f"{name!r} is not an encoding that can be read; write one like utf-8-sig, gb18030 or iso-8859-1"
        ) from None
    return name


def _delimiter(sign: str) -> str:
    if sign in '"\r\n\0':
        raise ValueError(f"{sign!r} cannot separate cells; write a sign like , or ;")
    return sign


FILE_NAME_FIELDS = ("table", "office", "unit", "period", "year", "prepared_on", "revision")
"""What a pattern of file names may ask for. `year`: the year in which the period ends, of a return whose years do not
begin in January."""


def _file_name(pattern: str) -> str:
    fields = re.findall(r"\{([^{}]*)\}", pattern)
    for name in fields:
        if name not in FILE_NAME_FIELDS:
            raise ValueError(f"{{{name}}} is not a field of file names; known are {', '.join(FILE_NAME_FIELDS)}")
        if fields.count(name) > 1:
            raise ValueError(f"{{{name}}} stands twice in {pattern!r}; a file name says it once")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", pattern)):
        raise ValueError(f"a brace in {pattern!r} has no partner; write fields like {{table}}")
    return pattern


Encoding = Annotated[str, AfterValidator(_encoding)]
FileName = Annotated[str, AfterValidator(_file_name)]
"""A pattern of file names: text, and FILE_NAME_FIELDS in braces."""


class Format(Document):
    """How a delivered file is written. The programme states the house form, a return only what differs."""

    encodings: list[Encoding] = Field(
        default=["utf-8-sig", "gb18030"],
        min_length=1,
        description="Tried strictly in this order for CSV; the first that decodes every byte is taken.",
    )
    delimiter: Annotated[str, AfterValidator(_delimiter)] = Field(
        default=",", min_length=1, max_length=1, description="What separates the cells of a CSV."
    )
    header_within: int = Field(
        default=1,
        ge=1,
        le=50,
        description="The header is the row among the first N that names most known columns.",
    )
    number_row: bool = Field(
        default=False,
        description="Rows that only number the columns (1, 2, 3 ...) may stand anywhere; they are passed over.",
    )
    notes: bool = Field(
        default=False,
        description="The table has footnotes: marks of notes in its headers are passed over, and so are rows that say "
        "neither whose figures they are nor any figure (second lines of heads, notes below).",
    )
    final_newline: bool = Field(
        default=True, description="A CSV without a line break at its end is cut short: rejected."
    )
    thousands: list[str] = Field(default=[",", " "], description="Separators removed from whole numbers.")
    decimal: str = Field(default=".", min_length=1, max_length=1, description="Decimal mark of reported rates.")
    other_decimals: list[Annotated[str, Field(min_length=1, max_length=1)]] = Field(
        default=[],
        description="Decimal marks that a file may use instead, all through. Which one it is shows where a mark stands "
        "before one, two or more than three digits.",
    )
    missing: dict[str, Literal["M", "L", "O", "Q", "U"]] = Field(
        default={},
        description="Marks that stand for no figure, each with its SDMX OBS_STATUS. "
        "An empty cell is a fault unless listed.",
    )
    qualifiers: dict[str, Literal["at_least", "estimated"]] = Field(
        default={}, description="Marks before or after a number that qualify it: `≥`, `以上`."
    )
    chinese_numerals: bool = Field(default=True, description="Read 三十 and 1.2万 as numbers.")
    control_total: list[str] = Field(
        default=[],
        description="Words in the area column that mark a row of control totals, one per measure column.",
    )


class Office(Document):
    """An office that owes returns."""

    id: Identifier = Field(description="The name of its folders in the inbox and outbox.")
    title: Label = Field(description="Its name.")
    aliases: list[str] = Field(default=[], description="Other names under which files may call it.")


class Contact(Document):
    """Whom readers ask: an office that answers, never a person."""

    office: Label = Field(description="The office or desk that answers, never a person: the statistics section.")
    mail: Mail | None = Field(default=None, description="Address of electronic mail.")
    phone: Telephone | None = Field(default=None, description="In quotes, with the code of the country.")
    web: Web | None = Field(default=None, description="Address of a web page.")
    address: Label | None = Field(default=None, description="Where letters go.")

    @model_validator(mode="after")
    def _reached(self) -> Self:
        if not (self.mail or self.phone or self.web or self.address):
            raise ValueError("nobody is reached by a name alone; give mail, phone, web or address")
        return self


class Confidentiality(Document):
    """How sensitive measures are kept from telling of persons. What is sensitive stands in the returns."""

    threshold: int = Field(
        default=5, ge=3, le=10, description="A sensitive figure from 1 to below it is not published by itself."
    )

    def smallest_sum(self, members: int) -> int:
        """What areas published together must have together at least, of each sensitive measure that is not 0.

        Twice the threshold; and each member may have any figure up to it though nobody has none:
        max(2T, T + members - 1).
        """
        return max(2 * self.threshold, self.threshold + members - 1)


class Forms(Document):
    """What the forms of a release that are made for people and their tools carry when there are very many areas."""

    areas_at_most: int = Field(
        default=2000,  # no year of figures: a number of areas
        ge=1,
        description="With more areas than this, pages, the workbook and SDMX carry the wider levels only; "
        "the database, Parquet and CSV carry all.",
    )
    lowest_level: Identifier | None = Field(
        default=None,
        description="The smallest level that they carry then; left out: the last but one of `levels`.",
    )


class Programme(Document):
    """`programme.yaml`: the statistical programme that these documents describe."""

    programme: Identifier = Field(description="Its id, as in manifests, SDMX and the data package.")
    title: Label = Field(description="Its name, on every form of a release.")
    publisher: Label = Field(description="Who publishes it.")
    contact: Contact | None = Field(default=None, description="Whom readers ask; shown in every form of a release.")
    fictitious: bool = Field(default=False, description="True marks every release as made of invented figures.")
    language: Literal["en", "zh"] = Field(default="en", description="Language of receipts when none is asked for.")
    offices: list[Office] = Field(min_length=1, description="The offices that owe returns.")
    levels: list[Identifier] = Field(
        min_length=1, max_length=7, description="Area levels from the widest to the smallest; at most seven."
    )
    confidentiality: Confidentiality = Confidentiality.model_construct()
    forms: Forms = Forms.model_construct()
    format: Format = Format.model_construct()
    area_headers: list[str] = Field(
        default=[], description="Headers of the area column in any return, besides those the return gives."
    )
    period_headers: list[str] = Field(
        default=[], description="Headers of the period column in any return, besides those the return gives."
    )
    ignored_headers: list[str] = Field(
        default=[], description="Columns that may stand in any return; their values are never read."
    )
    file_names: list[FileName] = Field(
        default=[],
        description="Patterns of file names without ending, like {table}_{unit}_{period}_{prepared_on}. "
        "Fields: table, office, unit, period, year (in which it ends), prepared_on, revision.",
    )
    units: dict[Identifier, Label] = Field(
        default={}, description="What measures count (`unit` of a measure), in words; left out: its id."
    )

    def unit(self, id: str) -> Label:
        """What a measure counts, in words."""
        words = id.replace("_", " ")
        return self.units.get(id) or Label(en=words, zh=words)


class Postponement(Document):
    """A due date moved by decision, for a table (or all of an office) and a period."""

    office: Identifier | None = Field(default=None, description="All returns of this office; or name a table.")
    table: Identifier | None = Field(default=None, description="This return only.")
    period: PeriodText = Field(description="The period whose due date moves.")
    due_on: date = Field(description="The new last day.")
    because: Label = Field(description="The decision that moved it.")


class Calendar(Document):
    """`calendar.yaml`: time zone, working days and postponements. What is due stands in each return."""

    time_zone: str = Field(description="Where a day begins and ends: a name like Asia/Shanghai.")
    working_days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], description="When the offices work; no due date moves by it."
    )
    postponements: list[Postponement] = Field(default=[], description="Due dates moved by decision.")
