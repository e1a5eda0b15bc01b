"""Where the register lives, and how it is opened: a SQLite file in the home, or the PostgreSQL database of a setting.

In both a statement reads what is committed when it begins, until its transaction writes: from then on nobody else does
before that ends, so rows are numbered in the order in which they are committed. What is in it is `register`'s business.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.schema import CreateColumn

from pipelines.home import Home, Unusable

SETTING = "YEARBOOK_REGISTER"
"""The variable that names the database, password and all. It is read here, and its value is shown nowhere."""
FORM = "postgresql+psycopg2://USER:PASSWORD@HOST/DATABASE"
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole number of 64 bits; SQLite has no other, and numbers rows by it under this name only."""
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text in the order of its signs, in which times are compared; not in that of a language."""

_WAIT = 30
"""Seconds that a transaction waits for another that writes."""
_TOO_LONG, _REFUSED, _DAMAGED = "55P03", ("42501", "25006"), "XX"
"""Codes of PostgreSQL: a lock was not had in time; not to be written to by this role, or by any; damage."""
_SESSION = f"""select set_config('lock_timeout', '{_WAIT}s', false),
    set_config('tcp_keepalives_idle', '60', false), set_config('tcp_keepalives_interval', '10', false),
    set_config('tcp_keepalives_count', '6', false),
    set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false)"""
"""A client whose machine is gone is noticed in two minutes, and what it held is free; a commit is on the disk."""
_LOCK = f"select pg_advisory_xact_lock({int.from_bytes(b'register')})"
"""Of this database; by a number that only has to be always the same."""


def in_postgres() -> bool:
    """Does the setting name a database?"""
    return bool(os.environ.get(SETTING))


def of(home: Home) -> sa.Engine:
    """The register's engine; nothing is connected yet. Raises home.Unusable where setting and home contradict each
    other, or the setting cannot be used.
    """
    address = os.environ.get(SETTING)
    if not address:
        return _kept(home.register)
    if home.register.exists():
        raise Unusable(
            f"{SETTING} names a database, but the home has a register already: {home.register}. To move it into the "
            "database, leave the setting out and let `yearbook backup FOLDER` make a copy; then move the whole home "
            "away, set it, and let `yearbook restore FOLDER` make it anew."
        )
    return _database(address)


def named(home: Home) -> str:
    """The register, as the subject of a sentence."""
    return f"The register in the database that {SETTING} names" if in_postgres() else f"The register {home.register}"


def file(path: Path) -> sa.Engine:
    """One that is a SQLite file."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT})

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _: Any) -> None:
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")

    return engine


_kept = lru_cache(maxsize=8)(file)


@lru_cache(maxsize=8)
def _database(address: str) -> sa.Engine:
    url = _url(address)
    if importlib.util.find_spec("psycopg2") is None:
        raise Unusable(f"{SETTING} is set, but psycopg2 is not installed: see requirements-postgres.lock.")
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,  # the server may have been started anew meanwhile
        client_encoding="utf8",
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": 10},
    )

    @event.listens_for(engine, "connect")
    def _bounded(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION)
        connection.commit()

    @event.listens_for(engine, "before_cursor_execute")
    def _writes(connection: sa.Connection, _: Any, __: str, ___: Any, context: Any, ____: bool) -> None:
        if context.isinsert or context.isupdate or context.isdelete:
            alone(connection)

    return engine


def _url(address: str) -> sa.URL:
    """Raises home.Unusable; it may hold a password, so nothing of it is repeated."""
    try:
        url = sa.make_url(address)
    except (ArgumentError, ValueError):  # of a port that is no number
        url = None
    if url is None or address.count("@") > 1:  # what follows the first would be taken for a host, and shown
        raise Unusable(
            f"{SETTING} is no address of a database. It has the form {FORM}; special characters of the password are "
            "percent-encoded (@ is %40). Left out, the register is a file in the home."
        )
    if url.drivername not in ("postgresql", "postgresql+psycopg2"):
        raise Unusable(
            f"{SETTING} does not name a database of PostgreSQL by the driver psycopg2: its form is {FORM}. Left out, "
            "the register is a SQLite file in the home."
        )
    return url


def alone(connection: sa.Connection) -> None:
    """Lets no other write before this transaction ends. By itself it would only do so from its first write on."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_LOCK)
    elif not connection.connection.dbapi_connection.in_transaction:  # pyright: ignore
        connection.exec_driver_sql("begin immediate")


def complete(to: sa.Engine, metadata: sa.MetaData) -> None:
    """Adds what came since to a register that an earlier version made: tables, columns with their defaults, and their
    indexes. One that lacks nothing is only read: who asks need not wait for whoever writes. Raises home.Unusable.
    """
    with to.connect() as connection:
        there = sa.inspect(connection)
        tables = {name: {column["name"] for column in there.get_columns(name)} for name in there.get_table_names()}
    if all(tables.get(table.name, set()) >= set(table.columns.keys()) for table in metadata.sorted_tables):
        return
    with to.begin() as connection:
        alone(connection)  # two processes may come first at one moment
        if tables.keys().isdisjoint(metadata.tables):
            _fits(connection, tables)
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            for column in table.columns:
                if column.name not in there:
                    words = CreateColumn(column).compile(dialect=to.dialect)
                    connection.exec_driver_sql(f"alter table {table.name} add column {words}")
            for index in table.indexes:  # of such a column perhaps
                index.create(connection, checkfirst=True)


def _fits(connection: sa.Connection, others: Iterable[str]) -> None:
    """May a register be made here, beside tables that are none of its own? Raises home.Unusable."""
    if connection.dialect.name == "sqlite":
        return
    if names := ", ".join(sorted(others)[:3]):
        raise Unusable(
            f"The database that {SETTING} names holds tables of something else ({names}). Give the register a database "
            "of its own (createdb)."
        )
    if (encoding := connection.exec_driver_sql("show server_encoding").scalar()) != "UTF8":
        raise Unusable(
            f"The database that {SETTING} names has the encoding {encoding}, which cannot hold every name. Make one "
            "with `createdb --encoding=UTF8 --template=template0`."
        )


def damage(connection: sa.Connection, tables: Iterable[str]) -> str:
    """What is damaged in the pages of the register, which hold no digest of ours; '' where nothing is.

    SQLite looks at the form of each page. PostgreSQL reads every row, and holds each page against its checksum where
    the cluster keeps them; what it finds is an error of the transaction.
    """
    if connection.dialect.name == "sqlite":
        faults = [str(line) for line in connection.exec_driver_sql("pragma quick_check(1)").scalars()]
        return "" if faults == ["ok"] else " ".join(faults[0].split())
    for name in tables:
        connection.exec_driver_sql(f"select count(one::text) from {name} as one")
    return ""


def said(error: DBAPIError) -> tuple[str, bool] | None:
    """What the database says is wrong with it, and whether it may be damaged; None where the mistake is ours."""
    code = getattr(error.orig, "pgcode", None) or ""
    bare = type(error) is DatabaseError  # SQLite says it of a file that is none
    if code == _TOO_LONG:
        return f"another process has been writing for {_WAIT} seconds", False
    words = " ".join(str(error.orig).split()).rstrip("?")  # whether the server runs, the driver asks
    if code.startswith(_DAMAGED) or (bare and not in_postgres()):
        return words, True
    lost = isinstance(error, InterfaceError) and in_postgres()
    unread = words.startswith("invalid dsn")  # an option of the address that there is not; its name is all that is said
    found = bare or lost or unread or isinstance(error, OperationalError) or code in _REFUSED
    return (words, False) if found else None
