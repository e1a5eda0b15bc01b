"""The staged release: one database of the published marts, the same tables as Parquet and CSV, and the
documents.

Everything is copied from the private build, in key order, into an empty folder that nobody reads yet. What
may be published is decided by the documents and the kind of release; whether it may be, by the gates.
"""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contracts.catalog import Catalog
from pipelines.release import content, wide
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, STORAGE, engine
from pipelines.release.manifest import ReleaseError

if TYPE_CHECKING:
    import duckdb

SCHEMA = "marts"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_CHUNK = 20_000


def stage(catalog: Catalog, private: Path, documents: Path, folder: Path) -> dict[str, content.Content]:
    """Fills `folder` from the private build. Returns table -> content as read from the private build itself.

    Raises ReleaseError when the documents changed since they were loaded or the build holds no marts.
    """
    _copy_documents(catalog, documents, folder / "documents")
    expected = _copy_marts(private, folder / DATABASE)
    with engine(folder / DATABASE) as connection:
        for statements in wide.views(catalog).values():
            for statement in statements:
                connection.execute(statement)
        connection.execute("checkpoint")
    if (folder / f"{DATABASE}.wal").exists():
        raise ReleaseError("The staged database was not written through: its log is still there.")
    (folder / "parquet").mkdir()
    (folder / "csv").mkdir()
    with engine(folder / DATABASE, read_only=True) as connection:
        for name in expected:
            write_parquet(connection, name, folder / "parquet" / f"{name}.parquet")
        for name in (*expected, *wide.views(catalog)):
            write_csv(connection, name, folder / "csv" / f"{name}.csv")
    return expected


def _copy_documents(catalog: Catalog, source: Path, folder: Path) -> None:
    for name, digest in catalog.files.items():
        data = (source / name).read_bytes() if (source / name).is_file() else b""
        if hashlib.sha256(data).hexdigest() != digest:
            raise ReleaseError(f"The document {name} changed while the run went on; run the whole line again.")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _copy_marts(private: Path, database: Path) -> dict[str, content.Content]:
    found: dict[str, content.Content] = {}
    with engine() as connection:
        connection.execute(f"attach {_text(private)} as private (read_only)")
        connection.execute(f"attach {_text(database)} as staged (storage_version '{STORAGE}')")
        marts = connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'private' and table_schema = ? order by 1",
            [SCHEMA],
        ).fetchall()
        if not marts:
            raise ReleaseError("The private build holds no marts.")
        for (name,) in marts:
            source, target = f"private.{SCHEMA}.{quoted(name)}", f"staged.main.{quoted(name)}"
            found[name] = content.of(connection, source)
            connection.execute(f"create table {target} as select * from {source} order by all nulls last")
        _copy_comments(connection)
        connection.execute("checkpoint staged")
        connection.execute("detach staged")
    return found


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """What each table and column means goes with it."""
    said = connection.execute(
        """
        select table_name, '', comment from duckdb_tables()
        where database_name = 'private' and schema_name = $schema
        union all
        select view_name, '', comment from duckdb_views()
        where database_name = 'private' and schema_name = $schema
        union all
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'private' and schema_name = $schema
        """,
        {"schema": SCHEMA},
    ).fetchall()
    for table, column, comment in said:
        if comment:
            what = (
                f"column staged.main.{quoted(table)}.{quoted(column)}"
                if column
                else f"table staged.main.{quoted(table)}"
            )
            connection.execute(f"comment on {what} is {_text(comment)}")


def write_parquet(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """A table as Parquet. HUGEINT goes as DECIMAL(38, 0): Parquet would make it floating point."""
    kinds = content.columns(connection, quoted(name))
    shown = ", ".join(
        f"{quoted(c)}::decimal(38, 0) as {quoted(c)}" if kind == "HUGEINT" else quoted(c) for c, kind in kinds
    )
    if any(kind in ("DOUBLE", "FLOAT") for _, kind in kinds):
        raise ReleaseError(f"The mart {name} holds floating-point columns; figures are exact.")
    connection.execute(f"copy (select {shown} from {quoted(name)}) to {_text(file)} (format parquet, compression zstd)")


def write_csv(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """A table or view as CSV in UTF-8 with a mark, for spreadsheets; no text is taken for a formula."""
    kinds = content.columns(connection, quoted(name))
    texts = [kind == "VARCHAR" for _, kind in kinds]
    connection.execute(f"select {', '.join(f'{quoted(c)}::varchar' for c, _ in kinds)} from {quoted(name)}")
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(column for column, _ in kinds)
        while rows := connection.fetchmany(_CHUNK):
            out.writerows(
                [guarded(cell) if text else cell for cell, text in zip(row, texts, strict=True)] for row in rows
            )


def guarded(cell: str | None) -> str | None:
    """A text cell that a spreadsheet would read as a formula, with an apostrophe before it. Plain numbers
    stay.
    """
    if cell and cell[0] in "=+-@\t\r" and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def remove(folder: Path) -> None:
    """Removes a folder of a release that nobody reads, whatever its modes."""
    shutil.rmtree(folder, ignore_errors=True)
