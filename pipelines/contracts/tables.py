"""The catalog as relations, the form in which definitions enter dbt. Rows of plain Python; writes no file.

`COLUMNS` states name and SQL type of every column once; the warehouse writes Parquet from it, dbt's sources
read it. Each `tables_*` module holds the relations of one kind of document, and the columns beside them.
"""

from __future__ import annotations

from typing import Any

from pipelines.contracts import (
    tables_areas,
    tables_corrections,
    tables_indicators,
    tables_returns,
    tables_revisions,
    tables_time,
)
from pipelines.contracts.catalog import Catalog

Row = tuple[Any, ...]

_PARTS = (tables_areas, tables_returns, tables_revisions, tables_indicators, tables_time, tables_corrections)

COLUMNS: dict[str, str] = {name: columns for part in _PARTS for name, columns in part.COLUMNS.items()}
"""relation -> its columns. '' stands for 'does not apply'."""


def rows(catalog: Catalog) -> dict[str, list[Row]]:
    """Every relation of `COLUMNS`, filled from the catalog, rows in document order."""
    return {name: list(make(catalog)) for part in _PARTS for name, make in part.MAKERS.items()}


def columns(name: str) -> list[tuple[str, str]]:
    """(column, type) pairs of a relation; types are text, int, bigint, bool."""
    return [(part.split()[0], part.split()[1]) for part in COLUMNS[name].split(", ")]
