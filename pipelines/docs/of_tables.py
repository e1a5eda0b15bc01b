"""The reference of the tables of a release, from the YAML beside the models and the words that releases carry."""

from __future__ import annotations

from pipelines.contracts import Catalog, odcs_marts
from pipelines.docs.markdown import code, table, told
from pipelines.home import PROJECT
from pipelines.release import explanations, pooled, published_tables, quality

Said = dict[tuple[str, str], str]
"""(table, column or '') -> what it means."""


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown: a section for each table, first what a row is, then its columns."""
    parts = [
        "# Tables of a release\n\nIn `yearbook.duckdb`, `parquet/` and `csv/`. Each return has a view of its own "
        "besides, `wide_<table>`, with a column for each figure.\n"
    ]
    for one in odcs_marts.contract(catalog, PROJECT / "dbt_project")["schema"]:
        rows = [_column(column) for column in one["properties"]]
        listed = table(["column", "type", "key", "never empty", "meaning"], rows)
        parts.append(f"## {code(one['name'])}\n\n{told(one['description'])}\n\n{listed}")
    others: Said = {
        **{(quality.TABLE, column): words for column, words in quality.SAID.items()},
        **{(explanations.TABLE, column): words for column, words in explanations.SAID.items()},
        **pooled.SAID,
        **published_tables.SAID,
    }
    for name in dict.fromkeys(name for name, _ in others):
        columns = [[code(column), told(words)] for (of, column), words in others.items() if of == name and column]
        listed = table(["column", "meaning"], columns)
        parts.append(f"## {code(name)}\n\n{told(others.get((name, ''), ''))}\n\n{listed}")
    return {"reference/tables": "\n".join(parts)}


def _column(one: dict[str, object]) -> list[str]:
    return [
        code(one["name"]), code(one["physicalType"]), "yes" if one.get("primaryKey") else "",
        "yes" if one.get("required") else "", told(one["description"]),
    ]  # fmt: skip
