"""The outcome of every check as a table of the release: counts and reasons only, never the rows that fail."""

from __future__ import annotations

from pathlib import Path

from pipelines.release import content
from pipelines.release.database import DATABASE, engine
from pipelines.validation import read_results
from pipelines.validation.results import counted

TABLE = "mart_quality"
KEY = ["rule_id", "year"]

_CREATE = f"""
create table {TABLE} (
    rule_id varchar not null, asset varchar not null, severity varchar not null, year integer not null,
    status varchar not null, rows_seen bigint not null, rows_decided bigint not null, rows_failed bigint not null,
    because_en varchar not null, because_zh varchar not null
)
"""
_SAID = {
    "": "Each row is a check of the documents in a reference year, with its outcome.",
    "rule_id": "The check.",
    "asset": "The table it looks at.",
    "severity": "error stops a release; warning is for a person to explain.",
    "year": "Reference year; 0 where none could be named.",
    "status": "pass, fail, or undecided where figures are missing for a stated reason.",
    "rows_seen": "Rows looked at; in an edition NULL where some of them are not public.",
    "rows_decided": "Rows with figures on both sides; NULL likewise.",
    "rows_failed": "Rows that do not hold; NULL likewise.",
    "because_en": "Why this must hold.",
    "because_zh": "Why this must hold, in Chinese.",
}


def checks(folder: Path) -> dict[str, int]:
    """How many rules passed, warned, failed, and could not be decided, as the table of a staged release has it."""
    with engine(folder / DATABASE, read_only=True) as connection:
        there = "select 1 from duckdb_tables() where table_name = ?"
        if not connection.execute(there, [TABLE]).fetchone():
            return counted([])
        return counted(connection.execute(f"select rule_id, status, severity from {TABLE}").fetchall())


def add(folder: Path, validation: Path) -> content.Content:
    """Adds the table to the staged database of `folder` from the results in `validation`. Returns its content."""
    found = read_results(validation)
    rows = [
        (
            r.rule, r.asset, r.severity, r.year, r.status, r.rows, r.decided, r.failed,
            r.because["en"], r.because["zh"],
        )
        for r in sorted(found.results if found else [], key=lambda r: (r.rule, r.year))
    ]  # fmt: skip
    with engine(folder / DATABASE, spill=folder.parent) as connection:
        connection.execute(_CREATE)
        if rows:
            connection.executemany(f"insert into {TABLE} values ({', '.join('?' * len(rows[0]))})", rows)
        for column, words in _SAID.items():
            what = f"column {TABLE}.{column}" if column else f"table {TABLE}"
            connection.execute(f"comment on {what} is '{words}'")
        connection.execute("checkpoint")
        return content.of(connection, TABLE)
