"""The reference of documents and settings, from the models that read them: every field with its meaning and bounds."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipelines.alerts.settings import Settings
from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.breaks import Break
from pipelines.contracts.codelists import COLUMNS, REQUIRED
from pipelines.contracts.corrections import Correction
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Programme
from pipelines.contracts.returns import Return
from pipelines.docs.markdown import code, table, told
from pipelines.home import VARIABLES

PAGES: dict[str, tuple[str, type[BaseModel]]] = {
    "programme": ("data_contracts/programme.yaml", Programme),
    "calendar": ("data_contracts/calendar.yaml", Calendar),
    "return": ("data_contracts/returns/<office>/<table>.yaml", Return),
    "indicator": ("data_contracts/indicators/<id>.yaml", Indicator),
    "targets": ("data_contracts/targets/<indicator>.yaml", Targets),
    "correction": ("data_contracts/corrections/<id>.yaml", Correction),
    "area_event": ("data_contracts/area_events/<event>.yaml", AreaEvent),
    "break": ("data_contracts/breaks/<break>.yaml", Break),
    "alerts": ("alerts.yaml in YEARBOOK_HOME", Settings),
}
"""Page -> the file, and the model that reads it."""
NEEDED = "must\u00a0be\u00a0there"
"""Said in one piece: a narrow column would break it."""


def pages() -> dict[str, str]:
    """Name of the page -> Markdown: one page a file, with a section for each part that stands in it."""
    found = {}
    for name, (file, model) in PAGES.items():
        models = list(dict.fromkeys(within(model)))
        head = f"# {name.replace('_', ' ').capitalize()}\n\n{code(file)}\n\n"
        found[f"reference/documents/{name}"] = head + "\n".join(map(_section, models))
    found["reference/documents/codelist"] = _files(
        "Code list", "data_contracts/codelists/<list>.csv", "Further columns are free.", COLUMNS, REQUIRED
    )
    found["reference/documents/environment"] = _files(
        "Environment variables", "", "What alerts.yaml names as `${NAME}` stands there besides.", VARIABLES, ()
    )
    entries = "\n".join(name.removeprefix("reference/") for name in found)
    head = "# Fields of documents and settings\n\nWhat may stand in each file, from the models that read them.\n\n"
    return {"reference/documents": f"{head}```{{toctree}}\n\n{entries}\n```\n", **found}


def _files(title: str, file: str, said: str, names: Mapping[str, str], needed: Collection[str]) -> str:
    rows = [[code(name), told(words), NEEDED if name in needed else ""] for name, words in names.items()]
    return f"# {title}\n\n{code(file)}\n\n{told(said)}\n\n{table(['name', 'meaning', 'if left out'], rows)}"


def within(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model, and all that stand within it."""
    yield model
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from within(part)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind) if get_origin(kind) is not Literal else ():
        yield from _parts(part)


def _section(model: type[BaseModel]) -> str:
    rows = [
        [
            code(field.alias or name),
            told(meaning(field)),
            told(_kind(field.annotation)),
            _default(field),
            told(_bounds(field)),
        ]
        for name, field in model.model_fields.items()
    ]
    said = "\n\n".join(told(part) for part in (model.__doc__ or "").split("\n\n"))
    return f"## {model.__name__}\n\n{said}\n\n{table(['field', 'meaning', 'holds', 'if left out', 'bounds'], rows)}"


def meaning(field: FieldInfo) -> str:
    """What a field is: its description, or of one that holds a part with fields of its own, what that part is."""
    parts = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
    return field.description or next(((part.__doc__ or "").split("\n\n")[0] for part in parts), "")


def _kind(kind: Any) -> str:
    """A type in words."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (list, set, frozenset):
        return f"list of {_kind(parts[0])}"
    if origin is dict:
        return f"{_kind(parts[0])}: {_kind(parts[1])}"
    if origin is types.UnionType or str(origin) == "typing.Union":
        return " or ".join(_kind(part) for part in parts if part is not type(None))
    if hasattr(kind, "__metadata__"):
        return _kind(parts[0])
    words = {"str": "text", "int": "whole number", "bool": "true or false", "date": "day", "Decimal": "number"}
    return words.get(getattr(kind, "__name__", ""), getattr(kind, "__name__", str(kind)))


def _bounds(field: FieldInfo) -> str:
    found = []
    for one in field.metadata:
        if isinstance(one, annotated_types.MinLen | annotated_types.MaxLen):
            least = isinstance(one, annotated_types.MinLen)
            found.append(f"at least {one.min_length} long" if least else f"at most {one.max_length} long")  # type: ignore[union-attr]
        elif pattern := getattr(one, "pattern", None):
            found.append(f"`{pattern}`")
        else:
            for sign, name in ((">=", "ge"), (">", "gt"), ("<=", "le"), ("<", "lt")):
                if (bound := getattr(one, name, None)) is not None:
                    found.append(f"`{sign} {bound}`")
    return ", ".join(found)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return NEEDED
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ([], {}, ""):
        return ""
    return code(str(value).lower() if isinstance(value, bool) else value)
