"""What a document states, from its model: every field that is set, so that a new one is shown without a word here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from pipelines.contracts.base import Label
from pipelines.docs.markdown import code, text


def rest(one: BaseModel, shown: Collection[str] = ()) -> list[list[str]]:
    """[field, value] of each field that the document sets, but those of `shown`, which stand elsewhere on the page."""
    return [
        [code(field.alias or name), said(getattr(one, name))]
        for name, field in type(one).model_fields.items()
        if name not in shown and name in one.model_fields_set and getattr(one, name) not in (None, [], {})
    ]


def besides(one: BaseModel, shown: Collection[str] = ()) -> str:
    """The same in one cell."""
    return "; ".join(f"{name}: {value}" for name, value in rest(one, shown))


def said(value: Any) -> str:
    """A value for people, in Markdown: labels in both languages, parts with the names of their fields."""
    if isinstance(value, Label):
        return text(f"{value.en} {value.zh}")
    if isinstance(value, BaseModel):
        return besides(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{code(key)}: {said(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        parts = [f"({said(part)})" if isinstance(part, BaseModel) else said(part) for part in value]
        return ", ".join(parts)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return code(value)
