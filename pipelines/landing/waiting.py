"""Deliveries received and not yet judged: which, how many, and who judges them. Judging is `take_in`'s business.

Several processes may take in side by side: each claims some at a time, in one transaction of the register, in the name
of the folder in which it works. A claim counts for nothing once its process does not go on.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import engine, register, seals
from pipelines.locks import goes_on

_DELIVERY = register.delivery.c
_WAITING = _DELIVERY.verdict.is_(None)


def deliveries(home: Home) -> Iterator[dict[str, Any]]:
    """Their rows of the register in order of arrival (also those whose run was killed), read a page at a time: they may
    be judged meanwhile. Raises home.Unusable where one was changed."""
    last = 0
    query = sa.select(register.delivery).where(_WAITING).order_by(_DELIVERY.number).limit(register.AT_ONCE)
    while found := register.rows(home, query.where(_DELIVERY.number > last)):
        yield from seals.held(register.delivery, found)
        last = found[-1]["number"]


def claimed(home: Home, by: str, at_once: int) -> Iterator[dict[str, Any]]:
    """The same for one that takes in (`by`): what it is given no other judges. Ends where all others are some other's,
    or wait for one. at_once: so many are claimed at a time, not more than register.AT_ONCE.

    Of bytes that came several times all are with one: once it has judged the first, they lie elsewhere. What comes
    while another has the first waits for that.
    """
    last = 0
    while found := _claim(home, by, last, at_once):
        yield from seals.held(register.delivery, found)
        last = found[-1]["number"]


def _claim(home: Home, by: str, last: int, at_once: int) -> list[dict[str, Any]]:
    """Claims some deliveries after the number `last`. Returns their rows."""
    with register.transaction(home) as connection:
        engine.alone(connection)
        free, others = _free(home, by, connection)
        theirs = sa.select(_DELIVERY.sha256).where(_WAITING, _DELIVERY.claimed_by.in_(others))
        mine = free.where(_DELIVERY.sha256.not_in(theirs), _DELIVERY.number > last).order_by(_DELIVERY.number)
        among = _DELIVERY.number.in_(connection.execute(mine.limit(at_once)).scalars().all())
        connection.execute(register.delivery.update().where(among).values(claimed_by=by))
        found = connection.execute(sa.select(register.delivery).where(among).order_by(_DELIVERY.number)).mappings()
        return [dict(row) for row in found]


def is_left(home: Home, by: str) -> bool:
    """Does any delivery wait that no other judges?"""
    with register.transaction(home) as connection:
        free, _ = _free(home, by, connection)
        return connection.execute(free.limit(1)).first() is not None


def _free(home: Home, by: str, connection: sa.Connection) -> tuple[sa.Select[tuple[int]], list[str]]:
    """Asks for the numbers of deliveries that no other judges; and who judges some."""
    claims = sa.select(_DELIVERY.claimed_by).where(_WAITING, _DELIVERY.claimed_by != "").distinct()
    others = [one for one in connection.execute(claims).scalars() if one != by and goes_on(home.runs / one)]
    return sa.select(_DELIVERY.number).where(_WAITING, _DELIVERY.claimed_by.not_in(others)), others


def give_back(home: Home, by: str, numbers: Collection[int]) -> None:
    """Whoever looks next may judge them."""
    with register.transaction(home) as connection:
        for some in _batched(numbers):
            mine = _DELIVERY.number.in_(some), _DELIVERY.claimed_by == by
            connection.execute(register.delivery.update().where(*mine).values(claimed_by=""))


def hold(connection: sa.Connection, by: str, numbers: Collection[int]) -> None:
    """Raises RuntimeError where one of them is not with `by` any more, or judged: a disk that several machines share
    lost a lock. Within the transaction that judges them.
    """
    count = sa.select(sa.func.count()).where(_WAITING, _DELIVERY.claimed_by == by)
    held = sum(connection.execute(count.where(_DELIVERY.number.in_(some))).scalar_one() for some in _batched(numbers))
    if held != len(numbers):
        raise RuntimeError(
            f"{len(numbers) - held} deliveries were judged by another process meanwhile; nothing of this part landed. "
            "Does the disk of the home keep locks for all that use it?"
        )


def first(home: Home, but: Collection[int]) -> float:
    """The lowest number that waits, but for some; infinity where none does."""
    last = 0
    query = sa.select(_DELIVERY.number).where(_WAITING).order_by(_DELIVERY.number).limit(register.AT_ONCE)
    while found := [row["number"] for row in register.rows(home, query.where(_DELIVERY.number > last))]:
        if others := [number for number in found if number not in but]:
            return others[0]
        last = found[-1]
    return math.inf


def _batched(numbers: Collection[int]) -> Iterator[list[int]]:
    """As many as one query may name."""
    every = list(numbers)
    yield from (every[at : at + register.AT_ONCE] for at in range(0, len(every), register.AT_ONCE))


def count(home: Home) -> int:
    """How many wait."""
    found = register.rows(home, sa.select(sa.func.count().label("count")).where(_WAITING))
    return found[0]["count"] if found else 0
