"""Clocks that are wrong, jump or stand still. What Dagster's scheduler does in a month belongs to tests/month."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines import runs
from pipelines.home import Home, Unusable
from pipelines.landing import history, register
from pipelines.release import backup, manifest, read, verify
from tests.faults import clockwork, damaging, kept, small
from tests.faults.outcome import Outcome

PROMISE = "Whatever the clock says: releases follow their numbers, knowledge only grows, the newest preparation counts."
ATTACK = (
    "A clock set back or far ahead between runs or backups, that stands still, changes for summer or begins a year "
    "during a run."
)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


NOW = _utc(2026, 11, 27, 12)
DAY = timedelta(days=1)
SEQUENCES: dict[str, tuple[str, str, list[datetime]]] = {
    "back-hours": ("Asia/Shanghai", "", [NOW, NOW - timedelta(hours=5), NOW]),
    "back-a-year": ("Asia/Shanghai", "Pacific/Kiritimati", [NOW, NOW - 365 * DAY]),
    "far-ahead-and-back": ("Asia/Shanghai", "", [NOW, _utc(2041, 2, 1), NOW]),
    "spring": ("Europe/Berlin", "", [_utc(2026, 3, 29, 0, 59, 50), _utc(2026, 3, 29, 1, 1)]),
    "autumn": ("Europe/Berlin", "", [_utc(2026, 10, 25, 0, 30), _utc(2026, 10, 25, 1, 30)]),
    "leap-day": ("Asia/Shanghai", "", [_utc(2028, 2, 29, 12), _utc(2028, 3, 1, 12)]),
    "new-year": ("Asia/Shanghai", "", [_utc(2025, 12, 31, 15, 59, 54), _utc(2025, 12, 31, 16, 5)]),
    "kiritimati": ("Asia/Shanghai", "Pacific/Kiritimati", [NOW, NOW + DAY]),
    "kathmandu": ("Asia/Shanghai", "Asia/Kathmandu", [NOW - timedelta(hours=20), NOW]),
}  # fmt: skip
"""Name -> the calendar's time zone, that of the process, and when each run begins."""
IDS: dict[str, timedelta] = {"standing": timedelta(), "back": timedelta(hours=-9), "ahead": 400 * DAY}
"""How the clock goes from one run to the next."""


def names(whole: bool) -> list[str]:
    """`runs SEQUENCE`, `ids HOW`, `early`: a return that a wrong clock refused; `wrong`: one that nobody
    believes; `kept`: backups by one.
    """
    sequences = SEQUENCES if whole else ("back-a-year",)
    return [*(f"ids {how}" for how in IDS), *(f"runs {one}" for one in sequences), "early", "wrong", "kept"]


def trial(name: str, folder: Path) -> Outcome:
    """One of them."""
    outcome, (what, *words) = Outcome(), name.split()
    if what == "ids":
        _ids(damaging.copy("released", folder, ("register.db", "releases")), IDS[words[0]], outcome)
    elif what == "wrong":
        _wrong(damaging.copy("released", folder, ("register.db", "releases")), outcome)
    elif what == "kept":
        _kept(damaging.copy("released", folder), outcome)
    elif what == "early":
        _early(small.copy("waiting", folder), outcome)
    else:
        _runs(small.copy("waiting", folder), *SEQUENCES[words[0]], outcome)
    return outcome


def _ids(home: Home, step: timedelta, outcome: Outcome) -> None:
    """More runs than are kept, of one process, each beginning by a clock that goes wrong."""
    import time_machine

    made: list[str] = []
    for n in range(runs.KEEP + 5):
        with time_machine.travel(NOW + n * step, tick=False), runs.begin(home) as run:
            made.append(run.run_id)
            run.unchanged = "candidate-000001"
        outcome.counts["runs"] += 1
        there = {path.name for path in home.runs.iterdir()}
        outcome.hold(there == set(made[-runs.KEEP :]), f"after {len(made)} runs the folders are {sorted(there)}")
        outcome.hold(history.last(home, 1)[0]["run_id"] == made[-1], "the last run is not the one that was last")
    outcome.hold(len(set(made)) == len(made), f"ids are used again: {made}")
    known = [row["run_id"] for row in history.last(home, len(made))]
    outcome.hold(known == made[::-1], f"the register has {known}, not {made[::-1]}")
    outcome.hold(
        all(int(id.rpartition("-")[2].rstrip("x")) == os.getpid() for id in made), "an id names another process"
    )


