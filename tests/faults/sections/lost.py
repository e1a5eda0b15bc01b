"""The power is cut: what was not flushed to the disk is gone, bytes of files and names in folders.

An attempt is ended at a point, and then what a file system may lose is taken from the disk (`power`). Besides, what a
worse disk does, made by hand: a manifest cut short, a pointer gone, a twin torn.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.faults import attack, holds, power
from tests.faults.attack import Place, Point
from tests.faults.drivers import DRIVERS
from tests.faults.outcome import Outcome

PROMISE = "After a power cut what was named is whole, what was accepted is kept, and the command given again ends well."
ATTACK = "Ended at a point or once done, then unflushed bytes and names taken from the disk; files cut short by hand."
CHAINS = {"intake": 2, "candidate": 2, "edition": 1, "withdraw": 1, "backup": 1, "restore": 1, "backfill": 1}
TURNS = {"some": ("data", "entries"), "all": ("both", "half")}
"""Name of a chain of the whole suite -> what is lost at its points by turns (`power.VARIANTS`)."""
END: Point = (power.END, 1)
"""After the command said that it was done: then nothing of it may be lost."""
EVERY = {"intake": 2, "candidate": 2, "edition": 3}
"""Bounded, every so-manieth point of those that `kills` tries, besides all at which a folder is flushed."""


def names(whole: bool) -> list[str]:
    """Chains, what is most telling lost at each point, and all after the end; or, of all drivers, chains over each
    point and the end: in one bytes or names are lost by turns, in another all or half; both of a point of a short
    driver that is come to once. And what is done by hand.
    """
    by_hand = [f"by hand: {name}" for name in BY_HAND]
    if whole:
        chains = [(name, part) for name in DRIVERS for part in attack.parts(name, 20)]
        return [*by_hand, *(f"{name}: {what} {part}" for name, part in chains for what in TURNS)]
    return [
        *by_hand,
        *(f"{name}: chain {number} of {of}" for name, of in CHAINS.items() for number in range(1, of + 1)),
        *(f"{name}: the end" for name in DRIVERS if name != "run"),
    ]


def trial(name: str, folder: Path) -> Outcome:
    """One chain, one in which the same is lost at each point, or one cut by hand."""
    outcome = Outcome()
    driver, what = name.split(": ", 1)
    if driver == "by hand":
        by_hand(what, folder, outcome)
    elif what == "the end":
        attack.chain(driver, [END], partial(cut, variant="both"), folder, outcome)
    else:
        kind, number, _, of = what.split()
        if kind == "chain":
            points = _few(driver)
        else:
            points = [*attack.by_turns(driver, attack.points(driver), [*TURNS].index(kind), len(TURNS)), END]
        variants = {
            point: _telling(point[0], order) if kind == "chain" else TURNS[kind][order % 2]
            for order, point in enumerate(points)
        }

        def stop(place: Place, point: Point) -> bool:
            return cut(place, point, variants[point])

        attack.chain(driver, points[int(number) - 1 :: int(of)], stop, folder, outcome)
    return outcome


def _few(driver: str) -> list[Point]:
    """What the bounded suite has time for."""
    some = attack.few(driver, EVERY.get(driver, 1))
    return [point for point in attack.few(driver) if point in some or _flushes_folder(point[0])]


def _telling(point: str, order: int) -> str:
    """What to take at a point: where a file is about to be flushed its bytes, a folder its names; elsewhere one thing
    after the other.
    """
    if _flushes_folder(point):
        return ("both", "entries")[order % 2]
    return "data" if " fsync " in point else ("both", "entries", "half")[order % 3]


def _flushes_folder(point: str) -> bool:
    _, operation, at = point.split(" ", 2)
    return operation == "fsync" and not Path(at).suffix and not at.endswith("…")


def cut(place: Place, point: Point, variant: str) -> bool:
    """Cuts the power at a point. Returns whether a driver came there; if so what must hold was looked at."""
    shadow = place.folder / "shadow"
    shutil.rmtree(shadow, ignore_errors=True)
    ended = place.attempt({"lose": point[0], "which": point[1], "shadow": str(shadow)})
    if not ended.killed:
        place.outcome.hold(not ended.code, f"to be cut off at {point}: it ended with {ended.code}: {ended.said[-700:]}")
        return False
    place.outcome.counts["power cuts"] += 1
    place.outcome.counts["files and names lost"] += power.lose(shadow, variant)
    when = f"cut off at {point[0]} x{point[1]} ({variant} lost)"
    place.hold(when)
    if point == END:
        place.ended(when)
    return True


def _manifest(place: Place) -> None:
    manifest = place.home.releases / "current" / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_bytes(manifest.read_bytes()[:1000])


def _pointer(place: Place) -> None:
    (place.home.releases / "current").unlink()


def _twin(place: Place) -> None:
    (place.home.releases / "current.json").write_bytes(b'{"release_id": "cand')


def _unfinished(place: Place) -> None:
    folder = place.home.releases / "versions" / "candidate-000003"
    shutil.copytree(place.home.releases / "current", folder)
    (folder / "manifest.json").unlink()


def _folder(place: Place) -> None:
    """As a copy that followed links leaves it."""
    current = place.home.releases / "current"
    folder = current.resolve()
    current.unlink()
    shutil.copytree(folder, current)
    ended = place.attempt({})
    outcome = place.outcome
    outcome.hold(ended.code != 0 and "is a folder" in ended.said, f"a pointer is a folder: it says {ended.said[-700:]}")
    there = {path.name for path in folder.parent.iterdir()} - {*place.before.releases}
    outcome.hold(not there, f"a pointer is a folder, and {sorted(there)} were made that nothing names")
    shutil.rmtree(current)


BY_HAND: dict[str, Callable[[Place], None]] = {
    "the manifest cut short": _manifest, "the pointer gone": _pointer, "the twin torn": _twin,
    "a release without its manifest": _unfinished, "a folder where the pointer was": _folder,
}  # fmt: skip


def by_hand(what: str, folder: Path, outcome: Outcome) -> None:
    """Damage of which no order of writing saves; the next release is whole, and named."""
    place = Place("candidate", folder / "0", outcome)
    was = holds.named(place.home, "current")
    BY_HAND[what](place)
    outcome.counts["cuts by hand"] += 1
    done = place.attempt({})
    outcome.hold(done.code == 0, f"{what}: it ended with {done.code}: {done.said[-700:]}")
    now = holds.named(place.home, "current") or ""
    outcome.hold(now not in ("", was), f"{what}: current names {now or 'nothing'}.")
    faults = [
        fault for fault in place.settled() if not (what == "the manifest cut short" and fault.startswith(f"{was}:"))
    ]
    for fault in faults:
        outcome.hold(False, f"{what}: {fault}")
    place.clear()
