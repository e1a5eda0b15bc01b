"""Deliveries that wait for a run when what is kept of them is damaged, or the register is that of a day before.

Both begin where four corrected returns wait that were delivered; `KEPT` is what of that installation they need.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import sqlalchemy as sa

from pipelines.home import Home, Unusable, file_digest
from pipelines.landing import engine, inbox, register
from tests.faults import damaging, drivers, small
from tests.faults.apart import apart
from tests.faults.outcome import Outcome

KEPT = ("quarantine", "originals")
"""Besides landing and register."""


def pending(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    """One of four deliveries that wait. Those who sent it are told, and send it again; the others are taken in."""
    hit, again = damaging.damage(list(home.quarantine.glob("*/*")), words[0], chance), home.root.parent / "again"
    again.mkdir()
    beside = [home.root / name / "lost+found" for name in ("inbox", "landing", "outbox", *KEPT)]
    for one in beside:
        one.mkdir(parents=True)
    beside.append(home.landing / "notes.txt")
    beside[-1].touch()
    files = {path.name: path for path in small.lay(again, more=1, day="25")}
    (sent,) = (name for name, path in files.items() if file_digest(path) == hit.stem)
    for verdict in ("rejected", "accepted"):
        done = apart(home.root.parent, _taken_in, home, str(files[sent]) if verdict == "accepted" else "")
        if done.code:
            outcome.hold(False, f"{sent} was {words[0]}: who takes in ends with {done.code}: {done.said[-1500:]}")
            return
        verdicts = dict(done.answer)
        expected = dict.fromkeys(files, "accepted") | {sent: verdict}
        outcome.hold(verdicts == expected, f"{sent} was {words[0]}: {verdicts}, not {expected}")
        if verdict == "rejected":
            receipts = (json.loads(path.read_bytes()) for path in home.outbox.rglob("*.json"))
            (codes,) = ([one["code"] for one in each["findings"]] for each in receipts if each["sha256"] == hit.stem)
            outcome.hold(codes == ["store_damaged"], f"{sent} was {words[0]}: rejected for {codes}")
    outcome.hold(all(one.exists() for one in beside), "what lay beside what is kept is gone")
    landed = {path.stem: file_digest(path) for path in home.originals.glob("*/*")}
    outcome.hold(all(name == digest for name, digest in landed.items()), "an original is not what its name says")


def older(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    """What was taken in since, and is not released yet, would be removed as what a killed run left."""
    done = apart(home.root.parent, _taken_in, home, "")
    outcome.hold(not done.code, done.said[-1500:])
    shutil.copyfile(small.prepared("published").register, home.register)
    try:
        register.check(home)
    except Unusable:
        return
    finally:
        engine._kept.cache_clear()
    outcome.hold(False, "the register of a day before is taken for today's")


def _taken_in(home: Home, again: str) -> list[tuple[str, str]]:
    """Takes in what waits, and a file that is sent again. Returns the last verdict on each file that was sent twice."""
    if again:
        inbox.receive(home, Path(again), {}, "deliver")
    drivers.intake(home.create())
    c = register.delivery.c
    rows = register.rows(home, sa.select(c.file_name, c.verdict).where(c.file_name.like("%-25.csv")).order_by(c.number))
    return [(row["file_name"], row["verdict"]) for row in rows]
