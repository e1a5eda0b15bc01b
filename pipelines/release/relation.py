"""Rows of Python laid as a temporary table of an open database. Nothing else belongs here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipelines.release.content import quoted

if TYPE_CHECKING:
    import duckdb


def lay(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Creates the temporary table `name` with `columns` ('a varchar, b integer') and fills it, also by the million."""
    import pyarrow as pa

    connection.execute(f"create temp table {quoted(name)} ({columns})")
    names = [column.split()[0] for column in columns.split(", ")]
    lists = [list(column) for column in zip(*rows, strict=True)]
    if lists:
        connection.register("rows_of_python", pa.table(dict(zip(names, lists, strict=True))))
        connection.execute(f"insert into {quoted(name)} select * from rows_of_python")
        connection.unregister("rows_of_python")
