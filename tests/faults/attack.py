"""An installation at which a driver is stopped at one point after the other, and what must hold each time.

Here belong the points of a driver, listed once for a given code, and a `Place`: a copy in which attempts are made. How
an attempt is stopped (killed, refused, the power cut) is the section's business.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.home import Home
from tests.faults import drivers, effects, holds, inside, kept, keyed, planting
from tests.faults.apart import Ended, apart
from tests.faults.outcome import Outcome
from tests.faults.running import BUILD

Point = tuple[str, int]


def points(name: str) -> list[Point]:
    """A driver's points in order: the first and the last time that each is come to, and a time in between by chance.
    Of the whole command, which takes long, those only that no part of it by itself comes to.
    """
    found: dict[str, list[int]] = {}
    others = [one for one in drivers.DRIVERS if one != "run"] if name == "run" else []
    known = {point for other in others for point, _ in undisturbed(other)["points"]}
    listed = _planted(name) if planting.PLANTED in os.environ else undisturbed(name)["points"]
    for order, (point, _) in enumerate(listed):
        if point not in known:
            found.setdefault(point, []).append(order)
    tried = {
        (orders[which - 1], point, which) for point, orders in found.items() for which in _times(point, len(orders))
    }
    return [(point, which) for _, point, which in sorted(tried)]


def _times(point: str, times: int) -> set[int]:
    """The first, the last, and one in between, which is the same each time: a seed says it."""
    between = {random.Random(point).randrange(2, times)} if times > 2 else set[int]()
    return {1, times, *between}


def few(name: str, every: int = 1) -> list[Point]:
    """Of these, what the bounded suite has time for: each the first time, some of those where nobody looks yet, all
    where a pointer is swapped.
    """
    first = [point for point in points(name) if point[1] == 1]
    hidden = [point for point in first if "…" in point[0]]
    seen = [point for point in first if "…" not in point[0]]
    swaps = [point for point in seen if ".pointer:swap " in point[0]]
    wanted = {*hidden[:: 4 * every], *seen[:: every * drivers.DRIVERS[name].every], *swaps}
    return [point for point in first if point in wanted]


def by_turns(name: str, points: list[Point], turn: int, of: int) -> list[Point]:
    """Of a driver's points those whose turn it is: where one is come to several times, its times take turns; one that
    is come to once has each turn. In the whole command, which takes long, these take turns with each other.
    """
    times: dict[str, list[int]] = {}
    for point, which in points:
        times.setdefault(point, []).append(which)
    once = [point for point, found in times.items() if len(found) == 1]
    order = {point: turn if name != "run" else number for number, point in enumerate(once)}
    return [
        (point, which)
        for point, which in points
        if (order[point] if point in order else times[point].index(which)) % of == turn
    ]


def parts(name: str, size: int = 12) -> list[str]:
    """`N of M`: the chains of about so many points in which all of a driver's are tried."""
    of = -(-len(points(name)) // size)
    return [f"{number} of {of}" for number in range(1, of + 1)]


def undisturbed(name: str) -> dict[str, Any]:
    """What a driver comes to when nothing disturbs it: {points, figures, seconds}. Made by whoever asks first."""
    key = keyed.code(keyed.UNDISTURBED)
    folder = BUILD / "made" / key
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            planting.only_sound(name)
            place = Place(name, folder / f"{name}.making", Outcome())
            listed = place.folder / "points.json"
            began = time.monotonic()
            done = place.attempt({"list": str(listed)}, new=True)  # what is killed at a random time is new too
            took = time.monotonic() - began
            assert done.code == 0, done.said
            faults = place.settled()
            assert not faults, faults
            made = {"points": json.loads(listed.read_bytes()), "figures": holds.figures(place.home), "seconds": took}
            place.clear()
            assert keyed.now(keyed.UNDISTURBED) == key, f"The code changed while {name} was listed: give it again."
            known.with_suffix(".tmp").write_text(json.dumps(made), encoding="utf-8")
            known.with_suffix(".tmp").rename(known)
    return json.loads(known.read_bytes())


Stop = Callable[["Place", Point], bool]
"""Stops a driver at a point and looks at what must hold. Returns whether it came there."""


def chain(driver: str, points: list[Point], stop: Stop, folder: Path, outcome: Outcome) -> None:
    """Stops a driver at each of the points, at one after the other while it recovers; where all was done before a point
    is come to, another copy is begun. At a new copy each point must be come to: the undisturbed driver did.
    """
    outcome.hold(bool(points), f"{driver}: there is no point at which to stop it.")
    place, last = Place(driver, folder / "0", outcome), ""
    for number, point in enumerate(points, 1):
        here = f"{point[0]} x{point[1]}"
        came = stop(place, point)
        if not came and last:
            place.mended(f"stopped at {last}", sound=False)
            place.clear()
            place = Place(driver, folder / str(number), outcome)
            came = stop(place, point)
        if not came:
            outcome.hold(False, f"{here} was not come to, although nothing had disturbed the driver.")
            place.clear()
            place = Place(driver, folder / f"{number} again", outcome)
        last = here if came else ""
    if last:
        place.mended(f"stopped at {last}")
    place.clear()


SOUND = ("candidate", "edition", "withdraw", "run")
"""Drivers that change what a pointer names."""


def _planted(name: str) -> list[Point]:
    """The points of a driver in which a bug is planted: figures are still held against those of the sound one."""
    folder = Path(os.environ[planting.PLANTED]) / "listed"
    listed = folder / f"{name}.json"
    if not listed.exists():
        undisturbed(name)
        folder.mkdir(exist_ok=True)
        place = Place(name, folder / name, Outcome())
        place.attempt({"list": str(listed)})
        place.clear()
    return [(point, which) for point, which in json.loads(listed.read_bytes())]


class Place:
    """A copy at which a driver begins, and what stood there before. What does not hold is noted in the outcome."""

    def __init__(self, name: str, folder: Path, outcome: Outcome):
        self.name, self.folder, self.outcome, self._before = name, folder, outcome, len(outcome.broken)
        shutil.rmtree(folder, ignore_errors=True)
        self.home: Home = drivers.copy(name, folder / "place")
        delivered = {path.name: holds.digest(path) for path in self.home.inbox.iterdir()}
        (self.home.root.parent / "delivered.json").write_text(json.dumps(delivered), encoding="utf-8")
        self.before = holds.look(self.home)

    def attempt(self, plan: dict[str, Any], new: bool = False) -> Ended:
        """The driver, as a plan says. `run` is a process of its own: it starts threads that no fork survives. `new`: it
        loads its modules itself, as a person's does.
        """
        if self.name != "run":
            return apart(self.folder, inside.follow, self.home, self.name, plan)
        done = drivers.inside(self.home, self.name, plan, new)
        return Ended(done.returncode, done.stdout + done.stderr)

    def hold(self, when: str) -> None:
        """What must hold right after a fault."""
        faults = holds.right_after(self.home, self.before, withdrawn=self.name == "withdraw")
        for fault in (*faults, *self._elsewhere()):
            self.outcome.hold(False, f"{when}: {fault}")

    def mended(self, when: str, sound: bool = True) -> None:
        """The same command again, undisturbed; then all must be well, the figures those of the undisturbed."""
        done = self.attempt({})
        if done.code:
            self.outcome.hold(False, f"{when}: given again it ended with {done.code}: {done.said.strip()[-700:]}")
            return
        for fault in (*self.settled(sound), *self.figures()):
            self.outcome.hold(False, f"{when}: {fault}")

    def ended(self, when: str) -> None:
        """What must hold of a driver that said that it was done, without its being given again."""
        for fault in (*effects.missing(self.name, self.home, self.before), *self.figures()):
            self.outcome.hold(False, f"{when}: {fault}")

    def figures(self) -> list[str]:
        """The figures are those of the undisturbed installation."""
        same = holds.figures(self.home) == undisturbed(self.name)["figures"]
        return [] if same else ["The figures are not those of the undisturbed installation."]

    def settled(self, sound: bool = True) -> list[str]:
        """What does not hold after the driver ended well; `sound`: asks the product's own verification too."""
        faults = [*holds.settled(self.home, ran=self.name in ("intake", "run")), *self._elsewhere()]
        beside = self.home.root.parent
        faults += [f"{left.name} was left beside the home." for left in beside.glob(".*")]
        faults += [f"{left} was left." for left in (beside / drivers.BACKUP).rglob(".*")]
        if self.name == "restore":
            home = Home(beside / drivers.RESTORED, self.home.contracts)
            faults += holds.settled(home, ran=False) if home.register.exists() else []
        faults += effects.missing(self.name, self.home, self.before)
        if self.name == "backup":
            faults += self._restorable()
        if sound and self.name in SOUND:
            verified = apart(self.folder, holds.sound, self.home)
            faults += [verified.said] if verified.code else verified.answer
        return faults

    def _restorable(self) -> list[str]:
        """An installation that is restored from the backup is the one that was kept."""
        made = apart(self.folder, drivers.restore, self.home)
        faults = [made.said] if made.code else effects.missing("restore", self.home, self.before)
        shutil.rmtree(self.home.root.parent / drivers.RESTORED, ignore_errors=True)
        return faults

    def _elsewhere(self) -> list[str]:
        """What does not hold of the backup beside the home, and of what was restored from it."""
        beside = self.home.root.parent
        restored = Home(beside / drivers.RESTORED, self.home.contracts)
        return [*kept.backed_up(beside / drivers.BACKUP), *kept.restored(restored, beside / drivers.BACKUP)]

    def clear(self) -> None:
        """Removes the copy; where something did not hold at it, it stays to be looked at."""
        holds.close(self.before)
        if len(self.outcome.broken) == self._before:
            shutil.rmtree(self.folder, ignore_errors=True)
