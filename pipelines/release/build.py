"""The staged release: one database of the published marts, the same tables as Parquet and CSV, and the documents.

Everything is copied, in one order, into an empty folder that nobody reads yet: for a candidate all of the private
build's marts (`stage`), or what differs from the candidate before, whose files serve where they hold the same
(`linked`); what an edition may hold is `public`'s word. Whether it may be published is the gates'.
"""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contracts.catalog import Catalog
from pipelines.release import content, explanations, methods, parts, quality, series, wide
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, STORAGE, engine
from pipelines.release.linked import BEFORE, Before
from pipelines.release.manifest import ReleaseError
from pipelines.runs import VALIDATION
from pipelines.warehouse.build import warehouse

if TYPE_CHECKING:
    import duckdb

SCHEMA = "marts"
KEYS = {quality.TABLE: quality.KEY, explanations.TABLE: explanations.KEY}
"""Tables of what validation found -> the columns that name a row. No mart of dbt: they are not computed from figures.
"""
MARK = "\ufeff"
"""What a CSV file in UTF-8 begins with, so that spreadsheets know."""
_FORMULA = "-=+@\t\r"
"""What a formula may begin with: all before the letters; as a set of a regular expression too."""
_NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?")


def stage(
    catalog: Catalog, run_folder: Path, documents: Path, folder: Path, before: Before | None = None
) -> dict[str, content.Content]:
    """Fills `folder` from a run's private build and results, with what is the same in the candidate before (`linked`).
    Returns table -> content as read there.

    Raises ReleaseError when the documents changed since they were loaded or the build holds no marts.
    """
    copy_documents(catalog.files, documents, folder / "documents")
    expected = copy_marts(warehouse(run_folder), folder / DATABASE, before=before)
    if not expected:
        raise ReleaseError("The private build holds no marts.")
    expected[quality.TABLE] = quality.add(folder, run_folder / VALIDATION)
    expected[explanations.TABLE] = explanations.add(folder, run_folder / VALIDATION)
    write_forms(catalog, folder, expected, before)
    return expected


def write_forms(
    catalog: Catalog, folder: Path, tables: dict[str, content.Content], before: Before | None = None
) -> None:
    """Adds to a staged database the labelled wide views and the series on today's boundaries. Writes its tables as
    Parquet, tables and views as CSV (in how many files says `parts`), and the method page of each indicator.
    """
    views = wide.views(catalog) | series.views()
    with engine(folder / DATABASE, spill=folder.parent) as connection:
        for statements in views.values():
            for statement in statements:
                connection.execute(statement)
        connection.execute("checkpoint")
    if (folder / f"{DATABASE}.wal").exists():
        raise ReleaseError("The staged database was not written through: its log is still there.")
    with engine(folder / DATABASE, read_only=True, spill=folder.parent) as connection:
        contents = dict(tables)
        if before:
            connection.execute(f"attach {text(before.folder / DATABASE)} as {BEFORE} (read_only)")
            contents |= _untouched(connection, catalog, tables, before)
            others = [name for name in views if name not in contents and before.in_parts(name)]
            contents |= {name: before.now(connection, quoted(name), name) for name in others}
        connection.execute("set threads = 1")  # the rows of a file stand in the order of its table
        for name in (*tables, *views):
            years = parts.years(connection, name)
            kinds = {"csv": write_csv} if name in views else {"parquet": write_parquet, "csv": write_csv}
            for kind, write in kinds.items():
                linked = {
                    year for year in years if before and before.link(folder, kind, name, year, contents.get(name))
                }
                if others := [year for year in years if year not in linked]:
                    write(connection, name, folder, others)
    methods.write(catalog, folder)


def _untouched(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, tables: dict[str, content.Content], before: Before
) -> dict[str, content.Content]:
    """Wide views that hold what they held before, and what: of return tables of which no row differs, unless something
    is called otherwise. Whether it is so the audit sees, which reads every view.
    """
    was = before.contents()
    if any(tables.get(name) != was.get(name) for name in wide.LABELS):
        return {}
    touched = before.touched(connection, wide.FIGURES, "table_id", tables[wide.FIGURES])
    views = [wide.view(table) for table in catalog.returns if table not in touched]
    return {view: was[view] for view in views if view in was}


def copy_documents(files: dict[str, str], source: Path, folder: Path) -> None:
    """Copies documents (relative path -> sha256), each the very bytes that were loaded. Raises ReleaseError."""
    for name, digest in files.items():
        data = (source / name).read_bytes() if (source / name).is_file() else b""
        if hashlib.sha256(data).hexdigest() != digest:
            raise ReleaseError(f"The document {name} changed while the run went on; run the whole line again.")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def copy_marts(
    private: Path, database: Path, hashed: str | None = content.SUMS, before: Before | None = None
) -> dict[str, content.Content]:
    """Copies the marts of a private build into a new database, in `order`, with their comments. Returns their content
    as read from the private build, `hashed` by the method that a manifest names.

    With a candidate `before`, the database begins as a copy of its: only rows that differ are laid again.
    """
    if before:
        shutil.copyfile(before.folder / DATABASE, database)
    found: dict[str, content.Content] = {}
    with engine(spill=database.parent.parent) as connection:
        connection.execute(f"attach {text(private)} as origin (read_only)")
        connection.execute(f"attach {text(database)} as staged (storage_version '{STORAGE}')")
        if before:
            connection.execute(f"attach {text(before.folder / DATABASE)} as {BEFORE} (read_only)")
        for name in tables(connection, SCHEMA):
            source, target = f"origin.{SCHEMA}.{quoted(name)}", f"staged.main.{quoted(name)}"
            if before:
                found[name] = before.now(connection, source, name)
                for rows in _differing(before.contents()[name], found[name]):
                    connection.execute(f"delete from {target} {rows}")
                    connection.execute(
                        f"insert into {target} select * from {source} {rows} order by {order(found[name])}"
                    )
                continue
            found[name] = content.of(connection, source, hashed)
            connection.execute(f"create table {target} as select * from {source} order by {order(found[name])}")
        if not before:
            comment(connection, comments(connection, SCHEMA))
        connection.execute("checkpoint staged")
        connection.execute("detach staged")
    return found


