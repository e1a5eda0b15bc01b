"""`datapackage.json`: the CSV and Parquet files of a release as a Frictionless Data Package.

Here belongs what the standard asks of a description: which file holds which table, what its columns are, which of
them name a row, and into which tables they lead. All of it is read from the release's database; no figure is looked at
but to see whether a key holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pipelines.contracts.base import Label
from pipelines.contracts.programme import Programme
from pipelines.messages import say
from pipelines.release.content import quoted
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source
from pipelines.release.parts import by_table

FILE = "datapackage.json"

Descriptor = dict[str, Any]

_TYPES = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "INTEGER": "integer", "BIGINT": "integer",
    "HUGEINT": "integer", "DECIMAL": "number",
}  # fmt: skip
"""Type of the database -> type of the standard. A time is text: its form is none that the standard names."""

_SEEN = "seen_in_a_table"
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
    files = source.files()
    known = _relations(source)
    is_key = cache(partial(_names_a_row, source))
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
            *(
                _csv(source, name, known, is_key, _standing(files, paths))
                for name, paths in by_table(files, "csv").items()
            ),
            *(_parquet(name, _standing(files, paths)) for name, paths in by_table(files, "parquet").items()),
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


@dataclass(frozen=True)
class Relation:
    """A table or view. said: what a row of it is; columns: name, type and meaning of each."""

    said: str
    columns: list[tuple[str, str, str]]


def _relations(source: Source) -> dict[str, Relation]:
    """Those of the release, in order of names."""
    found = {
        row["name"]: Relation(_on_one_line(row["comment"]), [])
        for row in source.rows(
            "select table_name as name, comment from duckdb_tables() where schema_name = 'main' "
            "union all select view_name, comment from duckdb_views() where schema_name = 'main' and not internal "
            "order by name"
        )
    }
    for row in source.rows(
        "select table_name, column_name, data_type, comment from duckdb_columns() where schema_name = 'main' "
        "and not internal order by table_name, column_index"
    ):
        column = row["column_name"], row["data_type"], _on_one_line(row["comment"])
        found[row["table_name"]].columns.append(column)
    return found


def _on_one_line(comment: str | None) -> str:
    return " ".join((comment or "").split())


def _csv(
    source: Source, name: str, known: dict[str, Relation], is_key: Callable[..., bool], standing: Descriptor
) -> Descriptor:
    columns, said = known[name].columns, known[name].said
    schema: Descriptor = {"fields": [_field(*column) for column in columns], "missingValues": [""]}
    key = source.said["keys"].get(name)
    if key and is_key(name, *key):
        schema["primaryKey"] = key
    if foreign := list(_foreign(source, name, known, is_key)):
        schema["foreignKeys"] = foreign
    return {
        "name": name,
        "profile": "tabular-data-resource",
        **standing,
        **({"description": said} if said else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _parquet(name: str, standing: Descriptor) -> Descriptor:
    """A resource of its own, a `file`: several paths of one resource would be parts of one table there, and what reads
    CSV by the schema is not to read this.
    """
    return {
        "name": f"{name}.parquet",
        "type": "file",
        **standing,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _standing(files: dict[str, dict[str, Any]], paths: list[str]) -> Descriptor:
    """Where a resource stands, and what its bytes are. Of several files the standard has no hash, and whether their
    titles count as bytes is nobody's word: SHA256SUMS has each.
    """
    if len(paths) > 1:
        return {"path": paths}
    file = files[paths[0]]
    return {"path": paths[0], "bytes": file["bytes"], "hash": f"sha256:{file['sha256']}"}


def _field(name: str, kind: str, said: str) -> Descriptor:
    """A column: name, type, and its comment in the database."""
    return {
        "name": name,
        "type": _TYPES.get(kind.partition("(")[0], "string"),
        **({"description": said} if said else {}),
    }


def _given(column: str) -> str:
    """SQL: does a row say something in this column? In CSV an empty text is as good as none."""
    return f"coalesce({quoted(column)}::varchar, '') <> ''"


def _names_a_row(source: Source, name: str, *key: str) -> bool:
    """Are the columns given in every row, and different from row to row?"""
    listed, given = ", ".join(map(quoted, key)), " and ".join(map(_given, key))
    sql = (
        f"select count(*) = count(*) filter (where {given}) "
        f"and count(*) = (select count(*) from (select distinct {listed} from {quoted(name)})) as holds "
        f"from {quoted(name)}"
    )
    return bool(source.rows(sql)[0]["holds"])


def _foreign(
    source: Source, name: str, known: dict[str, Relation], is_key: Callable[..., bool]
) -> Iterator[Descriptor]:
    """The columns that lead into another table, in every row that says something in them."""
    columns = {column for column, *_ in known[name].columns}
    asked = {
        own: (table, others)
        for own, (table, others) in REFERENCES.items()
        if table in known and set(own) <= columns and (table, others) != (name, own) and is_key(table, *others)
    }
    if not asked:
        return
    asked_for = sorted({column for own in asked for column in own})
    listed = ", ".join(map(quoted, asked_for))
    sets = ", ".join(f"({', '.join(map(quoted, own))})" for own in asked)
    # One reading for all of them: a view is computed each time that it is read.
    source.connection.execute(
        f"create or replace temp table {_SEEN} as "
        f"select {listed}, grouping_id({listed}) as of_set from {quoted(name)} group by grouping sets ({sets})"
    )
    for own, (table, others) in asked.items():
        if source.rows(_leads(asked_for, own, table, others))[0]["holds"]:
            resource = "" if table == name else table
            yield {"fields": list(own), "reference": {"resource": resource, "fields": list(others)}}


def _leads(seen: list[str], own: tuple[str, ...], table: str, others: tuple[str, ...]) -> str:
    """SQL: is all that was seen in `own`, where it says something, a row of the other table, `others` given in full?"""
    of_set = sum(2**place for place, column in enumerate(reversed(seen)) if column not in own)
    given = " or ".join(map(_given, own))
    on = " and ".join(f"a.{quoted(a)} = b.{quoted(b)}" for a, b in zip(own, others, strict=True))
    rows = f"select * from {_SEEN} where of_set = {of_set} and ({given})"
    return f"select count(*) = 0 as holds from ({rows}) a anti join {quoted(table)} b on {on}"
