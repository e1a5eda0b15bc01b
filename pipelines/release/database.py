"""The release's database file: its name, its storage version, how we open it and add rows. No table is known here."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import memory
from pipelines.release.manifest import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    import duckdb

DATABASE = "yearbook.duckdb"
MEMORY = ":memory:"
STORAGE = "v1.5.0"
"""Storage version: what every DuckDB from 1.5 on opens, whichever version wrote it."""


@contextmanager
def engine(
    database: Path | str = MEMORY, read_only: bool = False, spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session of our own: no extension is fetched or loaded. `read_only`: databases of releases are read, no
    file is written; raises ReleaseError where one of them is damaged.

    What does not fit into memory goes to a folder of its own below `spill` (left out: where temporary files go), made
    only when it is needed: who is killed before leaves nothing.
    """
    import duckdb

    folder = (spill or Path(tempfile.gettempdir())) / f"yearbook-spill-{uuid.uuid4().hex}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory.limit(),
        "temp_directory": str(folder),
    }
    try:
        # the engine knows no database in memory that is read only
        with duckdb.connect(database, read_only=read_only and database != MEMORY, config=config) as connection:
            yield connection
    except duckdb.IOException as error:
        if not read_only:
            raise
        said = str(error).partition("\n")[0]
        raise ReleaseError(
            f"A database cannot be read ({said}); `yearbook release verify` says what is damaged."
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def append(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Adds rows, each with a value per column, in one piece: row by row costs eighty times as much."""
    import pyarrow as pa

    if not rows:
        return
    connection.register("rows_to_append", pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))))
    names = ", ".join(columns)
    connection.execute(f"insert into {table} ({names}) select {names} from rows_to_append")
    connection.unregister("rows_to_append")
