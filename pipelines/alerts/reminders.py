"""Letters that remind an office of its own returns: those that are due soon, and those that are late.

By the calendar and the register: what the gate accepted and no person refused has arrived, whatever the last run made
of it. Each return is told once before its day and once when it has passed, then again after `remind_after_days`; one
whose lateness a person took note of is not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from pipelines.alerts import store, tables
from pipelines.alerts.digest import LONGEST, Message
from pipelines.alerts.ledger import ACKNOWLEDGED
from pipelines.alerts.of_checks import LATE, area_name
from pipelines.alerts.settings import Settings
from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.landing import register
from pipelines.messages import say
from pipelines.warehouse.due import expected

DUE, OVERDUE = "due", "late"
Missing = dict[str, str]
"""{what, table, period, unit, due}: a return of which nothing stands, `what` is due or late."""


def missing(connection: sa.Connection, catalog: Catalog, office: str, today: date) -> list[Missing]:
    """The returns that an office owes by the day and of which no whole one was accepted, the earliest due first."""
    s, d = register.submission.c, register.decision.c
    whole = sa.select(s.submission_id, s.table_id, s.period, s.unit).where(
        s.office == office, s.verdict == "accepted", s.partial.is_(False)
    )
    standing = sa.select(d.subject, d.outcome).where(d.kind == "standing").order_by(d.number)
    word = dict(connection.execute(standing).tuples().all())  # the last one counts
    here = {tuple(row[1:]) for row in connection.execute(whole) if word.get(row.submission_id) != "refuse"}
    found = [
        {"what": OVERDUE if passed else DUE, "table": table, "period": period, "unit": unit, "due": due}
        for table, of, period, unit, due, passed in expected(catalog, today)
        if of == office and (table, period, unit) not in here
    ]
    return sorted(found, key=lambda one: (one["due"], one["table"], one["period"], one["unit"]))


def waiting(
    connection: sa.Connection, catalog: Catalog, settings: Settings, office: str, name: str, now: datetime, today: date
) -> list[Missing]:
    """What the office is to be reminded of now, noted as told; `name` is its destination."""
    before = settings.offices[office].remind_before_days
    if before is None:
        return []
    noted = {
        (one.finding.area, one.finding.year)
        for one in store.entries(connection, open_only=True).values()
        if one.state == ACKNOWLEDGED and one.finding.check == LATE and one.finding.office == office
    }
    r, found = tables.reminded.c, missing(connection, catalog, office, today)
    known = {
        (row.table_id, row.period, row.unit): row
        for row in connection.execute(sa.select(tables.reminded).where(r.destination == name))
    }
    told = []
    for one in found:
        last = known.pop((one["table"], one["period"], one["unit"]), None)
        if one["what"] == DUE:
            is_near = before > 0 and date.fromisoformat(one["due"]) - today <= timedelta(days=before)
            if is_near and last is None:
                told.append(one)
        elif (one["unit"], str(parse(one["period"]).year)) not in noted and (
            last is None or last.what == DUE or _again(last.told_at, now, settings.remind_after_days)
        ):
            told.append(one)
    for one in told:
        _note(connection, name, one["table"], one["period"], one["unit"], (one["what"], now))
    for slice in known:  # arrived
        _note(connection, name, *slice)
    return told


def _note(
    connection: sa.Connection, name: str, table: str, period: str, unit: str, told: tuple[str, datetime] | None = None
) -> None:
    """Keeps of a return that it was told, what and when, in the place of what was told before; None: forgets it."""
    slice = {"destination": name, "table_id": table, "period": period, "unit": unit}
    connection.execute(
        tables.reminded.delete().where(*(tables.reminded.c[key] == value for key, value in slice.items()))
    )
    if told:
        what, at = told
        values = slice | {"what": what, "told_at": at.isoformat(timespec="seconds")}
        connection.execute(tables.reminded.insert().values(values))


def _again(told_at: str, now: datetime, after: int) -> bool:
    return bool(after) and now >= datetime.fromisoformat(told_at) + timedelta(days=after)


def withdraw(connection: sa.Connection, name: str) -> None:
    """Takes out of what waits for a destination the returns that have come meanwhile."""
    o, r = tables.outbox.c, tables.reminded.c
    query = sa.select(r.table_id, r.period, r.unit).where(r.destination == name)
    here = {tuple(row) for row in connection.execute(query)}
    unsent = sa.select(o.number, o.content).where(o.destination == name, o.kind == "reminder", o.sent_at.is_(None))
    for number, content in connection.execute(unsent).tuples().all():
        letter = json.loads(content)
        left = [one for one in letter if (one["table"], one["period"], one["unit"]) in here]
        if not left:
            connection.execute(tables.outbox.delete().where(o.number == number))
        elif len(left) < len(letter):
            words = json.dumps(left, ensure_ascii=False)
            connection.execute(tables.outbox.update().where(o.number == number).values(content=words))


def text(
    catalog: Catalog, contents: Sequence[Sequence[Missing]], language: str, longest: int = LONGEST, title: int = 250
) -> Message:
    """One message of the reminders that wait for an office: of each return the last word, late ones first."""
    last = {(one["table"], one["period"], one["unit"]): one for letter in contents for one in letter}
    late = [one for one in last.values() if one["what"] == OVERDUE]
    soon = [one for one in last.values() if one["what"] == DUE]
    counts = [
        say(f"alert.remind.count_{what}{'_one' if len(ones) == 1 else ''}", language, count=f"{len(ones):,}")
        for what, ones in ((OVERDUE, late), (DUE, soon)) if ones
    ]  # fmt: skip
    room = min(longest or LONGEST, LONGEST) - 600
    lines: list[str] = []
    for what, ones in ((OVERDUE, late), (DUE, soon)):
        lines += ["", say(f"alert.remind.heading_{what}", language)] if ones else []
        for number, one in enumerate(ones):
            line = f"  - {_return(catalog, one, language)}"
            if room < len(line):
                lines.append("  " + say("alert.remind.more", language, count=f"{len(ones) - number:,}"))
                break
            lines.append(line)
            room -= len(line) + 1
    subject = say("alert.subject", language, counts=say("alert.and", language).join(counts))
    body = "\n".join([*lines[1:], "", say("alert.remind.next", language)]) + "\n"
    return Message(subject[: title or 250], body, "warning" if late else "info")


def _return(catalog: Catalog, one: Missing, language: str) -> str:
    table = catalog.returns.get(one["table"])
    title = table.title.model_dump()[language] if table else one["table"]
    area = " ".join((one["unit"], area_name(catalog, one["unit"], one["period"]).get(language, ""))).strip()
    return say(
        f"alert.remind.{one['what']}", language, title=title, table=one["table"], period=one["period"], area=area,
        due=one["due"],
    )  # fmt: skip
