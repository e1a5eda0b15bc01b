"""The ledger's rules: what a look at the state makes of each finding, and what there is to tell. No clock, no disk.

    not known    --seen-->      open           tell: new
    recovered    --seen-->      open           tell: reopened
    open         --seen-->      open           tell: reminder, once the last word on it is old; else nothing
    acknowledged --seen-->      acknowledged   tell nothing, until the day it was acknowledged for has passed: reminder
    open, acknowledged  --seen, worse than ever since it opened-->  open  tell: new
    open, acknowledged  --looked for and not there-->  recovered     tell: recovered; explained, where a person
                                                                     accepted it with an explanation
    open, acknowledged  --not looked for-->            as it was

So every opening is told once, and every end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipelines.alerts.finding import SEVERITIES, Finding, Seen

OPEN, ACKNOWLEDGED, RECOVERED = "open", "acknowledged", "recovered"
ENDS = ("recovered", "explained")
EVENTS = ("new", "reopened", "standing", "reminder", *ENDS)
"""What can be told of a finding, in the order of a message. `standing`: open before the destination came. The last two
end it.
"""


@dataclass(frozen=True)
class Entry:
    """What the ledger knows of one finding. Times are ISO 8601 UTC, `until` is a day; '' for none. `number` 0: not kept
    yet.
    """

    finding: Finding
    state: str
    first_seen: str
    opened_at: str
    told_at: str
    run: str
    number: int = 0
    ended_at: str = ""
    by: str = ""
    because: str = ""
    acknowledged_at: str = ""
    until: str = ""
    worst: str = ""  # severity, since it opened

    @property
    def is_open(self) -> bool:
        """Is it wrong still, acknowledged or not?"""
        return self.state != RECOVERED


@dataclass(frozen=True)
class Event:
    """Something to tell of an entry, as it is after it."""

    what: str
    entry: Entry


def compare(known: Mapping[str, Entry], seen: Seen, now: datetime, today: date, remind_after: int) -> list[Event]:
    """Every entry that changes, in the order of the ledger, then the new ones; `what` '': nothing to tell.

    known: key -> entry. remind_after: days after which what is open is told again; 0: never. today: by the calendar's
    time zone.
    """
    found = seen.by_key()
    moment = now.isoformat(timespec="seconds")
    events = []
    for key, entry in known.items():
        if key in found:
            events.append(_still(entry, found[key], seen.run, moment, today, remind_after))
        elif entry.is_open and seen.covers(entry.finding.kind, entry.finding.check):
            recovered = replace(entry, state=RECOVERED, ended_at=moment, told_at=moment, run=seen.run)
            events.append(Event("explained" if key in seen.explained else "recovered", recovered))
    for key, finding in found.items():
        if key not in known:
            entry = Entry(finding, OPEN, moment, moment, moment, seen.run, worst=finding.severity)
            events.append(Event("new", entry))
    return events


def _still(entry: Entry, finding: Finding, run: str, moment: str, today: date, remind_after: int) -> Event:
    worst = entry.worst or entry.finding.severity
    entry = replace(entry, finding=finding, run=run, worst=max(worst, finding.severity, key=SEVERITIES.index))
    if not entry.is_open:
        anew = replace(entry, state=OPEN, opened_at=moment, told_at=moment, ended_at="", worst=finding.severity)
        return Event("reopened", _bare(anew))
    if entry.worst != worst:  # who hears of errors alone hears of it now; nobody took note of this
        return Event("new", _bare(replace(entry, state=OPEN, told_at=moment)))
    if entry.state == ACKNOWLEDGED:
        if not entry.until or today.isoformat() <= entry.until:
            return Event("", entry)
        return Event("reminder", _bare(replace(entry, state=OPEN, told_at=moment)))
    due = datetime.fromisoformat(entry.told_at) + timedelta(days=remind_after)
    if remind_after and datetime.fromisoformat(moment) >= due:
        return Event("reminder", replace(entry, told_at=moment))
    return Event("", entry)


def _bare(entry: Entry) -> Entry:
    return replace(entry, by="", because="", acknowledged_at="", until="")
