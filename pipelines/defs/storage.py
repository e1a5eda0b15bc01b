"""Dagster's storage, opened; and a sentence where PostgreSQL does not answer."""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster_shared.serdes.errors import DeserializationError
from sqlalchemy.exc import SQLAlchemyError

from pipelines.defs.instance import POSTGRES
from pipelines.home import Unusable

_STATEMENT, _RECYCLE, _OVERFLOW = 60_000, 3600, 20
"""Milliseconds that a statement may take, seconds that a connection is kept, connections beyond the first."""


@contextmanager
def opened() -> Iterator[dg.DagsterInstance]:
    """The storage that DAGSTER_HOME names. Raises Unusable where it cannot be used: PostgreSQL does not answer, the
    disk is full, or what lies in the folder is damaged.
    """
    try:
        with _instance() as instance:
            keep_connections(instance)
            yield instance
    except (SQLAlchemyError, DeserializationError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> Unusable:
    said = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
    if os.environ.get(POSTGRES):
        return Unusable(
            f"Dagster's records in the database that {POSTGRES} names cannot be used: {said or type(error).__name__}. "
            "They are the history of its runs, no figure depends on them. See that PostgreSQL runs, answers and has "
            "room; then run again."
        )
    return Unusable(
        f"Dagster's records in {os.environ['DAGSTER_HOME']} cannot be used: {said or type(error).__name__}. They are "
        "the history of its runs, no figure depends on them. Where the disk is full, make room; where they are "
        "damaged, move the folder away, and it is made anew. Then run again."
    )


def keep_connections(instance: dg.DagsterInstance) -> None:
    """Lets a process that writes many events keep its connection to PostgreSQL: else each event opens another."""
    instance.optimize_for_webserver(statement_timeout=_STATEMENT, pool_recycle=_RECYCLE, max_overflow=_OVERFLOW)


def _instance() -> dg.DagsterInstance:
    if not os.environ.get(POSTGRES):
        try:
            return dg.DagsterInstance.get()
        except Exception as error:  # whatever a parser, a validator or an import says of settings that are none
            raise _damaged(error) from error
    if importlib.util.find_spec("dagster_postgres") is None:
        raise Unusable(f"{POSTGRES} is set, but dagster-postgres is not installed: see requirements-postgres.lock.")
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.ERROR)  # it tries for some seconds, and says so each time
    try:
        return dg.DagsterInstance.get()
    except Exception as error:
        cause = _cause(error)
        if cause is None:
            raise
        raise Unusable(f"PostgreSQL cannot be used as {POSTGRES} says: {cause}") from None
    finally:
        root.setLevel(level)


def _cause(error: BaseException | None) -> str | None:
    """What the database said, in one line; the driver names host, port and role, never the password."""
    while error is not None:
        if isinstance(error, SQLAlchemyError):
            return " ".join(str(getattr(error, "orig", None) or error).split())
        error = error.__cause__ or error.__context__
    return None
