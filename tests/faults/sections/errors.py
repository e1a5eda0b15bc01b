"""An error of the system (no space, a bad disk) at each operation that changes something.

Points are tried in chains, as in `kills`, all of them where the suite is whole, each with both errors; the command goes
on, so that it must say what happened, or cope.
"""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

from tests.faults import attack
from tests.faults.attack import Place, Point
from tests.faults.drivers import DRIVERS
from tests.faults.outcome import Outcome

PROMISE = "A disk that fails or is full costs a run, never a figure or a release; a sentence says what happened."
ATTACK = "No space left, or an error of the disk, at each operation that changes a file, a folder or the register."
CHAINS = {
    "intake": 2, "candidate": 2, "edition": 1, "withdraw": 1, "prune": 1, "decide": 1, "backup": 1, "restore": 1,
    "backfill": 1,
}  # fmt: skip
EVERY = {"intake": 2, "candidate": 3, "edition": 4}
"""Bounded, every so-manieth point of those that `kills` tries."""
NUMBERS = (errno.ENOSPC, errno.EIO)
BUSY = "intake: while another process writes"
COMMANDS = ("decide", "backup", "restore", "run")
"""Drivers that are whole commands: only of these a sentence is demanded, the others raise what they raise."""


def names(whole: bool) -> list[str]:
    """Chains over the short drivers; or, of all drivers, chains over each point with each error, which take turns where
    a point is come to several times.
    """
    if whole:
        chains = [(name, part) for name in DRIVERS for part in attack.parts(name, 20)]
        return [BUSY, *(f"{name}: {errno.errorcode[number]} {part}" for name, part in chains for number in NUMBERS)]
    return [BUSY, *(f"{name}: chain {number} of {of}" for name, of in CHAINS.items() for number in range(1, of + 1))]


def trial(name: str, folder: Path) -> Outcome:
    """One chain, or one in which the error is the same at each point."""
    outcome = Outcome()
    driver, what = name.split(": ", 1)
    if name == BUSY:
        busy(folder, outcome)
        return outcome
    kind, number, _, of = what.split()
    error = 0 if kind == "chain" else getattr(errno, kind)
    if error:
        points = attack.by_turns(driver, attack.points(driver), NUMBERS.index(error), len(NUMBERS))
    else:
        points = attack.few(driver, EVERY.get(driver, 1))

    def fail(place: Place, point: Point) -> bool:
        return refuse(place, point, error or _number(point))

    attack.chain(driver, points[int(number) - 1 :: int(of)], fail, folder, outcome)
    return outcome


def _number(point: Point) -> int:
    return NUMBERS[sum(point[0].encode()) % len(NUMBERS)]


def refuse(place: Place, point: Point, number: int) -> bool:
    """Lets one operation of a driver fail. Returns whether it came there; if so what must hold was looked at."""
    told = place.folder / "told"
    told.unlink(missing_ok=True)
    plan = {"refuse": point[0], "which": point[1], "number": number, "told": str(told)}
    ended = place.attempt(plan)
    if not told.exists():
        return False
    when = f"{errno.errorcode[number]} at {point[0]} x{point[1]}"
    place.outcome.counts["errors"] += 1
    place.outcome.counts["coped with"] += not ended.code
    said = place.name not in COMMANDS or bool("Traceback" not in ended.said and ended.said.strip())
    place.outcome.hold(ended.code == 0 or (ended.code == 1 and said), f"{when}: {ended.code} {ended.said[-700:]}")
    place.hold(when)
    return True


def busy(folder: Path, outcome: Outcome) -> None:
    """While another process holds the writer's lock nothing is begun, and nothing changed."""
    place = Place("intake", folder / "0", outcome)
    with place.home.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = place.attempt({})
        outcome.counts["refused"] += 1
        outcome.hold(
            "Busy: Another run is writing" in ended.said, f"It did not say that it is busy: {ended.said[-500:]}"
        )
        outcome.hold(len(list(place.home.inbox.iterdir())) == 4, "It took in although another was writing.")
        fcntl.flock(lock, fcntl.LOCK_UN)
    place.mended("refused")
    place.clear()
