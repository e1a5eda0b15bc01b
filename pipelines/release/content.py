"""The logical content of a table: its rows counted and hashed column by column, whatever file holds them.

The same figures give the same hash from the private build, the released database and Parquet, under any
engine version: every value as text, rows in the order of that text. Bytes of files are the manifest's
business.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Content = dict[str, Any]
"""{rows, columns: [[name, type], ...], content: sha256}"""

_ABSENT, _BETWEEN = "chr(24)", "chr(31)"
_CHUNK = 50_000


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """(name, type) of each column of a relation (SQL text), in order."""
    return [(row[0], row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()]


def of(connection: duckdb.DuckDBPyConnection, relation: str) -> Content:
    """Reads every column of every row. HUGEINT counts as DECIMAL(38, 0), as which Parquet holds it."""
    found = columns(connection, relation)
    texts = ", ".join(f"coalesce({quoted(name)}::varchar, {_ABSENT})" for name, _ in found)
    connection.execute(f"select concat_ws({_BETWEEN}, {texts}) as line from {relation} order by 1")  # `||` costs twice
    names = [[name, "DECIMAL(38,0)" if kind == "HUGEINT" else kind] for name, kind in found]
    digest = hashlib.sha256(json.dumps(names).encode())
    rows = 0
    while lines := connection.fetchmany(_CHUNK):
        rows += len(lines)
        digest.update("".join(f"\x1e{line}" for (line,) in lines).encode())
    return {"rows": rows, "columns": names, "content": digest.hexdigest()}


def whole(tables: dict[str, Content]) -> str:
    """One hash for all tables, by name."""
    named = json.dumps(sorted((name, table["content"]) for name, table in tables.items()))
    return hashlib.sha256(named.encode()).hexdigest()
