"""The logical content of a table: its rows counted and hashed column by column, whatever file holds them.

The same figures give the same hash from the private build, the released database and Parquet, under any engine version
and in any order of rows: every value as text, each row a line, the halves of the lines' MD5 added up. So nothing is
sorted, nothing is kept in memory, and one reading gives each calendar year a hash of its own. That tells whether rows
were lost, doubled or changed on their way, which is all that is asked of it; against forgery stand the SHA-256 of the
files' bytes, which are the manifest's business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Content = dict[str, Any]
"""{rows, columns: [[name, type], ...], content: sha256; of a table with a `period` also years: year -> [rows, hash]}"""

SUMS = "sums of md5"
"""What a manifest says of the method, as `hashed`. One that says nothing was written when rows were sorted lines."""
NO_YEAR = "other"
"""Among the years, the rows whose period begins with no year."""

YEAR = f"case when regexp_full_match(period[:4], '[0-9]{{4}}') then period[:4] else '{NO_YEAR}' end"
"""SQL: `year_of` a period."""

_ABSENT, _BETWEEN = "chr(24)", "chr(31)"
_HALF = 2**64 - 1
_CHUNK = 50_000


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """(name, type) of each column of a relation (SQL text), in order."""
    return [(row[0], row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()]


def of(connection: duckdb.DuckDBPyConnection, relation: str, hashed: str | None = SUMS) -> Content:
    """Reads every column of every row. HUGEINT counts as DECIMAL(38, 0), as which Parquet holds it. `hashed`: the
    method, as a manifest names it.
    """
    found = columns(connection, relation)
    names = _names(found)
    if hashed is None:
        return _sorted(connection, f"select {_line(found)} from {relation} order by 1", names)
    if hashed != SUMS:
        raise ValueError(f"tables are hashed as {hashed}, which this version does not know")
    has_years = "period" in dict(found)
    return _added(names, has_years, _years(connection, relation, _line(found), "period[:4]" if has_years else "''"))


def _names(found: list[tuple[str, str]]) -> list[list[str]]:
    return [[name, "DECIMAL(38,0)" if kind == "HUGEINT" else kind] for name, kind in found]


def _line(found: list[tuple[str, str]]) -> str:
    texts = ", ".join(f"coalesce({quoted(name)}::varchar, {_ABSENT})" for name, _ in found)
    return f"concat_ws({_BETWEEN}, {texts})"  # `||` costs twice


def _years(connection: duckdb.DuckDBPyConnection, relation: str, line: str, year: str) -> dict[str, list[Any]]:
    """Year (SQL: `year`) -> [rows, hash]."""
    sums: dict[str, list[int]] = {}
    for begins, *more in connection.execute(f"""
        select begins, count(*), sum((number >> 64)::hugeint), sum((number & {_HALF}::uhugeint)::hugeint)
        from (select {year} as begins, md5_number({line}) as number from {relation}) group by 1
    """).fetchall():  # in halves: whole numbers might add up to more than 128 bits
        added = sums.setdefault(year_of(begins), [0, 0, 0])
        added[:] = (one + another for one, another in zip(added, more, strict=True))
    return {name: [rows, f"{high & _HALF:016x}{low & _HALF:016x}"] for name, (rows, high, low) in sorted(sums.items())}


def _added(names: list[list[str]], has_years: bool, years: dict[str, list[Any]]) -> Content:
    digest = hashlib.sha256(json.dumps([names, years]).encode()).hexdigest()
    found = {"rows": sum(rows for rows, _ in years.values()), "columns": names, "content": digest}
    return found | ({"years": years} if has_years else {})


def since(
    connection: duckdb.DuckDBPyConnection, relation: str, was: str, before: Content, years: Sequence[str]
) -> Content:
    """`of` a relation that differs at most in `years` from another of the session: only these are read as text, the
    others are taken from `before`, the content of `was`. That they are the same is not believed: all columns of their
    rows are added up on both sides by the engine's own hash, at a tenth of the cost; where that differs all is read.
    """
    found = columns(connection, relation)
    if _names(found) != before["columns"]:
        return of(connection, relation)
    some = any_year(years)
    cells = ", ".join(quoted(name) for name, _ in found)
    others = f"where not coalesce({some}, false)"
    one, other = (
        connection.execute(f"select count(*), sum(hash({cells})) from {side} {others}").fetchall()
        for side in (relation, was)
    )
    if one != other:
        return of(connection, relation)
    read = _years(connection, f"(from {relation} where {some})", _line(found), "period[:4]") if years else {}
    return joined(before, [year for year in before["years"] if year not in years], read)


def joined(before: Content, years: Iterable[str], others: dict[str, list[Any]]) -> Content:
    """The content of some years of one that is known and of other years -> [rows, hash]."""
    kept = {year: before["years"][year] for year in years}
    return _added(before["columns"], True, dict(sorted({**kept, **others}.items())))


def _sorted(connection: duckdb.DuckDBPyConnection, lines: str, names: list[list[str]]) -> Content:
    """By the method of before: lines in their own order, one hash for all of them."""
    connection.execute(lines)
    digest = hashlib.sha256(json.dumps(names).encode())
    rows = 0
    while some := connection.fetchmany(_CHUNK):
        rows += len(some)
        digest.update("".join(f"\x1e{line}" for (line,) in some).encode())
    return {"rows": rows, "columns": names, "content": digest.hexdigest()}


def year_of(period: str | None) -> str:
    """The calendar year with which a period begins; NO_YEAR where it does with none."""
    begins = (period or "")[:4]
    return begins if len(begins) == 4 and begins.isascii() and begins.isdecimal() else NO_YEAR


def of_year(year: str) -> str:
    """SQL: does `period` begin with the year? Said so that the engine passes over blocks of rows of other years."""
    if year == NO_YEAR:
        return f"{YEAR} = '{NO_YEAR}'"
    return f"period >= '{year}' and period < '{year[:-1]}{chr(ord(year[-1]) + 1)}'"


def any_year(years: Iterable[str]) -> str:
    """SQL: does `period` begin with one of the years?"""
    return " or ".join(map(of_year, years)) or "false"


def differing(was: Content, now: Content) -> list[str]:
    """The years in which a table has other rows than before."""
    return sorted(year for year in {**was["years"], **now["years"]} if was["years"].get(year) != now["years"].get(year))


def whole(tables: dict[str, Content]) -> str:
    """One hash for all tables, by name."""
    named = json.dumps(sorted((name, table["content"]) for name, table in tables.items()))
    return hashlib.sha256(named.encode()).hexdigest()
