"""Deliveries received and not yet judged: which, and how many. Judging them is `take_in`'s business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import register, seals

_WAITING = register.delivery.c.verdict.is_(None)


def deliveries(home: Home) -> Iterator[dict[str, Any]]:
    """Their rows of the register in order of arrival (also those whose run was killed), read a page at a time: they may
    be judged meanwhile. Raises home.Unusable where one was changed."""
    number, last = register.delivery.c.number, 0
    query = sa.select(register.delivery).where(_WAITING).order_by(number).limit(register.AT_ONCE)
    while found := register.rows(home, query.where(number > last)):
        yield from seals.held(register.delivery, found)
        last = found[-1]["number"]


def count(home: Home) -> int:
    """How many there are."""
    found = register.rows(home, sa.select(sa.func.count().label("count")).where(_WAITING))
    return found[0]["count"] if found else 0
