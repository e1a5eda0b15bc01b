"""What `status` and `alerts` show: what is open, who took note, what waits for whom, when the daemon last came."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import store, tables, watch
from pipelines.alerts.ledger import ACKNOWLEDGED, Entry
from pipelines.alerts.settings import FILE, SettingsError, load, targets
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import register


def overview(home: Home, catalog: Catalog | None) -> dict[str, Any]:
    """{on, fault, daemon_ticked_at, open, late, destinations}. `late`: office -> returns overdue. `catalog`
    None: the documents cannot be read, so neither can alerts.yaml.
    """
    fault, names = "", []
    there = (home.root / FILE).exists()
    if there and catalog:
        try:
            settings = load(home, catalog)
            names = [target.name for target in targets(settings, catalog)] if settings else []
        except SettingsError as error:
            fault = str(error)
    found: dict[str, Any] = {"on": there, "fault": fault, "daemon_ticked_at": None, "destinations": []}
    entries = store.open_entries(home)
    counts = {
        "error": sum(one.state != ACKNOWLEDGED and one.finding.severity == "error" for one in entries),
        "warning": sum(one.state != ACKNOWLEDGED and one.finding.severity == "warning" for one in entries),
        "acknowledged": sum(one.state == ACKNOWLEDGED for one in entries),
    }
    late = Counter[str]()
    for one in entries:
        if one.finding.kind == "late":
            late[one.finding.office] += one.finding.count
    found |= {"open": counts, "late": dict(sorted(late.items()))}
    if not register.exists(home):
        return found
    with register.transaction(home) as connection:
        daemon = watch.ticked(connection, watch.DAEMON)
        found["daemon_ticked_at"] = daemon["at"] if daemon else None
        found["destinations"] = _destinations(connection, names) if there else []
    return found


def _destinations(connection: sa.Connection, names: list[str]) -> list[dict[str, Any]]:
    o = tables.outbox.c
    count = sa.select(o.destination, sa.func.count()).where(o.sent_at.is_(None)).group_by(o.destination)
    waiting = dict(connection.execute(count).tuples().all())
    known = {row["name"]: dict(row) for row in connection.execute(sa.select(tables.destination)).mappings()}
    gone = [name for name in waiting if name not in names] if names else []
    nothing = {"sent_at": None, "failures": 0, "next_try_at": None, "error": None}
    return [
        {"name": name, "waiting": waiting.get(name, 0), "listed": name not in gone}
        | {field: known.get(name, nothing)[field] for field in nothing}
        for name in [*names, *gone]
    ]


def plain(entry: Entry, now: datetime | None = None) -> dict[str, Any]:
    """An entry as JSON has it, with its age in days."""
    age = (now or datetime.now(UTC)) - datetime.fromisoformat(entry.opened_at)
    return {
        "number": entry.number, "key": entry.finding.key, "state": entry.state, "age_days": age.days,
        "opened_at": entry.opened_at, "first_seen": entry.first_seen, "acknowledged_by": entry.by or None,
        "because": entry.because or None, "until": entry.until or None, **entry.finding.plain(),
    }  # fmt: skip
