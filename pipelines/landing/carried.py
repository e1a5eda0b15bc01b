"""The register as one SQLite file, which is how a backup keeps it wherever it lives, and put back from one.

What else a backup holds is not known here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from pipelines.home import Home, Unusable
from pipelines.landing import engine, register


def save(home: Home, file: Path) -> None:
    """Writes a register that exists to a new file, as it is at one moment. Raises home.Unusable."""
    if not engine.in_postgres():
        with closing(sqlite3.connect(home.register)) as source, closing(sqlite3.connect(file)) as into:
            source.backup(into)
        file.chmod(home.register.stat().st_mode & 0o777)
        return
    with register.transaction(home):
        pass  # it has every table and column
    into = engine.file(file)
    try:
        engine.complete(into, register.metadata)
        with register.in_sentences(home), engine.of(home).connect() as source, into.begin() as copy:
            _copy(source.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), copy)
    finally:
        into.dispose()
    file.chmod(0o600)


def in_use(home: Home) -> str:
    """Does the database that is to be the register hold rows already? A sentence then, '' where it does not, or the
    register is a file. Raises home.Unusable.
    """
    if not (engine.in_postgres() and register.exists(home)):
        return ""
    with register.transaction(home) as connection:
        return _held(home, connection)


def _held(home: Home, connection: sa.Connection) -> str:
    for table in register.metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            return f"{engine.named(home)} is not empty. Name a database that is, or make it anew (dropdb, createdb)."
    return ""


@contextmanager
def put_back(staged: Home, home: Home) -> Iterator[None]:
    """Moves the register of a home that is being made into the database of the setting, where that names one: once the
    body has put the home into its place, and not without it. Raises home.Unusable.
    """
    if not engine.in_postgres():
        yield
        return
    source = engine.file(staged.register)
    try:
        engine.complete(source, register.metadata)
        with register.transaction(home) as into, source.connect() as kept:
            engine.alone(into)
            if fault := _held(home, into):  # meanwhile
                raise Unusable(fault)
            _copy(kept, into)
            for table in register.metadata.sorted_tables:
                if "number" in table.columns:  # the next one is numbered after the last
                    last = f"(select max(number) from {table.name})"
                    into.exec_driver_sql(f"select setval(pg_get_serial_sequence('{table.name}', 'number'), {last})")
            source.dispose()
            staged.register.unlink()
            yield
    finally:
        source.dispose()


def _copy(source: sa.Connection, into: sa.Connection) -> None:
    """Every row of every table, in the order in which they came."""
    unknown = set(sa.inspect(source).get_table_names()) - register.metadata.tables.keys()
    if unknown:
        raise Unusable(f"The register has the table {min(unknown)}, which this version does not know; use a newer one.")
    for table in register.metadata.sorted_tables:
        order = [sa.literal_column("run.rowid")] if table is register.run else table.primary_key.columns
        found = source.execute(sa.select(table).order_by(*order), execution_options={"yield_per": register.AT_ONCE})
        for part in found.mappings().partitions():
            into.execute(table.insert(), [dict(row) for row in part])
