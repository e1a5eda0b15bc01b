"""The outbox: what waits for each destination, and its delivery.

At least once: a message is marked as sent after the service took it. A crash between the two sends it twice, never not
at all. What waits for one destination goes as one message when it answers again; a destination that is down is tried
again after 1, 2, 4 ... 60 minutes. One process delivers at a time.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pipelines import journal
from pipelines.alerts import digest, letters, reminders, send, tables
from pipelines.alerts.settings import HEARTBEAT, Settings, Target, targets
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import register
from pipelines.locks import alone

LONGEST_WAIT = timedelta(minutes=60)
PING_HOLDS = timedelta(hours=12)
"""So long a ping that could not be fetched is tried again."""


@dataclass(frozen=True)
class Sent:
    """What became of what waited for one destination. `error` '': it was sent."""

    destination: str
    messages: int
    waiting: int
    error: str = ""


def add(
    connection: sa.Connection, destination: str, kind: str, subject: str, content: Any, at: str, send: bool = True
) -> None:
    """Puts something into the outbox; once for each destination, kind and subject. `send`: or is it only noted, as if
    it had been sent, so that it is not told later either?
    """
    o = tables.outbox.c
    known = sa.select(o.number).where(o.destination == destination, o.kind == kind, o.subject == subject)
    if connection.execute(known).first() is None:
        text = json.dumps(content, ensure_ascii=False) if send else ""
        values = {"destination": destination, "kind": kind, "subject": subject, "created_at": at, "content": text}
        connection.execute(tables.outbox.insert().values(values | {"sent_at": None if send else at}))


def forget(connection: sa.Connection, destination: str, but: str) -> None:
    """Takes out what waits for a destination, but for one subject."""
    o = tables.outbox.c
    waiting = (o.destination == destination, o.sent_at.is_(None), o.subject != but)
    connection.execute(tables.outbox.delete().where(*waiting))


def strike(connection: sa.Connection, but: Collection[str]) -> None:
    """Forgets destinations that are no longer told anything, and what waited for them: if one comes back, it is new."""
    gone = tables.destination.c.name.not_in(but)
    for name in list(connection.execute(sa.select(tables.destination.c.name).where(gone)).scalars()):
        forget(connection, name, but="")
    connection.execute(tables.destination.delete().where(gone))


def known(connection: sa.Connection, name: str) -> dict[str, Any] | None:
    """What is known of a destination; None of a new one."""
    row = connection.execute(sa.select(tables.destination).where(tables.destination.c.name == name)).mappings().first()
    return dict(row) if row else None


def deliver(
    home: Home, catalog: Catalog, settings: Settings, now: datetime, at_once: bool = False
) -> list[Sent]:  # fmt: skip
    """Tries to send what waits, for every destination whose time has come (`at_once`: for all). Raises nothing for a
    destination that is down. Empty when another process delivers.
    """
    if not register.exists(home):
        return []
    with alone(home.root / "alerts.lock", wait=False) as free:  # one process delivers
        if not free:
            return []
        done = (_to(home, catalog, target, now, at_once) for target in targets(settings, catalog))
        return [one for one in done if one]


def _to(home: Home, catalog: Catalog, target: Target, now: datetime, at_once: bool) -> Sent | None:
    with register.transaction(home) as connection:
        o = tables.outbox.c
        query = sa.select(tables.outbox).where(o.destination == target.name, o.sent_at.is_(None)).order_by(o.number)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        state = known(connection, target.name) or {"failures": 0, "next_try_at": None}
    if target.name == HEARTBEAT:  # an old good night says nothing of today
        rows = [row for row in rows if now - datetime.fromisoformat(row["created_at"]) < PING_HOLDS]
    if not rows:
        return None
    if not at_once and state["next_try_at"] and datetime.fromisoformat(state["next_try_at"]) > now:
        return None
    sent, error = 0, ""
    for kind in ("digest", "receipt", "reminder", "ping"):
        if here := [row for row in rows if row["kind"] == kind]:
            try:
                _send(home, catalog, target, kind, [json.loads(row["content"]) for row in here])
            except send.NotSent as problem:
                error = str(problem)
                break
            _sent(home, target.name, [row["number"] for row in here], now)
            sent += 1
    if sent:
        journal.note(home, "alert sent", destination=target.name, messages=sent)
    if error:
        journal.note(home, "alert not sent", "warning", destination=target.name, waiting=len(rows), error=error)
        _failed(home, target.name, state["failures"] + 1, now, error)
    return Sent(target.name, sent, len(rows), error)


def _send(home: Home, catalog: Catalog, target: Target, kind: str, contents: list[Any]) -> None:
    if target.name == HEARTBEAT:
        send.ping(target.url)
        return
    line = send.line(target.url)
    if kind == "digest":
        zone = catalog.calendar.time_zone
        message = digest.text(contents, target.language, zone, line.longest, line.title)
    elif kind == "reminder":
        message = reminders.text(catalog, contents, target.language, line.longest, line.title)
    else:
        message = letters.text(home, catalog, contents, target.language, line.longest, line.title)
    line.send(message.subject, message.body, message.mood)


def _sent(home: Home, name: str, numbers: list[int], now: datetime) -> None:
    """Marks them, and forgets their content: the ledger and the receipts have it."""
    at = now.isoformat(timespec="seconds")
    with register.transaction(home) as connection:
        mark = tables.outbox.update().where(tables.outbox.c.number.in_(numbers)).values(sent_at=at, content="")
        connection.execute(mark)
        _note(connection, name, at, sent_at=at, failures=0, next_try_at=None, error=None)


def _failed(home: Home, name: str, failures: int, now: datetime, error: str) -> None:
    wait = min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_WAIT)
    at = now.isoformat(timespec="seconds")
    after = (now + wait).isoformat(timespec="seconds")
    with register.transaction(home) as connection:
        _note(connection, name, at, failures=failures, next_try_at=after, error=error)


def _note(connection: sa.Connection, name: str, at: str, **values: Any) -> None:
    if known(connection, name) is None:
        connection.execute(tables.destination.insert().values(name=name, since=at, **values))
    else:
        connection.execute(tables.destination.update().where(tables.destination.c.name == name).values(**values))
