"""The logical content of a table: its rows counted and hashed column by column, whatever file holds them.

The same figures give the same hash from the private build, the released database and Parquet, under any engine version
and in any order of rows: every value as text, each row a line, its MD5 a number, all numbers added. So nothing is
sorted and nothing kept in memory, however large the table is. That tells whether figures were lost, doubled or changed
on their way; against forgery stands the SHA-256 of the bytes, which is the manifest's business.
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
_HALF = 2**64 - 1


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
    # The sums are of halves: whole numbers might add up to more than 128 bits. `||` costs twice what concat_ws does.
    rows, *sums = connection.execute(f"""
        select count(*), sum((number >> 64)::hugeint), sum((number & {_HALF}::uhugeint)::hugeint)
        from (select md5_number(concat_ws({_BETWEEN}, {texts})) as number from {relation})
    """).fetchall()[0]
    names = [[name, "DECIMAL(38,0)" if kind == "HUGEINT" else kind] for name, kind in found]
    digest = hashlib.sha256(json.dumps([names, rows, *map(str, sums)]).encode())
    return {"rows": rows, "columns": names, "content": digest.hexdigest()}


def whole(tables: dict[str, Content]) -> str:
    """One hash for all tables, by name."""
    named = json.dumps(sorted((name, table["content"]) for name, table in tables.items()))
    return hashlib.sha256(named.encode()).hexdigest()
