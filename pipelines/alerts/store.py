"""The ledger on disk: read and written in the transaction of whoever looks; acknowledged by persons."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import ledger, tables
from pipelines.alerts.finding import Finding
from pipelines.alerts.ledger import Entry
from pipelines.home import Home
from pipelines.landing import register

BY, BECAUSE = 200, 1000


class AcknowledgeError(Exception):
    """The acknowledgement cannot be recorded. The message is a sentence."""


def entries(connection: sa.Connection, open_only: bool = False) -> dict[str, Entry]:
    """key -> entry, in the order in which they were first seen."""
    query = sa.select(tables.ledger).order_by(tables.ledger.c.number)
    if open_only:
        query = query.where(tables.ledger.c.state != ledger.RECOVERED)
    return {row["key"]: _entry(dict(row)) for row in connection.execute(query).mappings()}


def open_entries(home: Home) -> list[Entry]:
    """What is wrong as far as is known, acknowledged or not."""
    if not register.exists(home):
        return []
    with register.transaction(home) as connection:
        return list(entries(connection, open_only=True).values())


def keep(connection: sa.Connection, entry: Entry) -> Entry:
    """Writes an entry. Returns it with its number."""
    values = _values(entry)
    if entry.number:
        connection.execute(tables.ledger.update().where(tables.ledger.c.number == entry.number).values(values))
        return entry
    result = connection.execute(tables.ledger.insert().values(values))
    (number,) = result.inserted_primary_key or (0,)
    return replace(entry, number=number)


def acknowledge(home: Home, key: str, by: str, because: str, today: date, until: date | None = None) -> Entry:
    """A person takes note of an open finding: no more reminders of it, until a day or until it recovers.

    `key`: its number or its key. today: by the calendar's time zone. Raises AcknowledgeError.
    """
    by, because = _words(by, "Say who acknowledges it (--by)", BY), _words(because, "Say why (--because)", BECAUSE)
    if until and until < today:
        raise AcknowledgeError(f"{until} has passed; leave --until out, or name a day to come.")
    with register.transaction(home) as connection:
        known = entries(connection)
        entry = next((one for name, one in known.items() if key in (name, str(one.number))), None)
        if entry is None:
            raise AcknowledgeError(f"There is no finding {key}. `yearbook alerts` lists those that are open.")
        if not entry.is_open:
            raise AcknowledgeError(f"{entry.finding.key} has recovered already; there is nothing to acknowledge.")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        day = until.isoformat() if until else ""
        return keep(
            connection,
            replace(entry, state=ledger.ACKNOWLEDGED, by=by, because=because, acknowledged_at=at, until=day),
        )


def _words(text: str, request: str, length: int) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable() or len(text) > length:
        raise AcknowledgeError(f"{request}, in 1 to {length} printable characters.")
    return text


def _entry(row: dict[str, Any]) -> Entry:
    finding = Finding.of(json.loads(row["finding"]))
    return Entry(
        finding, row["state"], row["first_seen"], row["opened_at"], row["told_at"],
        row["run_id"], row["number"], row["ended_at"] or "", row["acknowledged_by"] or "", row["because"] or "",
        row["acknowledged_at"] or "", row["until"] or "", row["worst"] or finding.severity,
    )  # fmt: skip


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.finding.key,
        "kind": entry.finding.kind,
        "check_id": entry.finding.check,
        "state": entry.state,
        "first_seen": entry.first_seen,
        "opened_at": entry.opened_at,
        "told_at": entry.told_at,
        "ended_at": entry.ended_at or None,
        "run_id": entry.run,
        "finding": json.dumps(entry.finding.plain(), ensure_ascii=False),
        "acknowledged_by": entry.by or None,
        "because": entry.because or None,
        "acknowledged_at": entry.acknowledged_at or None,
        "until": entry.until or None,
        "worst": entry.worst,
    }
