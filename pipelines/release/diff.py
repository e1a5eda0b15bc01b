"""What changed between two releases, row by row and column by column, by the keys that the models state and dbt tests.

Why a figure changed is `reasons`' word. Values are text, exactly as held.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contracts import ContractError, load
from pipelines.home import Home
from pipelines.release import manifest, prune, read, reasons
from pipelines.release.build import text
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, engine

if TYPE_CHECKING:
    import duckdb

Table = dict[str, list[dict[str, Any]]]
"""{added: [row], removed: [row], changed: [{key, from, to}]}; of a changed row only the columns that differ.

`compare` adds `reason` where a figure (mart_observation, mart_indicator) has another value: codes of
`contracts.reasons`, several with | between them; '' = nothing says why.
"""
_FIGURES = (
    ("mart_observation", reasons.CELL, "reason_of_cell"),
    ("mart_indicator", reasons.RATE, "reason_of_rate"),
)


def compare(home: Home, first: str, second: str) -> dict[str, Any]:
    """{from, to, software, engine, documents: {added, removed, changed}, tables: table -> Table, not_compared}.

    `not_compared`: tables that only one of them has, or whose key neither states. Raises ReleaseError.
    """
    before, after = (read.folder_of(home, id).resolve() for id in (first, second))
    one, two = manifest.read(before), manifest.read(after)
    keys = {**one.get("keys", {}), **two.get("keys", {})}
    there = {*one["tables"], *two["tables"]}
    both = {name for name in there if name in one["tables"] and name in two["tables"]}
    differing = {name for name in both if one["tables"][name] != two["tables"][name]}
    found = tables(before, after, {name: keys[name] for name in sorted(differing & set(keys))})
    _explain(found, *sorted((_inside(home, before), _inside(home, after)), key=lambda f: f.name.rpartition("-")[2]))
    return {
        "from": one["release_id"],
        "to": two["release_id"],
        **{name: [one[name], two[name]] for name in ("software", "engine") if one[name] != two[name]},
        "documents": _documents(one["documents"], two["documents"]),
        "tables": found,
        "not_compared": sorted((there - both) | (differing - set(keys))),
    }


def _documents(one: dict[str, str], two: dict[str, str]) -> dict[str, list[str]]:
    return {
        "added": sorted(set(two) - set(one)),
        "removed": sorted(set(one) - set(two)),
        "changed": sorted(name for name in set(one) & set(two) if one[name] != two[name]),
    }


def _explain(found: dict[str, Table], earlier: Path, later: Path) -> None:
    """Adds the reason to each row whose value changed, where both folders hold what reasons are found by."""
    import duckdb

    changed = {
        mart: [row for row in found.get(mart, {}).get("changed", []) if "value" in row["to"]] for mart, _, _ in _FIGURES
    }
    if not any(changed.values()) or earlier == later:
        return
    try:
        catalog = load(later / "documents")
    except ContractError:  # an edition whose candidate is gone holds only what is public of its documents
        return
    with engine(read_only=True) as connection:
        for name, folder in (("old", earlier), ("new", later)):
            connection.execute(f"attach {text(folder / DATABASE)} as {name} (read_only)")
        try:
            reasons.documents(connection, catalog, manifest.read(earlier)["documents"])
            reasons.lay(connection, "old", "new")
        except (duckdb.CatalogException, duckdb.BinderException):  # one of them is older than what is asked for here
            return
        for mart, key, state in _FIGURES:
            rows = connection.execute(f"select {', '.join(key)}, reason from {state}").fetchall()
            known = {row[:-1]: row[-1] for row in rows}
            for row in changed[mart]:
                row["reason"] = known.get(tuple(row["key"][name] for name in key), "")


def _inside(home: Home, folder: Path) -> Path:
    """The candidate that an edition was made from, where it is here: there stands why offices revised."""
    origin = prune.origin_of(home, folder.name)
    return folder.with_name(origin) if origin and (folder.with_name(origin) / DATABASE).is_file() else folder


Shown = Callable[[str, str, list[str]], str]
"""(database as attached, table, columns) -> the SELECT through which the table is looked at."""


def tables(
    first: Path,
    second: Path,
    keys: dict[str, list[str]],
    shown: Shown | None = None,
    prepare: Callable[[Any], None] = lambda connection: None,
) -> dict[str, Table]:
    """table -> what changed from the database in the folder `first` to that in `second`; nothing, no entry.

    `shown` limits what is looked at on both sides; `prepare` may lay temporary tables for it.
    """
    found: dict[str, Table] = {}
    with engine(read_only=True) as connection:
        for name, folder in (("one", first), ("two", second)):
            connection.execute(f"attach {text(folder / DATABASE)} as {name} (read_only)")
        prepare(connection)
        for table, key in keys.items():
            columns = [_columns(connection, name, table) for name in ("one", "two")]
            if not all(columns):
                continue
            shared = [column for column in columns[1] if column in columns[0]]
            sides = [
                f"({shown(name, table, shared)})" if shown else f"{name}.main.{quoted(table)}"
                for name in ("one", "two")
            ]
            changed = _rows(connection, sides, key, shared) if set(key) <= set(shared) else {}
            if any(changed.values()):
                found[table] = changed
    return found


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    sql = (
        "select column_name from duckdb_columns() "
        "where database_name = ? and schema_name = 'main' and table_name = ? order by column_index"
    )
    return [row[0] for row in connection.execute(sql, [database, table]).fetchall()]


def _rows(connection: duckdb.DuckDBPyConnection, sides: list[str], key: list[str], columns: list[str]) -> Table:
    on = " and ".join(f"a.{quoted(column)} is not distinct from b.{quoted(column)}" for column in key)
    differ = " or ".join(f"a.{quoted(column)} is distinct from b.{quoted(column)}" for column in columns)
    shown = ", ".join(f"{side}.{quoted(column)}::varchar" for side in ("a", "b") for column in columns)
    there = f"select *, true as {quoted(_THERE)} from"
    rows = connection.execute(
        f"select a.{quoted(_THERE)}, b.{quoted(_THERE)}, {shown} "
        f"from ({there} {sides[0]}) a full join ({there} {sides[1]}) b on {on} "
        f"where a.{quoted(_THERE)} is null or b.{quoted(_THERE)} is null or {differ} order by all nulls last"
    ).fetchall()
    found: Table = {"added": [], "removed": [], "changed": []}
    for was, now, *values in rows:
        before = dict(zip(columns, values[: len(columns)], strict=True))
        after = dict(zip(columns, values[len(columns) :], strict=True))
        if not was:
            found["added"].append(after)
        elif not now:
            found["removed"].append(before)
        else:
            differing = [column for column in columns if before[column] != after[column]]
            found["changed"].append(
                {
                    "key": {column: after[column] for column in key},
                    "from": {column: before[column] for column in differing},
                    "to": {column: after[column] for column in differing},
                }
            )
    return found


_THERE = "is there"
"""A column no table has: tells a row that is absent from one of nothing but NULLs."""


def counts(table: Table) -> dict[str, int]:
    """How many rows were added, removed and changed."""
    return {what: len(rows) for what, rows in table.items()}
