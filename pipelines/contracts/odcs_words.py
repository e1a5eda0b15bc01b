"""What the makers of ODCS contracts share: the version, the frame of a contract, custom properties, types.

Small helpers over plain dictionaries. They know ODCS, and nothing of a return or a mart.
"""

from __future__ import annotations

import re
from typing import Any

from pipelines.contracts.base import Document
from pipelines.contracts.catalog import Catalog

API_VERSION = "v3.1.0"

Contract = dict[str, Any]
"""A contract, or any part of one, as it stands in the file."""


class ExportError(Exception):
    """The export cannot be made. The message is a sentence for whoever asked for it."""


def stated(**fields: Any) -> Contract:
    """The fields that say something: neither None nor an empty text, list or mapping. Zero and False do."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def custom(**fields: Any) -> list[Contract]:
    """What ODCS has no field for, as its list of custom properties. Names are in camel case, as ODCS asks."""
    return [{"property": name, "value": value} for name, value in stated(**fields).items()]


def rest(document: Document, *elsewhere: str) -> Contract:
    """All fields of a document but those told `elsewhere`, under its own names in camel case.

    So a field that a model gains later is exported too, without a change here.
    """
    fields = document.model_dump(mode="json", by_alias=True, exclude=set(elsewhere))
    return {re.sub("_([a-z])", lambda found: found[1].upper(), name): value for name, value in fields.items()}


def frame(catalog: Catalog, id: str, **fields: Any) -> Contract:
    """The head that every contract of a programme has, then its own fields."""
    programme = catalog.programme
    return {
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "id": f"{programme.programme}.{id}",
        **{name: fields.pop(name) for name in ("name", "version")},
        "status": "active",  # a document that is read is in force; when its series ended, it says so itself
        "domain": fields.pop("domain"),
        "dataProduct": programme.programme,
        "tenant": programme.publisher.en,
        **stated(**fields),
    }


def quality(name: str, description: str, dimension: str, severity: str, **fields: Any) -> Contract:
    """A rule. Without a `type` it is one that people or our own checks hold, described in words."""
    return {
        "name": name,
        "type": "text",
        "description": description,
        "dimension": dimension,
        "severity": severity,
        **stated(**fields),
    }


def valid_values(name: str, description: str, values: list[Any]) -> Contract:
    """The rule that a column holds nothing but these values."""
    return quality(
        name, description, "conformity", "error",
        type="library", metric="invalidValues", arguments={"validValues": values}, mustBe=0, unit="rows",
    )  # fmt: skip


def no_rows(query: str) -> Contract:
    """The fields of a rule that is broken by each row its SQL counts. `${object}` is the table it stands at."""
    return {"type": "sql", "query": query, "mustBe": 0, "unit": "rows"}


def column(name: str, physical: str, logical: str, **fields: Any) -> Contract:
    """A column of a table."""
    return {"name": name, **stated(logicalType=logical, physicalType=physical, **fields)}


def primary(position: int) -> Contract:
    """The fields of the column at this place of the primary key, from 1."""
    return {"primaryKey": True, "primaryKeyPosition": position}


def unique_key(columns: list[str], severity: str, description: str) -> Contract:
    """The rule that no two rows share a key."""
    return quality(
        "unique_key", description, "uniqueness", severity,
        type="library", metric="duplicateValues", arguments={"properties": columns}, mustBe=0, unit="rows",
    )  # fmt: skip


def quoted(name: str) -> str:
    """An identifier in SQL that any engine reads."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"
