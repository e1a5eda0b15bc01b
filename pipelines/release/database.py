"""The release's database file: its name, its storage version, and how we open it. No table is known here."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

DATABASE = "yearbook.duckdb"
STORAGE = "v1.5.0"
"""Storage version: what every DuckDB from 1.5 on opens, whichever version wrote it."""


@contextmanager
def engine(database: Path | str = ":memory:", read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session of our own: no extension is fetched or loaded."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="yearbook-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": spill,
        }
        with duckdb.connect(database, read_only=read_only, config=config) as connection:
            yield connection
