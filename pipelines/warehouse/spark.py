"""A build on a Spark cluster instead of the embedded engine, where YEARBOOK_ENGINE asks for it.

dbt runs the same models with another target. Before it, what it reads is laid where every machine of the cluster
reaches it, and databases are made for this run alone; after it, the relations that are read later are carried home into
the private build, the same DuckDB file as ever. Whatever happened, databases and folder of the run are removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import memory
from pipelines.home import PROJECT as ROOT
from pipelines.runs import WAREHOUSE
from pipelines.warehouse.failure import WarehouseError

if TYPE_CHECKING:
    import duckdb

ENGINES = ("duckdb", "spark")
"""What YEARBOOK_ENGINE may say; the first where it says nothing."""
HOST = "127.0.0.1"
"""The server asks nobody who he is, so it is spoken to on this machine only; a far one through a tunnel."""
CARRIED = ("marts.", "staging.stg_today")
"""What is read after dbt has ended, by how names (schema.table) begin: the marts, and by validation the day."""

_HELD = "held"
"""In the folder of a run: locked while its process lives, on whichever machine."""
_PREFIX = "yearbook_"
_STORAGE = {"storage_compatibility_version": "v1.5.0"}
"""As in dbt's profile."""


@dataclass(frozen=True)
class Server:
    """Where the thrift server of the cluster listens on this machine, and the folder that every machine of it has."""

    port: int
    folder: Path

    def run(self, *statements: str) -> None:
        """Runs statements that answer nothing. Raises WarehouseError where the server cannot be reached or refuses."""
        try:
            from pyhive import hive  # pyright: ignore[reportMissingImports]
        except ModuleNotFoundError:
            raise WarehouseError(
                "YEARBOOK_ENGINE=spark needs the optional packages for Spark, which are not installed here: "
                "install Yearbook with its extra `spark`, or leave YEARBOOK_ENGINE out."
            ) from None
        logging.getLogger("thrift").addHandler(logging.NullHandler())  # what fails is said below
        try:
            with contextlib.closing(hive.connect(HOST, self.port, username="yearbook", auth="NOSASL")) as connection:
                cursor = connection.cursor()
                for statement in statements:
                    cursor.execute(statement)
        except hive.Error as error:
            raise WarehouseError(f"The Spark server refuses a statement: {_first_line(error)}") from error
        except Exception as error:  # thrift has errors of its own for a connection that fails or breaks
            raise WarehouseError(
                f"No Spark server answers at {HOST}:{self.port} (YEARBOOK_SPARK_PORT): start its thrift server, or the "
                f"tunnel to it, then run again. Nothing was published. ({_first_line(error)})"
            ) from error


def chosen() -> Server | None:
    """The server where Spark is asked for; None where the embedded engine builds. Raises WarehouseError for a setting
    that says nothing.
    """
    engine = os.environ.get("YEARBOOK_ENGINE") or ENGINES[0]
    if engine not in ENGINES:
        raise WarehouseError(f"YEARBOOK_ENGINE is {engine!r}; it may be {' or '.join(ENGINES)}, or left out.")
    if engine != "spark":
        return None
    port, folder = os.environ.get("YEARBOOK_SPARK_PORT") or "10000", os.environ.get("YEARBOOK_SPARK_FOLDER", "")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise WarehouseError(f"YEARBOOK_SPARK_PORT is {port!r}; it must be the number of a port.")
    if not re.fullmatch(r"/[A-Za-z0-9_./-]+", folder) or not Path(folder).is_dir():
        raise WarehouseError(
            f"YEARBOOK_SPARK_FOLDER is {folder!r}; it must be a folder that this machine and all of the cluster have "
            "under the same path, from / on, in plain letters, digits and . _ - only."
        )
    return Server(int(port), Path(folder))


