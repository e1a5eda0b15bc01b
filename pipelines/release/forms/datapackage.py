"""`datapackage.json`: the CSV and Parquet files of a release as a Frictionless Data Package.

Here belongs what the standard asks of a description: which file holds which table, what its columns are, which of
them name a row, and into which tables they lead. All of it is read from the release's database; no figure is looked at
but to see whether a key holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelines.contracts.base import Label
from pipelines.contracts.programme import Programme
from pipelines.messages import say
from pipelines.release import content, manifest
from pipelines.release.content import quoted
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source

FILE = "datapackage.json"

Descriptor = dict[str, Any]

_TYPES = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "INTEGER": "integer", "BIGINT": "integer",
    "HUGEINT": "integer", "DECIMAL": "number",
}  # fmt: skip
"""Type of the database -> type of the standard. A time is text: its form is none that the standard names."""

_AREA = ("dim_area", ("area_code",))
REFERENCES: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    ("area_code",): _AREA,
    ("parent_code",): _AREA,
    ("from_code",): _AREA,
    ("unit_code",): _AREA,
    ("period",): ("dim_period", ("period",)),
    ("office",): ("dim_office", ("office",)),
    ("table_id",): ("dim_return", ("table_id",)),
    ("table_id", "measure_id"): ("dim_measure", ("table_id", "measure_id")),
    ("table_id", "breakdown"): ("dim_breakdown", ("table_id", "breakdown")),
    ("indicator_id",): ("dim_indicator", ("indicator_id",)),
    ("indicator_id", "breakdown"): ("dim_indicator_breakdown", ("indicator_id", "breakdown")),
    ("break_id",): ("dim_break", ("break_id",)),
    ("pool_id",): ("dim_pool", ("pool_id",)),
    ("correction_id",): ("mart_correction", ("correction_id",)),
}
"""Columns of any table -> the table, and the columns of it, that they lead into; told where it holds for every row."""


def write(facts: Facts) -> None:
    """Writes the description of the CSV and Parquet files that stand in the folder."""
    source = facts.source
    files = manifest.files(source.folder)
    known = _relations(source)
    programme = source.catalog.programme
    package: Descriptor = {
        "profile": "data-package",
        "name": f"{programme.programme}-{source.said['release_id']}",
        "id": source.said["release_id"],
        "title": _both(programme.title),
        "description": "\n\n".join(say("datapackage.description", language) for language in ("en", "zh")),
        "version": source.said["release_id"],
        "created": source.said["created"],
        "contributors": [_publisher(programme)],
        "sources": [{"title": _both(office.title)} for office in programme.offices],
        "resources": [
            *(_csv(source, name, known, files) for name in known if f"csv/{name}.csv" in files),
            *(_parquet(name, files) for name in known if f"parquet/{name}.parquet" in files),
        ],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (source.folder / FILE).write_text(text, encoding="utf-8")


def _publisher(programme: Programme) -> Descriptor:
    """Who publishes, and where it is asked: the standard knows a mail address and one of the web."""
    contact = programme.contact
    reached = {"path": contact.web, "email": contact.mail} if contact else {}
    return {"title": _both(programme.publisher), "role": "publisher"} | {k: v for k, v in reached.items() if v}


def _both(label: Label) -> str:
    """The standard has one text: both languages in it."""
    return f"{label.en} / {label.zh}"


def _relations(source: Source) -> dict[str, str]:
    """Table or view -> what a row of it is, in order of names."""
    rows = source.rows(
        "select table_name as name, comment from duckdb_tables() where schema_name = 'main' "
        "union all select view_name, comment from duckdb_views() where schema_name = 'main' and not internal "
        "order by name"
    )
    return {row["name"]: " ".join((row["comment"] or "").split()) for row in rows}


def _csv(source: Source, name: str, known: dict[str, str], files: dict[str, dict[str, Any]]) -> Descriptor:
    said = {
        row["column_name"]: row["comment"]
        for row in source.rows("select column_name, comment from duckdb_columns() where table_name = $1", name)
    }
    columns = content.columns(source.connection, quoted(name))
    schema: Descriptor = {"fields": [_field(*column, said) for column in columns], "missingValues": [""]}
    key = source.said["keys"].get(name)
    if key and _names_a_row(source, name, key):
        schema["primaryKey"] = key
    if foreign := list(_foreign(source, name, [column for column, _ in columns], known)):
        schema["foreignKeys"] = foreign
    return {
        "name": name,
        "profile": "tabular-data-resource",
        "path": f"csv/{name}.csv",
        **({"description": known[name]} if known[name] else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_measured(files[f"csv/{name}.csv"]),
        "schema": schema,
    }


def _parquet(name: str, files: dict[str, dict[str, Any]]) -> Descriptor:
    """A resource of its own, a `file`: several paths of one resource would be parts of one table there, and what reads
    CSV by the schema is not to read this.
    """
    path = f"parquet/{name}.parquet"
    return {
        "name": f"{name}.parquet",
        "type": "file",
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        **_measured(files[path]),
    }


def _measured(file: dict[str, Any]) -> Descriptor:
    return {"bytes": file["bytes"], "hash": f"sha256:{file['sha256']}"}


def _field(name: str, kind: str, said: dict[str, str | None]) -> Descriptor:
    """A column: name, type, and its comment in the database."""
    words = " ".join((said.get(name) or "").split())
    return {"name": name, "type": _TYPES.get(kind.partition("(")[0], "string")} | (
        {"description": words} if words else {}
    )


def _given(column: str) -> str:
    """SQL: does a row say something in this column? In CSV an empty text is as good as none."""
    return f"coalesce({quoted(column)}::varchar, '') <> ''"


def _names_a_row(source: Source, name: str, key: list[str]) -> bool:
    """Are the columns given in every row, and different from row to row?"""
    listed, given = ", ".join(map(quoted, key)), " and ".join(map(_given, key))
    sql = (
        f"select count(*) = count(*) filter (where {given}) "
        f"and count(*) = (select count(*) from (select distinct {listed} from {quoted(name)})) as holds "
        f"from {quoted(name)}"
    )
    return bool(source.rows(sql)[0]["holds"])


def _foreign(source: Source, name: str, columns: list[str], known: dict[str, str]) -> Iterator[Descriptor]:
    """The columns that lead into another table, in every row that says something in them."""
    for own, (table, others) in REFERENCES.items():
        if table not in known or not set(own) <= set(columns) or (table, others) == (name, own):
            continue
        if not _names_a_row(source, table, list(others)):
            continue
        any_given, all_given = (word.join(map(_given, own)) for word in (" or ", " and "))
        on = " and ".join(f"a.{quoted(a)} = b.{quoted(b)}" for a, b in zip(own, others, strict=True))
        sql = (
            f"select count(*) filter (where not ({all_given})) = 0 and count(*) = (select count(*) from "
            f"(select * from {quoted(name)} where {any_given}) a semi join {quoted(table)} b on {on}) as holds "
            f"from {quoted(name)} where {any_given}"
        )
        if source.rows(sql)[0]["holds"]:
            resource = "" if table == name else table
            yield {"fields": list(own), "reference": {"resource": resource, "fields": list(others)}}
