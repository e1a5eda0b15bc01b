"""A disk that fills up: the installation lies on a small one, from too small by far to just enough.

DuckDB, pyarrow and SQLite write by themselves; only so do their writes fail too. The whole command is tried, and the
sign-off. After the failure the disk grows, and the command is given again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.faults import holds, small
from tests.faults.attack import Place
from tests.faults.outcome import Outcome

PROMISE = "A full disk costs a run, never a figure or a release; a sentence says so, and room is all that is needed."
ATTACK = "`run` and `publish` on a small file system of its own, in many sizes; then it grows."
SIZES, FEW = 50, (4, 16, 34)
SIGNED, SIGNED_FEW = 10, (2,)
TOO_SMALL = 0.2
"""A share of the room that is needed with which no command can end well."""
WORDS = {"run": ("run", "--json"), "edition": ("publish", "--by", "Li Wei", "--json")}


def names(whole: bool) -> list[str]:
    """A size each, as a share of the room that an undisturbed command needs."""
    runs = [f"run: {share} of {SIZES}" for share in (range(SIZES) if whole else FEW)]
    return [*runs, *(f"edition: {share} of {SIGNED}" for share in (range(SIGNED) if whole else SIGNED_FEW))]


def can_mount(folder: Path) -> bool:
    """May this process lay a file system of its own over a folder?"""
    folder.mkdir(exist_ok=True)
    if os.geteuid() or not shutil.which("mount"):
        return False
    return not _mount(folder, 1 << 20) and not subprocess.run(["umount", str(folder)], check=False).returncode


def _mount(folder: Path, size: int, options: str = "") -> int:
    words = ["mount", "-t", "tmpfs", "-o", f"{options}size={size}", "tmpfs", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode


def _used(folder: Path) -> int:
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def trial(name: str, folder: Path) -> Outcome:
    """One size."""
    outcome, disk = Outcome(), folder / "disk"
    if not can_mount(disk):
        outcome.untried = "no file system may be mounted here"
        return outcome
    driver, _, share = name.partition(": ")
    part = int(share.split()[0]) / int(share.split()[2])
    assert not _mount(disk, 4 << 30)
    try:
        place = Place(driver, disk / "0", outcome)
        before = _used(disk)
        assert not _mount(disk, before + int(part * _need(driver)) + (64 << 10), "remount,")
        full(place, driver, name, part, disk)
        holds.close(place.before)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
    return outcome


def _need(driver: str) -> int:
    """Bytes that the command writes at most, as far as one can say beforehand: three releases, and a private build."""
    home = small.prepared("published").root
    release, cache = _bytes((home / "releases" / "current").resolve()), _bytes(home / "cache")
    return 3 * release + (2 * cache if driver == "run" else 0)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def full(place: Place, driver: str, name: str, part: float, disk: Path) -> None:
    """The command on a disk of this size, then, where it had no room, on a large one; however small, a size that is
    TOO_SMALL must have lacked room: else nothing was tried.
    """
    outcome = place.outcome
    done = small.command(place.home, *WORDS[driver])
    outcome.counts["commands"] += 1
    outcome.counts["that had no room"] += done.returncode != 0
    outcome.hold(done.returncode in (0, 1), f"{name}: exit code {done.returncode}")
    said = done.stdout + done.stderr
    outcome.hold("Traceback" not in said, f"{name}: it ended with a traceback: {said[-1500:]}")
    outcome.hold(done.returncode == 0 or bool(said.strip()), f"{name}: it said nothing")
    place.hold(f"{name}: the disk full")
    assert not _mount(disk, 4 << 30, "remount,")
    when = f"{name}, which was room enough"
    if done.returncode:
        when = f"{name}, with room again"
        again = small.command(place.home, *WORDS[driver])
        outcome.hold(again.returncode == 0, f"{when}: {(again.stdout + again.stderr)[-1500:]}")
    else:
        outcome.hold(part > TOO_SMALL, f"{name}: the disk did not lack room.")
    for fault in (*place.settled(), *place.figures()):
        outcome.hold(False, f"{when}: {fault}")