@contextlib.contextmanager
def lent(run_dir: Path) -> Iterator[dict[str, Any]]:
    """For as long as dbt runs: the dbt variables that this run has besides on Spark; none on the embedded engine, where
    nothing is done. When dbt has ended well, what is read later lies in the private build.

    Raises WarehouseError, also in place of one raised within where the server has died meanwhile.
    """
    server = chosen()
    if server is None:
        yield {}
        return
    name = f"{_PREFIX}{secrets.token_hex(8)}"
    folder, layers = server.folder / name, _layers()
    server.run("select 1")  # first of all, whether it answers
    _sweep(server)
    folder.mkdir()
    with (folder / _HELD).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            shutil.copytree(run_dir / "inputs", folder / "inputs", copy_function=_laid)
            server.run(*(f"create database {name}_{layer} location 'file:{folder / layer}'" for layer in layers))
            yield {"databases": name, "inputs": f"file:{folder / 'inputs'}", "spark_port": server.port}
            _carry_home(run_dir, folder)
        except WarehouseError:
            server.run("select 1")  # says so where it is gone
            raise
        finally:
            with contextlib.suppress(WarehouseError):
                _drop(server, name)


def _layers() -> list[str]:
    """The schemas of the models."""
    return sorted(path.name for path in (ROOT / "dbt_project" / "models").iterdir() if path.is_dir())


def _laid(source: str, to: str) -> None:
    """A file of the inputs for the cluster: the same bytes under a second name, or a copy where that cannot be."""
    real = os.path.realpath(source)
    try:
        os.link(real, to)
    except OSError:
        shutil.copyfile(real, to)


def _drop(server: Server, name: str) -> None:
    """Removes databases and folder of a run. Raises WarehouseError; the folder is left then, to be swept."""
    server.run(*(f"drop database if exists {name}_{layer} cascade" for layer in _layers()))
    shutil.rmtree(server.folder / name, ignore_errors=True)


def _sweep(server: Server) -> None:
    """Removes what runs left that were killed: nobody holds their folders. Raises WarehouseError."""
    for folder in server.folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _HELD).open("r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _drop(server, folder.name)


def _carry_home(run_dir: Path, folder: Path) -> None:
    """Makes the private build of what Spark wrote: tables, types, what is never empty and comments as dbt's contracts
    have them. Raises WarehouseError.
    """
    import duckdb

    nodes = json.loads((run_dir / "dbt" / "manifest.json").read_bytes())["nodes"].values()
    models = {f"{node['fqn'][1]}.{node['name']}": node for node in nodes if node["resource_type"] == "model"}
    file = run_dir / WAREHOUSE
    for left in (file, file.with_name(f"{file.name}.wal")):
        left.unlink(missing_ok=True)
    try:
        with duckdb.connect(file, config=memory.bound() | _STORAGE) as connection:
            for layer in _layers():
                connection.execute(f"create schema {layer}")
            for name, model in sorted(models.items()):
                if name.startswith(CARRIED):
                    _carry(connection, name, model, folder / name.replace(".", "/"))
    except duckdb.Error as error:
        raise WarehouseError(f"What Spark built could not be carried home: {_first_line(error)}") from error


def _carry(connection: duckdb.DuckDBPyConnection, name: str, model: Mapping[str, Any], folder: Path) -> None:
    rows = f"from read_parquet('{folder}/*.parquet')"
    if not model["contract"]["enforced"]:
        connection.execute(f"create table {name} as select * {rows}")
        return
    columns = model["columns"].values()
    stated = ", ".join(f"{column['name']} {column['data_type']}{_constraint(column)}" for column in columns)
    connection.execute(f"create table {name} ({stated})")
    names = ", ".join(column["name"] for column in columns)
    connection.execute(f"insert into {name} ({names}) select {names} {rows}")
    connection.execute(f"comment on table {name} is {_text(model['description'])}")
    for column in columns:
        connection.execute(f"comment on column {name}.{column['name']} is {_text(column['description'])}")


def _constraint(column: Mapping[str, Any]) -> str:
    return " not null" if any(one["type"] == "not_null" for one in column["constraints"]) else ""


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    """What an error says, without the stack of the other side."""
    said = getattr(getattr(error.args[0] if error.args else None, "status", None), "errorMessage", None) or str(error)
    return next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)
