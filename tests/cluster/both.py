"""The demo's returns through the embedded engine and through a Spark cluster, and what both made, cell by cell."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import duckdb

from pipelines import demo
from pipelines.contracts import load
from pipelines.home import PROJECT, Home
from pipelines.landing import batches, decisions, register, take_in
from pipelines.warehouse import build, inputs
from pipelines.warehouse.spark import CARRIED, Server

DOCUMENTS = PROJECT / "data_contracts"
FILLED = {
    f"marts.mart_{name}" for name in ("submission", "observation", "observation_today", "indicator", "scorecard")
} | {"staging.stg_today"}
"""Relations that the demo has rows for: where they are empty nothing was compared."""


@dataclass(frozen=True)
class Compared:
    """A relation of both builds: the rows of the embedded engine's, its cells, and the cells of rows without a twin in
    the other build, on either side; `as_stated`: names, types, what is never empty and comments of columns are equal.
    """

    relation: str
    rows: int
    cells: int
    different: int
    as_stated: bool


def laid_out(folder: Path) -> Path:
    """The demo's returns, generated and taken in, as dbt's inputs in the folder of a run. Returns it."""
    home, catalog = Home(folder / "home", DOCUMENTS).create(), load(DOCUMENTS)
    demo.generate(catalog, home.inbox)
    run = home.runs / "laid-out"
    run.mkdir()
    refused = take_in.sweep(home, catalog)
    taken = take_in.take_in(home, catalog, run, "en")
    assert taken.accepted and not refused, refused
    inputs.write(catalog, run, register.export(home), batches.committed(home), decisions=decisions.export(home))
    return run


@contextmanager
def on(server: Server) -> Iterator[None]:
    """What is built within is built by the cluster."""
    said = {
        "YEARBOOK_ENGINE": "spark", "YEARBOOK_SPARK_PORT": str(server.port), "YEARBOOK_SPARK_FOLDER": str(server.folder)
    }  # fmt: skip
    with patch.dict(os.environ, said):
        yield


def built(run: Path, as_name: str) -> tuple[Path, float]:
    """Builds and tests everything, in a folder beside the run's with the same inputs. Returns the private build, and
    the seconds that it took. Raises WarehouseError.
    """
    folder = run.with_name(as_name)
    folder.mkdir()
    (folder / "inputs").symlink_to(run / "inputs")
    began = time.monotonic()
    return build.build(folder), time.monotonic() - began


def compared(embedded: Path, cluster: Path) -> list[Compared]:
    """Every relation that is carried home from a cluster, against that of the embedded engine."""
    with duckdb.connect() as connection:
        for name, path in (("one", embedded), ("other", cluster)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        return [_compared(connection, relation) for relation in _relations(connection, "one")]


def _relations(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    query = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? order by 1"
    found = [name for (name,) in connection.execute(query, [database]).fetchall()]
    return [name for name in found if name.startswith(CARRIED)]


def _compared(connection: duckdb.DuckDBPyConnection, relation: str) -> Compared:
    schema, _, table = relation.partition(".")
    stated = [
        connection.execute(
            "select t.comment, c.column_name, c.data_type, c.is_nullable, c.comment from duckdb_columns() as c "
            "join duckdb_tables() as t using (database_name, schema_name, table_name) "
            "where database_name = ? and schema_name = ? and table_name = ? order by c.column_index",
            [database, schema, table],
        ).fetchall()
        for database in ("one", "other")
    ]
    if not stated[1]:
        raise AssertionError(f"{relation} was not carried home")
    one, other = (f"select * from {database}.{relation}" for database in ("one", "other"))
    (rows,) = connection.execute(f"select count(*) from ({one})").fetchone() or (0,)
    (alone,) = connection.execute(
        f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    ).fetchone() or (0,)
    return Compared(relation, rows, rows * len(stated[0]), alone * len(stated[0]), stated[0] == stated[1])
