"""`kill -9` before each operation that changes something, from intake to prune, and at any time.

Bounded, the points of a driver are tried in chains: killed at one, it is killed at a later one while it recovers, and
so on; where the work was done before, another copy is begun. Whole, each point is tried alone: at each of its times, or
twice where it has one; of the whole command in two chains, one of points far from each other and one of neighbours.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults import attack, small
from tests.faults.attack import Place, Point
from tests.faults.drivers import DRIVERS
from tests.faults.outcome import Outcome

PROMISE = "A run that is killed changes nothing a reader can see; given again, the command ends well by itself."
ATTACK = (
    "kill -9 before each operation that changes a file, a folder or the register, while recovering, and at any time."
)
CHAINS = {
    "intake": 4, "candidate": 3, "edition": 3, "withdraw": 2, "prune": 1, "decide": 1, "backup": 1, "restore": 1,
    "backfill": 2,
}  # fmt: skip
"""Short driver -> in how many chains all its points are tried."""
MOMENTS, AT_ONCE = 100, 5
"""Kills at a random time; of these one after the other, before the command may go on to its end."""


def names(whole: bool) -> list[str]:
    """Chains over the short drivers, and `run` at a handful of points; or each point, and moments."""
    if whole:
        short = [name for name in DRIVERS if name != "run"]
        each = [f"{name}: {point} x{which}" for name in short for point, which in attack.points(name)]
        each += [f"run: {what} {part}" for what in ("far", "near") for part in attack.parts("run")]
        return [*each, *(f"run: moments {number}" for number in range(MOMENTS // AT_ONCE))]
    chains = [f"{name}: chain {number} of {of}" for name, of in CHAINS.items() for number in range(1, of + 1)]
    return ["run: chain 1 of 1", *chains]


def trial(name: str, folder: Path) -> Outcome:
    """One chain, one point, or some moments."""
    outcome = Outcome()
    driver, what = name.split(": ", 1)
    if what.startswith("chain"):
        number, of = int(what.split()[1]), int(what.split()[3])
        points = _handful() if driver == "run" else attack.few(driver)[number - 1 :: of]
        attack.chain(driver, points, kill, folder, outcome)
    elif what.startswith(("far", "near")):
        number, of = int(what.split()[1]), int(what.split()[3])
        points, size = attack.points(driver), -(-len(attack.points(driver)) // of)
        some = points[number - 1 :: of] if what.startswith("far") else points[(number - 1) * size : number * size]
        attack.chain(driver, some, kill, folder, outcome)
    elif what.startswith("moments"):
        moments(int(what.split()[1]), folder, outcome)
    else:
        point, _, which = what.rpartition(" x")
        twice(driver, (point, int(which)), folder, outcome)
    return outcome


def _handful() -> list[Point]:
    """Of the whole run, a point of each of two stages that no short driver has."""
    found = {point.split(".")[0]: (point, which) for point, which in attack.points("run")}
    return [found[stage] for stage in ("warehouse", "validation") if stage in found]


def kill(place: Place, point: Point) -> bool:
    """Kills a driver at a point. Returns whether it came there; if so what must hold was looked at."""
    ended = place.attempt({"kill": point[0], "which": point[1]})
    if not ended.killed:
        place.outcome.hold(not ended.code, f"to be killed at {point}: it ended with {ended.code}: {ended.said[-700:]}")
        return False
    place.outcome.counts["kills"] += 1
    place.hold(f"killed at {point[0]} x{point[1]}")
    return True


def twice(driver: str, point: Point, folder: Path, outcome: Outcome) -> None:
    """Killed at a point; where that is the only time it is come to, then at the same or a random later one too, while
    it recovers.
    """
    chance = random.Random(f"{driver} {point}")
    points = attack.points(driver)
    place = Place(driver, folder / "0", outcome)
    if not kill(place, point):
        outcome.hold(False, f"{point[0]} x{point[1]} was not come to, although nothing had disturbed the driver.")
    if sum(one == point[0] for one, _ in points) == 1:
        later = points[points.index(point) :]
        kill(place, point if chance.random() < 0.5 else chance.choice(later))
    place.mended(f"killed at {point[0]} x{point[1]}")
    place.clear()


def moments(number: int, folder: Path, outcome: Outcome) -> None:
    """The whole command and all that it started, killed at a random time of an undisturbed one's length; given again,
    killed again, and so on. Where it came to its end before, another copy is begun.
    """
    chance, took, left = random.Random(number), attack.undisturbed("run")["seconds"], AT_ONCE
    while left:
        place, after = Place("run", folder / str(left), outcome), 0.0
        killed = True
        while killed and left:
            after = chance.random() * took
            killed = _kill_all(place, after)
            left -= killed
            place.hold(f"killed after {after:.2f} s")
        place.mended(f"killed after {after:.2f} s")
        place.clear()


def _kill_all(place: Place, after: float) -> bool:
    """Kills the command and what it started after so many seconds, unless it is at its end by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run", "--json"], env=small.settings(place.home),
        cwd=place.home.root.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    time.sleep(after)
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
        place.outcome.counts["kills at a random time"] += 1
    process.wait()
    return killed
