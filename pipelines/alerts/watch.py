"""The whole of it: look at the state, compare it with the ledger, fill the outbox, deliver.

For the command line after a run, and for Dagster every minute; whoever comes second finds nothing to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import collect, digest, ledger, letters, outbox, reminders, store, tables
from pipelines.alerts.finding import SEVERITIES, Seen
from pipelines.alerts.ledger import Event
from pipelines.alerts.settings import HEARTBEAT, Destination, Letterbox, Settings, SettingsError, Target, load, targets
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake import clock
from pipelines.landing import register

DAEMON, LOOK = "daemon", "look"
REMIND_AFTER = 7
"""Days, where there is no alerts.yaml to say."""
EVERY = timedelta(hours=6)
"""The state is looked at again after so long though no run ended: reminders fall due, acknowledgements end."""


def look(home: Home, catalog: Catalog, now: datetime | None = None) -> list[Event]:
    """Compares the state with the ledger and puts what there is to tell into the outbox, in one transaction.

    Returns the events. Raises SettingsError where alerts.yaml cannot be used: nothing is compared then, hence nothing
    lost.
    """
    settings = load(home, catalog)
    now = now or datetime.now(UTC)
    token = collect.state(home)
    seen = collect.collect(home, catalog)
    at = now.isoformat(timespec="seconds")
    today = clock.local(catalog, at).date()
    with register.transaction(home) as connection:
        register.now(connection)  # no other look at the same time
        before = ticked(connection, LOOK)
        if before and before["state"].partition("|")[0] > seen.run:
            return []  # another process has seen a later run
        remind = settings.remind_after_days if settings else REMIND_AFTER
        changes = ledger.compare(store.entries(connection), seen, now, today, remind)
        events = [Event(change.what, store.keep(connection, change.entry)) for change in changes]
        events = [event for event in events if event.what]
        if settings:
            _fill(connection, catalog, settings, seen, events, now)
        _tick(connection, LOOK, at, token)
    return events


def _fill(
    connection: sa.Connection, catalog: Catalog, settings: Settings, seen: Seen, events: list[Event], now: datetime
) -> None:
    at = now.isoformat(timespec="seconds")
    today = clock.local(catalog, at).date()
    still = list(store.entries(connection, open_only=True).values())
    page = settings.run_page.replace("{run}", seen.job_run) if seen.job_run else ""
    outbox.strike(connection, {target.name for target in targets(settings, catalog)})
    for target in targets(settings, catalog):
        known = outbox.known(connection, target.name)
        since = known["since"] if known else _begin(connection, target, seen.run, at)
        if isinstance(target.rule, Destination):
            mine = [event for event in events if _concerns(target.rule, event)]
            if known is None:  # of what was open before it came
                told = {event.entry.number for event in events}
                standing = (Event("standing", entry) for entry in still if entry.number not in told)
                mine += [
                    event for event in standing if event.entry.state == ledger.OPEN and _concerns(target.rule, event)
                ]
            if mine:
                content = digest.content(mine, still, seen, at, page)
                outbox.add(connection, target.name, "digest", f"{seen.run} {now.isoformat()}", content, at)
        elif isinstance(target.rule, Letterbox):
            office = target.name.partition(":")[2]
            for letter in letters.waiting(connection, office, since, target.name):
                send = letters.wanted(target.rule, letter)
                outbox.add(connection, target.name, "receipt", str(letter["number"]), letter, at, send)
            if told := reminders.waiting(connection, catalog, settings, office, target.name, now, today):
                outbox.add(connection, target.name, "reminder", at, told, at)
            reminders.withdraw(connection, target.name)
        else:
            outbox.forget(connection, HEARTBEAT, but=seen.run if seen.well else "")  # it speaks of another night
            if seen.well and seen.run >= since:
                outbox.add(connection, HEARTBEAT, "ping", seen.run, {}, at)


def _begin(connection: sa.Connection, target: Target, run: str, at: str) -> str:
    """A destination that is new: an office gets the receipts of the last run on, not those of all years before; where
    nothing has run yet, all.
    """
    began = connection.execute(sa.select(register.run.c.started_at).where(register.run.c.run_id == run)).scalar()
    first = "" if isinstance(target.rule, Letterbox) else at
    since = {HEARTBEAT: run}.get(target.name, began or first)
    connection.execute(tables.destination.insert().values(name=target.name, since=since))
    return since


def _concerns(rule: Destination, event: Event) -> bool:
    finding = event.entry.finding
    severity = event.entry.worst if event.what in ledger.ENDS else finding.severity  # whoever heard of it hears its end
    return (
        SEVERITIES.index(severity) >= SEVERITIES.index(rule.min_severity)
        and (not rule.kinds or finding.kind in rule.kinds)
        and (not rule.offices or finding.office in rule.offices)
    )


def after_run(home: Home, catalog: Catalog, now: datetime | None = None) -> list[str]:
    """Looks and delivers. Returns sentences of what did not go well; whatever it is, the run is what it was."""
    try:
        look(home, catalog, now)
        settings = load(home, catalog)
        sent = outbox.deliver(home, catalog, settings, now or datetime.now(UTC)) if settings else []
    except SettingsError as error:
        return str(error).splitlines()
    except Exception as error:  # alerts are no reason for a run to fail
        return [f"Alerts could not be told: {str(error).strip() or type(error).__name__}"]
    return [
        f"{one.destination} could not be reached; what it is to be told waits. {one.error}" for one in sent if one.error
    ]


def tick(home: Home, catalog: Catalog, now: datetime | None = None) -> list[outbox.Sent]:
    """Once a minute: looks if the state is another than at the last look, and delivers what waits.

    Raises SettingsError.
    """
    now = now or datetime.now(UTC)
    with register.transaction(home) as connection:
        _tick(connection, DAEMON, now.isoformat(timespec="seconds"), "")
        before = ticked(connection, LOOK)
    if is_stale(home, before, now):
        look(home, catalog, now)
    settings = load(home, catalog)
    return outbox.deliver(home, catalog, settings, now) if settings else []


def is_stale(home: Home, before: dict[str, Any] | None, now: datetime) -> bool:
    """Is it time to look again?"""
    token = collect.state(home)
    if before is None:
        return token.strip("|") != ""
    return before["state"] != token or now - datetime.fromisoformat(before["at"]) >= EVERY


def never_begun(home: Home, runs: Iterable[tuple[str, str, str]]) -> None:
    """Notes runs of the scheduler that ended badly before they became runs of ours: (id, when, why)."""
    ours = {row["job_run"] for row in register.rows(home, sa.select(register.run.c.job_run))}
    with register.transaction(home) as connection:
        known = set(connection.execute(sa.select(tables.unbegun.c.id)).scalars())
        for id, at, sentence in runs:
            if id not in ours and id not in known:
                connection.execute(tables.unbegun.insert().values(id=id, at=at, sentence=sentence))


def ticked(connection: sa.Connection, what: str) -> dict[str, Any] | None:
    """{at, state} of the last tick of the daemon, or of the last look."""
    found = connection.execute(sa.select(tables.tick).where(tables.tick.c.what == what)).mappings().first()
    return dict(found) if found else None


def _tick(connection: sa.Connection, what: str, at: str, state: str) -> None:
    values = {"at": at, "state": state}
    if ticked(connection, what) is None:
        connection.execute(tables.tick.insert().values(what=what, **values))
    else:
        connection.execute(tables.tick.update().where(tables.tick.c.what == what).values(**values))
