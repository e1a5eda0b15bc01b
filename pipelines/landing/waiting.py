"""Deliveries received and not yet judged: which, how many, and which run judges them. Judging is `take_in`'s business.

Any number of runs may take in side by side: each claims some at a time, in one transaction of the register. A claim of
a run that does not go on counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import engine, register, seals
from pipelines.locks import goes_on

_DELIVERY = register.delivery.c
_WAITING = _DELIVERY.verdict.is_(None)
_AT_ONCE = 64
"""Deliveries that are claimed at once: others may want some too."""


def deliveries(home: Home) -> Iterator[dict[str, Any]]:
    """Their rows of the register in order of arrival (also those whose run was killed), read a page at a time: they may
    be judged meanwhile. Raises home.Unusable where one was changed."""
    last = 0
    query = sa.select(register.delivery).where(_WAITING).order_by(_DELIVERY.number).limit(register.AT_ONCE)
    while found := register.rows(home, query.where(_DELIVERY.number > last)):
        yield from seals.held(register.delivery, found)
        last = found[-1]["number"]


def claimed(home: Home, run_id: str) -> Iterator[dict[str, Any]]:
    """The same for one run: what it yields no other judges. Ends where all others are some other's, or wait for one.

    Of bytes that came several times all are one run's: once it has judged the first, they lie elsewhere. What came
    while another has the first, waits for that.
    """
    last = 0
    while found := _claim(home, run_id, last):
        yield from seals.held(register.delivery, found)
        last = found[-1]["number"]


def _claim(home: Home, run_id: str, last: int) -> list[dict[str, Any]]:
    """Claims some deliveries after the number `last`. Returns their rows."""
    with register.transaction(home) as connection:
        engine.alone(connection)
        free, others = _free(home, run_id, connection)
        theirs = sa.select(_DELIVERY.sha256).where(_WAITING, _DELIVERY.claimed_by.in_(others))
        mine = free.where(_DELIVERY.sha256.not_in(theirs), _DELIVERY.number > last).order_by(_DELIVERY.number)
        among = _DELIVERY.number.in_(connection.execute(mine.limit(_AT_ONCE)).scalars().all())
        connection.execute(register.delivery.update().where(among).values(claimed_by=run_id))
        found = connection.execute(sa.select(register.delivery).where(among).order_by(_DELIVERY.number)).mappings()
        return [dict(row) for row in found]


def is_left(home: Home, run_id: str) -> bool:
    """Does any delivery wait that no other run judges?"""
    with register.transaction(home) as connection:
        free, _ = _free(home, run_id, connection)
        return connection.execute(free.limit(1)).first() is not None


def _free(home: Home, run_id: str, connection: sa.Connection) -> tuple[sa.Select[tuple[int]], list[str]]:
    """Asks for the numbers of deliveries that no other run judges; and the ids of those that judge some."""
    claims = sa.select(_DELIVERY.claimed_by).where(_WAITING, _DELIVERY.claimed_by != "").distinct()
    others = [id for id in connection.execute(claims).scalars() if id != run_id and goes_on(home.runs / id)]
    return sa.select(_DELIVERY.number).where(_WAITING, _DELIVERY.claimed_by.not_in(others)), others


def count(home: Home) -> int:
    """How many wait."""
    found = register.rows(home, sa.select(sa.func.count().label("count")).where(_WAITING))
    return found[0]["count"] if found else 0
