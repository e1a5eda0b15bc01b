"""What must have come of a driver that ended well, so that a command that does nothing is caught too.

As in `holds`: judged from files and register alone. What else must hold then is there and in `kept`.
"""

from __future__ import annotations

import json

from pipelines.home import Home
from tests.faults import drivers, kept
from tests.faults.holds import Seen, asked, named

MOVED = {"candidate": "current", "run": "current", "edition": "latest_edition", "withdraw": "latest_edition"}
"""Driver -> the pointer that names another release after it."""


def missing(name: str, home: Home, before: Seen) -> list[str]:
    """What did not come of a driver, a sentence each."""
    if name in MOVED:
        pointer = MOVED[name]
        return [f"{pointer} names what it did before."] if named(home, pointer) == before.pointers[pointer] else []
    if name == "prune":
        return _pruned(home)
    if name == "decide":
        return _decided(home)
    if name == "backup":
        made = list((home.root.parent / drivers.BACKUP / "manifests").glob("[!.]*.json"))
        return [] if made else ["There is no backup."]
    if name == "restore":
        return kept.differ(home, Home(home.root.parent / drivers.RESTORED, home.contracts))
    return []


def _pruned(home: Home) -> list[str]:
    """What `current` names and what an edition was made from are all the candidates that are left."""
    records = (home.releases / "approvals").glob("edition-*[0-9].json")
    needed = {json.loads(record.read_bytes())["candidate"] for record in records} | {named(home, "current")}
    left = {path.name for path in (home.releases / "versions").glob("candidate-*")}
    return [f"The candidates {sorted(left)} are left; {sorted(map(str, needed))} are needed."] if left != needed else []


def _decided(home: Home) -> list[str]:
    """The decision is on record as it was made, however often."""
    ((subject,),) = asked(home, "select min(submission_id) from submission where verdict = 'accepted'")
    rows = set(asked(home, "select about, subject, kind, outcome, because, decided_by from decision"))
    made = ("submission", subject, "standing", "accept", "It was asked about.", "Li Wei")
    return [] if rows == {made} else [f"Decided was {made}; on record is {sorted(rows)}."]
