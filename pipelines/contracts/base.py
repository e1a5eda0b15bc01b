"""What every document model shares: strictness, labels in two languages, identifiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from pipelines.contracts import periods


class Document(BaseModel):
    """Base of all models: unknown keys are faults, nothing can be changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


def _period(text: str) -> str:
    return periods.canonical(text)


Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""snake_case; becomes an SDMX code, a column name and a file name."""

Code = Annotated[str, Field(pattern=r"^[^\s|=;,\[\]]+( [^\s|=;,\[\]]+)*$", max_length=60)]
"""A code of a code list: text without the signs that formulas and breakdowns use."""

Version = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
"""Semantic version of a document."""

Mail = Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$", max_length=254)]
"""An address of electronic mail."""

Telephone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()/-]{2,30}$")]
"""A number as people write it."""

Web = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=300)]
"""An address of the web. No other scheme: pages lead to it."""

PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "write it in small letters, digits and _, a letter first",
    r"^[^\s|=;,\[\]]+( [^\s|=;,\[\]]+)*$": "a code has no | = ; , [ ] and no spaces at its ends",
    r"^[0-9]+\.[0-9]+\.[0-9]+$": "write a version like 1.0.0",
    r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$": "write a mail address like statistics@county.example.org",
    r"^\+?[0-9][0-9 ()/-]{2,30}$": "write a number like +86 10 0000 0000; put it in quotes",
    r"^https?://[^\s<>\"]+$": "write an address that begins with https://",
}
"""What the patterns above ask for, in words."""

PeriodText = Annotated[
    str,
    AfterValidator(_period),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}/P[0-9]{1,2}[YM])?)?$"}),
]
"""SDMX period: "2004", "2004-07" or "2018-07-01/P1Y". Quote it: YAML reads a bare 2004 as a number."""

Severity = Literal["error", "warning"]
"""error stops the release; warning is for a person to explain."""


class Label(Document):
    """Words for people, in English and Simplified Chinese."""

    en: str = Field(min_length=1, description="English.")
    zh: str = Field(min_length=1, description="Simplified Chinese.")

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en
