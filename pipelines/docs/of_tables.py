"""The reference of the tables of a release, from the YAML beside the models and the words that releases carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.contracts import Catalog, odcs_marts
from pipelines.docs.markdown import code, table, told
from pipelines.home import PROJECT
from pipelines.release import explanations, pooled, public, published_tables, quality, series, wide

Columns = list[list[str]]
"""Name, meaning, type, key, never empty: of each column, as Markdown."""


class Described(NamedTuple):
    """A table or view: what a row is, its columns, and where it is found."""

    row: str
    columns: Columns
    candidates: bool = True
    view: bool = False


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown: a list of all, then for each first what a row is, then its columns."""
    tables = described(catalog)
    parts = [
        "# Tables of a release\n\nEach is in `yearbook.duckdb` and in `csv/`, tables in `parquet/` too; views are read "
        "off tables and have no Parquet. A candidate is for the offices, an edition for everyone: it has public "
        "columns only, and of those the rows that may be seen.\n"
    ]
    rows = []
    for name, one in tables.items():
        where = [_yes(one.candidates), _yes(_in_editions(name, one))]
        rows.append([f"[{code(name)}](#{name})", told(one.row), "view" if one.view else "table", *where])
    parts.append(table(["name", "meaning", "kind", "in candidates", "in editions"], rows))
    for name, one in tables.items():
        where = [] if one.candidates else ["In editions only."]
        where += [] if _in_editions(name, one) else ["In candidates only."]
        where += ["A view: no Parquet."] if one.view else []
        lacking = [column[0] for column in one.columns if _is_inside(name, column[0].strip("`"))]
        where += [f"An edition has not: {', '.join(lacking)}."] if lacking else []
        listed = table(["column", "meaning", "type", "key", "never empty"], one.columns)
        parts.append("\n\n".join([f"## {code(name)}", told(one.row), *([" ".join(where)] if where else []), listed]))
    return {"reference/tables": "\n".join(parts)}


def described(catalog: Catalog) -> dict[str, Described]:
    """Name -> description, of all that a release may hold."""
    found = {
        one["name"]: Described(one["description"], [_column(column) for column in one["properties"]])
        for one in odcs_marts.contract(catalog, PROJECT / "dbt_project")["schema"]
    }
    for name, words in ((quality.TABLE, quality.SAID), (explanations.TABLE, explanations.SAID)):
        found[name] = Described(words[""], [_plain(column, said) for column, said in words.items() if column])
    for words in (pooled.SAID, published_tables.SAID):
        for name in dict.fromkeys(name for name, _ in words):
            columns = [_plain(column, said) for (of, column), said in words.items() if of == name and column]
            found[name] = Described(words[name, ""], columns, candidates=False)
    return found | dict(_views(catalog, found))


def _views(catalog: Catalog, marts: dict[str, Described]) -> Iterator[tuple[str, Described]]:
    for view, (mart, columns, row) in series.VIEWS.items():
        known = {column[0]: column for column in (*marts[f"{mart}_today"].columns, *marts[mart].columns)}
        of_view = [[*known[code(name)][:3], "", ""] for name in (*columns.split(), "conversion")]
        yield view, Described(row, of_view, view=True)
    for one in catalog.returns.values():
        columns = [_plain(column, title) for column, (_, title) in wide.columns(one).items()]
        yield f"wide_{one.table}", Described(f"{one.title.en}: {one.grain.en}", columns, view=True)


def _in_editions(name: str, one: Described) -> bool:
    return one.view or not one.candidates or name in public.COLUMNS


def _is_inside(table: str, column: str) -> bool:
    """Is it a column of candidates, of a table that editions have without it?"""
    return table in public.COLUMNS and column not in public.COLUMNS[table]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _plain(name: str, said: str) -> list[str]:
    return [code(name), told(said), "", "", ""]


def _column(one: dict[str, object]) -> list[str]:
    return [
        code(one["name"]), told(one["description"]), code(one["physicalType"]), "yes" if one.get("primaryKey") else "",
        "yes" if one.get("required") else "",
    ]  # fmt: skip
