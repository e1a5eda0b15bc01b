"""The Parquet files of an edition's folder as rows. Nothing of what they mean.

A table or a column that an older edition does not have yet is empty, not an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines import memory


class Files:
    """The tables below `folder`/parquet."""

    def __init__(self, folder: Path):
        self._folder = folder / "parquet"
        self._columns: dict[str, list[str]] = {}
        self._engine = duckdb.connect(config=memory.bound())  # one for all tables: it takes as long as they do

    def _paths(self, table: str) -> list[str]:
        """A table is a file, or a folder of files."""
        files = (self._folder / f"{table}.parquet", *sorted((self._folder / table).glob("*.parquet")))
        return [str(file) for file in files if file.is_file()]

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none where there is no such table."""
        if table not in self._columns:
            paths = self._paths(table)
            rows = self._engine.execute("describe from read_parquet(?)", [paths]).fetchall() if paths else []
            self._columns[table] = [row[0] for row in rows]
        return self._columns[table]

    def rows(self, table: str, columns: Sequence[str], where: str = "true") -> list[tuple[Any, ...]]:
        """The named columns of the rows of a table that meet `where`; NULL for a column that is not there."""
        there = self.columns(table)
        if not there:
            return []
        select = ", ".join(column if column in there else f"null as {column}" for column in columns)
        sql = f"select {select} from read_parquet(?) where {where}"
        return self._engine.execute(sql, [self._paths(table)]).fetchall()