def _wrong(home: Home, outcome: Outcome) -> None:
    """The clock begins anew, or is at its end: no run begins, and nothing is made by it."""
    import time_machine

    for when in (_utc(1970, 1, 1), _utc(2004, 1, 1), datetime.max.replace(tzinfo=UTC) - timedelta(hours=6)):
        before = history.last(home)
        try:
            with time_machine.travel(when, tick=False), runs.begin(home):
                outcome.hold(False, f"a run begins on {when:%Y-%m-%d}")
        except Unusable as error:
            outcome.hold(f"says {when:%Y-%m-%d}" in str(error), f"{when}: {error}")
        outcome.counts["clocks that are wrong"] += 1
        outcome.hold(history.last(home) == before, f"{when}: there is a run")


def _said(home: Home, when: datetime, zone: str, outcome: Outcome) -> str:
    """A run at a time: well, told as it was. Returns its id."""
    more = {"TZ": zone} if zone else {}
    before = history.last(home, 1)
    done = clockwork.command(home, "run", "--json", when=when, more=more)
    outcome.counts["runs"] += 1
    outcome.hold(done.returncode == 0, f"{when}: {done.stdout}{done.stderr}"[-1500:])
    told = json.loads(done.stdout).get("last_run", {}).get("run_id", "")
    outcome.hold(told != (before[0]["run_id"] if before else None), f"{when}: what is told is the run before")
    return told


def _runs(home: Home, zone: str, of_process: str, moments: list[datetime], outcome: Outcome) -> None:
    (home.contracts / "calendar.yaml").write_text(f"time_zone: {zone}\n", encoding="utf-8")
    ids, times = set[str](), list[str]()
    for n, when in enumerate(moments):
        if n:
            small.lay(home.inbox, more=n, day=f"{20 + n}")
        ids.add(_said(home, when, of_process, outcome))
        current = read.current_id(home) or "none"
        outcome.hold(current == f"candidate-{n + 1:06d}", f"after {n + 1} runs {current} is current")
        folder = home.releases / "versions" / current
        if not folder.is_dir():
            return
        outcome.hold(not (fault := damaging.wrong(folder, n)), f"{when}: {fault}")
        outcome.hold(not (faults := verify.verify(home)), f"{when}: {faults[:3]}")
        known = manifest.read(folder)["known"]
        days = {f"{(when + timedelta(seconds=s)).astimezone(ZoneInfo(zone)):%Y-%m-%d}" for s in (0, 120)}
        outcome.hold(known["today"] in days, f"{when}: it takes {known['today']} for today, not {sorted(days)}")
        times.append(known["decided_until"])
    decided = [row["accepted_at"] for row in register.export(home)]
    outcome.hold(decided == sorted(decided), f"decisions go back in time: {decided}")
    outcome.hold(times == sorted(set(times)), f"what was known goes back in time: {times}")
    outcome.hold(len(ids) == len(moments), f"ids are used again: {ids}")
    for name in (one["release_id"] for one in read.list_releases(home)):
        outcome.hold(not (faults := verify.verify(home, name)), f"{name}: {faults[:3]}")


def _kept(home: Home, outcome: Outcome) -> None:
    """A backup by a clock that is far ahead, then one by the right one: that is restored."""
    import time_machine

    target, restored = home.root.parent / "kept", Home(home.root.parent / "restored", home.contracts)
    for when in (_utc(2041, 2, 1), NOW):
        (home.outbox / "of-whom.txt").write_text(when.isoformat(), encoding="utf-8")
        with time_machine.travel(when, tick=False):
            backup.create(home, target)
        outcome.counts["backups"] += 1
    backup.restore(target, restored)
    for fault in kept.differ(home, restored):
        outcome.hold(False, f"the newest of two backups, one by a clock that was far ahead: {fault}")


def _early(home: Home, outcome: Outcome) -> None:
    """The clock stood before the day of preparation: refused. Once it is right the same files are taken in."""
    when = datetime(2003, 6, 1, tzinfo=UTC)
    done = clockwork.command(home, "run", "--json", when=when)
    outcome.hold("Traceback" not in done.stdout + done.stderr, f"{when}: {done.stdout}{done.stderr}"[-1500:])
    outcome.hold(read.current_id(home) is None, "returns of the future are released")
    verdicts = {row["verdict"] for row in register.export(home)}
    outcome.hold(verdicts <= {"rejected"}, f"returns of the future are {verdicts}")
    small.lay(home.inbox)
    _said(home, NOW, "", outcome)
    fault = damaging.wrong(home.releases / "current", 0)
    outcome.hold(not fault, f"after the clock was put right: {fault}")