def _differing(was: content.Content, now: content.Content) -> list[str]:
    """SQL: which rows of a table are laid again: none, all, or those of some years where the table is in parts, so that
    a smaller one always stands in one order.
    """
    if was == now:
        return []
    if min(was["rows"], now["rows"]) <= parts.ROWS_OF_ONE_FILE or "years" not in now or "years" not in was:
        return [""]
    return [f"where {content.any_year(content.differing(was, now))}"]


def order(of: content.Content) -> str:
    """SQL: how the rows of a released table are laid: column by column, but areas of a level together. So the years of
    an area lie in one block of rows, those that were corrected since (`_differing`) in one more each, and the counties
    of a country in a few.
    """
    names = [column for column, _ in of["columns"]]
    if {"area_code", "area_level"} <= set(names):
        names.remove("area_level")
        names.insert(names.index("area_code"), "area_level")
    return ", ".join(f"{quoted(name)} nulls last" for name in names)


def tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The base tables of a schema of the database attached as `origin`."""
    sql = (
        "select table_name from information_schema.tables "
        "where table_catalog = 'origin' and table_schema = ? and table_type = 'BASE TABLE' order by 1"
    )
    return [row[0] for row in connection.execute(sql, [schema]).fetchall()]


def comments(connection: duckdb.DuckDBPyConnection, schema: str) -> list[tuple[str, str, str]]:
    """(table, column or '', what it means) of the base tables of `origin`."""
    return connection.execute(
        """
        select table_name, '', comment from duckdb_tables()
        where database_name = 'origin' and schema_name = $schema and comment <> ''
        union all
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'origin' and schema_name = $schema and comment <> ''
            and table_name in (select table_name from duckdb_tables() where database_name = 'origin')
        """,
        {"schema": schema},
    ).fetchall()


def comment(connection: duckdb.DuckDBPyConnection, said: list[tuple[str, str, str]]) -> None:
    """Says what each table and column of `staged` means. One transaction: each by itself would be written through."""
    connection.execute("begin")
    for table, column, words in said:
        name = f"staged.main.{quoted(table)}"
        what = f"column {name}.{quoted(column)}" if column else f"table {name}"
        connection.execute(f"comment on {what} is {text(words)}")
    connection.execute("commit")


def write_parquet(connection: duckdb.DuckDBPyConnection, name: str, folder: Path, years: list[str]) -> None:
    """A table as Parquet, in the files of these years (`parts`). HUGEINT goes as DECIMAL(38, 0): Parquet would make it
    floating point.
    """
    kinds = content.columns(connection, quoted(name))
    shown = ", ".join(
        f"{quoted(c)}::decimal(38, 0) as {quoted(c)}" if kind == "HUGEINT" else quoted(c) for c, kind in kinds
    )
    if any(kind in ("DOUBLE", "FLOAT") for _, kind in kinds):
        raise ReleaseError(f"The mart {name} holds floating-point columns; figures are exact.")
    parts.copy(connection, shown, name, years, folder, "parquet", "format parquet, compression zstd")


def write_csv(connection: duckdb.DuckDBPyConnection, name: str, folder: Path, years: list[str]) -> None:
    """A table or view as CSV in UTF-8 with a mark, for spreadsheets, in the files of these years (`parts`); no text is
    taken for a formula. What is missing and what is empty are both an empty cell.
    """
    kinds = content.columns(connection, quoted(name))
    cells = [_guarded(quoted(c)) if kind == "VARCHAR" else quoted(c) for c, kind in kinds]
    names = [f"{MARK if number == 0 else ''}{c}" for number, (c, _) in enumerate(kinds)]
    shown = ", ".join(f"{cell} as {quoted(c)}" for cell, c in zip(cells, names, strict=True))
    # a view's rows come as those of its tables lie, and these may lie otherwise after a correction
    ordered = f"order by {order({'columns': kinds})}" if name in series.VIEWS else ""
    parts.copy(connection, shown, name, years, folder, "csv", "format csv, header true, null ''", ordered)


def _guarded(column: str) -> str:
    """`guarded` as an SQL expression; nothing for the empty text too. What begins with a letter is told by comparing: a
    list of the characters after IN, which the engine makes a join of, takes it a tenth of a second for a small table.
    """
    number, begins = text(_NUMBER.pattern), text(f"^[{_FORMULA}]")
    is_formula = f"{column} < 'A' and regexp_matches({column}, {begins}) and not regexp_full_match({column}, {number})"
    return f"case when {column} = '' then null when {is_formula} then chr(39) || {column} else {column} end"


def write_rows(columns: Iterable[str], rows: Iterable[Iterable[Any]], file: Path) -> None:
    """Rows whose texts are `guarded` as CSV in UTF-8 with a mark."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(columns)
        out.writerows(rows)


def guarded(cell: str | None) -> str | None:
    """A text cell that a spreadsheet would read as a formula, with an apostrophe before it. Plain numbers
    stay.
    """
    if cell and cell[0] in _FORMULA and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def text(value: Any) -> str:
    """A value as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def remove(folder: Path) -> None:
    """Removes a folder of a release that nobody reads, whatever its modes."""
    shutil.rmtree(folder, ignore_errors=True)
