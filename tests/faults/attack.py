"""An installation at which a driver is stopped at one point after the other, and what must hold each time.

Here belong the points of a driver, listed once for a given code, and a `Place`: a copy in which attempts are made. How
an attempt is stopped (killed, refused, the power cut) is the section's business.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from pathlib import Path
from typing import Any

from pipelines.home import Home
from tests.faults import drivers, holds, inside
from tests.faults.apart import Ended, apart
from tests.faults.outcome import Outcome
from tests.faults.running import BUILD, code

Point = tuple[str, int]
MADE_BY = ("faults/small.py", "faults/drivers.py", "faults/points.py", "faults/attack.py", "faults/holds.py")


def points(name: str) -> list[Point]:
    """A driver's points in order: the first and the last time that each is come to."""
    found: dict[str, list[int]] = {}
    for order, (point, _) in enumerate(undisturbed(name)["points"]):
        found.setdefault(point, []).append(order)
    ends = sorted({(orders[end], point, len(orders) if end else 1) for point, orders in found.items() for end in (0, -1)})
    return list(dict.fromkeys((point, which) for _, point, which in ends))


def undisturbed(name: str) -> dict[str, Any]:
    """What a driver comes to when nothing disturbs it: {points, figures, seconds}. Made by whoever asks first."""
    folder = BUILD / "made" / code(*MADE_BY)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            place = Place(name, folder / f"{name}.making", Outcome())
            listed = place.folder / "points.json"
            began = time.monotonic()
            done = place.attempt({"list": str(listed)})
            took = time.monotonic() - began
            assert done.code == 0, done.said
            faults = [*holds.settled(place.home), *place.sound()]
            assert not faults, faults
            made = {"points": json.loads(listed.read_bytes()), "figures": holds.figures(place.home), "seconds": took}
            place.clear()
            kept.with_suffix(".tmp").write_text(json.dumps(made), encoding="utf-8")
            kept.with_suffix(".tmp").rename(kept)
    return json.loads(kept.read_bytes())


class Place:
    """A copy at which a driver begins, and what stood there before. What does not hold is noted in the outcome."""

    def __init__(self, name: str, folder: Path, outcome: Outcome):
        self.name, self.folder, self.outcome = name, folder, outcome
        shutil.rmtree(folder, ignore_errors=True)
        self.home: Home = drivers.copy(name, folder / "place")
        delivered = {path.name: holds.digest(path) for path in self.home.inbox.iterdir()}
        (self.home.root.parent / "delivered.json").write_text(json.dumps(delivered), encoding="utf-8")
        self.before = holds.look(self.home)

    def attempt(self, plan: dict[str, Any]) -> Ended:
        """The driver, as a plan says. `run` is a process of its own: it starts threads that no fork survives."""
        if self.name != "run":
            return apart(self.folder, inside.follow, self.home, self.name, plan)
        done = drivers.inside(self.home, self.name, plan)
        return Ended(done.returncode, done.stdout + done.stderr)

    def hold(self, when: str) -> None:
        """What must hold right after a fault."""
        for fault in holds.right_after(self.home, self.before, withdrawn=self.name == "withdraw"):
            self.outcome.hold(False, f"{when}: {fault}")

    def mended(self, when: str, sound: bool = True) -> None:
        """The same command again, undisturbed; then all must be well, the figures those of the undisturbed."""
        done = self.attempt({})
        if done.code:
            self.outcome.hold(False, f"{when}: given again it ended with {done.code}: {done.said.strip()[-700:]}")
            return
        faults = [*holds.settled(self.home), *(self.sound() if sound else ())]
        if holds.figures(self.home) != undisturbed(self.name)["figures"]:
            faults.append("The figures are not those of the undisturbed installation.")
        for fault in faults:
            self.outcome.hold(False, f"{when}: {fault}")

    def sound(self) -> list[str]:
        """What the product's own verification says."""
        return apart(self.folder, holds.sound, self.home).answer or []

    def clear(self) -> None:
        """Removes the copy."""
        holds.close(self.before)
        shutil.rmtree(self.folder, ignore_errors=True)
