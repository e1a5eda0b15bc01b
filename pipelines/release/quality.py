"""The outcome of every check as a table of the release: counts and reasons only, never the rows that fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.release import content
from pipelines.release.database import DATABASE, append, engine
from pipelines.validation import read_results
from pipelines.validation.results import counted

TABLE = "mart_quality"
KEY = ["rule_id", "year"]

_CREATE = f"""
create or replace table {TABLE} (
    rule_id varchar not null, asset varchar not null, severity varchar not null, year integer not null,
    status varchar not null, rows_seen bigint not null, rows_decided bigint not null, rows_failed bigint not null,
    rows_explained bigint not null, because_en varchar not null, because_zh varchar not null
)
"""
SAID = {
    "": "Each row is a check of the documents in a reference year, with its outcome.",
    "rule_id": "The check.",
    "asset": "The table it looks at.",
    "severity": "error stops a release; warning is for a person to explain.",
    "year": "Reference year; 0 where none could be named.",
    "status": "pass, fail, or undecided where figures are missing for a stated reason.",
    "rows_seen": "Rows looked at; in an edition NULL where some of them are not public.",
    "rows_decided": "Rows with figures on both sides; NULL likewise.",
    "rows_failed": "Rows that do not hold; NULL likewise.",
    "rows_explained": "Rows among them that a person accepted with an explanation; NULL likewise.",
    "because_en": "Why this must hold.",
    "because_zh": "Why this must hold, in Chinese.",
}


def checks(folder: Path) -> dict[str, int]:
    """How many rules passed, warned, warned of explained figures only, failed, and could not be decided, as the table
    of a staged release has it.
    """
    with engine(folder / DATABASE, read_only=True) as connection:
        there = "select column_name from duckdb_columns() where table_name = ?"
        columns = [name for (name,) in connection.execute(there, [TABLE]).fetchall()]
        if not columns:
            return counted([])
        # a candidate made before there were explanations has no such column
        explained = "rows_explained" if "rows_explained" in columns else "0"
        of = f"coalesce(0 < rows_failed and rows_failed <= {explained}, false)"
        return counted(connection.execute(f"select rule_id, status, severity, {of} from {TABLE}").fetchall())


def add(folder: Path, validation: Path) -> content.Content:
    """Adds the table to the staged database of `folder` from the results in `validation`. Returns its content."""
    found = read_results(validation)
    rows = [
        (
            r.rule, r.asset, r.severity, r.year, r.status, r.rows, r.decided, r.failed, r.explained,
            r.because["en"], r.because["zh"],
        )
        for r in sorted(found.results if found else [], key=lambda r: (r.rule, r.year))
    ]  # fmt: skip
    return lay(folder, TABLE, _CREATE, SAID, rows)


def lay(folder: Path, table: str, create: str, said: dict[str, str], rows: list[tuple[Any, ...]]) -> content.Content:
    """Adds a table to the staged database of `folder`. `said`: column in order, or '' for the table, -> what it
    means.
    """
    with engine(folder / DATABASE, spill=folder.parent) as connection:
        connection.execute(create)
        append(connection, table, [column for column in said if column], rows)
        for column, words in said.items():
            what = f"column {table}.{column}" if column else f"table {table}"
            connection.execute(f"comment on {what} is '{words}'")
        connection.execute("checkpoint")
        return content.of(connection, table)
