"""What a power cut takes: bytes of files that were not flushed, names in folders that were not.

A `Watch` hears the points of a process (`points`) and each fsync that was done; where the plan says so it notes what is
not durable and ends the process. `lose` then takes it from the disk. SQLite's and Dagster's own files are left as they
are: they flush themselves, and a log may lose its end.
"""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path
from typing import Any

NOTED, GONE = "lost.json", "gone"
OWN = ("register.db", "dagster", "logs", "writer.lock", "turn.lock")
"""Of the home that is worked in: what flushes itself, or may be lost."""
VARIANTS = ("data", "half", "entries", "both")
"""What is lost: all bytes of unflushed files, half of them, unflushed names, or bytes and names."""

END = "after its end"
"""The point that is come to once a driver is done."""

Entries = dict[str, list[Any]]
"""name -> ["file" | "folder", inode] | ["link", target]"""


class Watch:
    """Follows what is durable below a root, in which the home is. Links every file to a shadow folder, so that a name
    can be brought back.
    """

    def __init__(self, root: Path, home: Path, shadow: Path, wanted: str, which: int):
        self.root, self.home, self.shadow, self.wanted = root, home, shadow, (wanted, which)
        shadow.mkdir(parents=True, exist_ok=True)
        self.durable: dict[str, Entries] = {}
        self.flushed: set[int] = set()
        for folder, below, _ in os.walk(root):
            below[:] = [name for name in below if not _is_own(home, Path(folder, name))]
            self._remember(Path(folder))
        for entries in self.durable.values():
            self.flushed |= {entry[1] for entry in entries.values() if entry[0] == "file"}

    def __call__(self, point: str, count: int, operation: str, path: Path) -> None:
        if (point, count) == self.wanted:
            told = {"root": str(self.root), "home": str(self.home), "durable": self.durable}
            told["flushed"] = sorted(self.flushed)
            (self.shadow / NOTED).write_text(json.dumps(told), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        if operation in ("write", "truncate") and path.is_file() and not path.is_symlink():
            self.flushed.discard(path.stat().st_ino)

    def synced(self, found: os.stat_result, path: Path) -> None:
        """An fsync was done: of a file its bytes, of a folder its names are durable."""
        if stat.S_ISDIR(found.st_mode):
            self._remember(path)
        else:
            self.flushed.add(found.st_ino)

    def _remember(self, folder: Path) -> None:
        entries: Entries = {}
        for entry in os.scandir(folder):
            if _is_own(self.home, Path(entry.path)):
                continue
            kind, what = entries[entry.name] = _entry(Path(entry.path))
            if kind == "file" and not (self.shadow / str(what)).exists():
                os.link(entry.path, self.shadow / str(what))
        self.durable[str(folder.stat().st_ino)] = entries


def _is_own(home: Path, path: Path) -> bool:
    return path.parent == home and path.name.startswith(OWN)


def _entry(path: Path) -> list[Any]:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return ["link", str(path.readlink())]
    return ["folder" if stat.S_ISDIR(found.st_mode) else "file", found.st_ino]


def lose(shadow: Path, variant: str) -> int:
    """Takes from the installation what a power cut would have. Returns how many files and names."""
    told = json.loads((shadow / NOTED).read_bytes())
    root, home, flushed = Path(told["root"]), Path(told["home"]), set(told["flushed"])
    taken = _bytes(root, home, flushed, 0.5 if variant == "half" else 0) if variant != "entries" else 0
    if variant in ("entries", "both"):
        (shadow / GONE).mkdir()
        taken += _forget(home, root, shadow, told["durable"])
        taken += _bring_back(home, root, root.stat().st_ino, shadow, told["durable"])
    return taken


def _bytes(root: Path, home: Path, flushed: set[int], left: float) -> int:
    taken = 0
    for folder, below, files in os.walk(root):
        below[:], files = ([n for n in some if not _is_own(home, Path(folder, n))] for some in (below, files))
        for path in (Path(folder, name) for name in files):
            found = path.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_ino not in flushed and found.st_size:
                path.chmod(0o600)
                os.truncate(path, int(found.st_size * left))
                path.chmod(stat.S_IMODE(found.st_mode))
                taken += 1
    return taken


def _forget(home: Path, folder: Path, shadow: Path, durable: dict[str, Entries]) -> int:
    """Removes names that were not flushed. Folders are laid aside: they may have stood elsewhere before."""
    taken, was = 0, durable.get(str(folder.stat().st_ino), {})
    for path in list(folder.iterdir()):
        if _is_own(home, path):
            continue
        entry = _entry(path)
        if entry == was.get(path.name):
            taken += _forget(home, path, shadow, durable) if entry[0] == "folder" else 0
            continue
        taken += 1
        if entry[0] == "folder":
            path.rename(shadow / GONE / str(entry[1]))
        else:
            path.unlink()
    return taken


def _bring_back(home: Path, folder: Path, inode: int, shadow: Path, durable: dict[str, Entries]) -> int:
    """Makes again the names that were taken away without a flush, in a folder that had this inode."""
    taken = 0
    for name, (kind, what) in durable.get(str(inode), {}).items():
        path, gone = folder / name, shadow / GONE / str(what)
        is_missing = not os.path.lexists(path)
        taken += is_missing
        if is_missing and kind == "link":
            path.symlink_to(what)
        elif is_missing and kind == "file":
            os.link(shadow / str(what), path)
        elif is_missing and gone.exists():
            gone.rename(path)
            taken += _forget(home, path, shadow, durable)
        elif is_missing:
            path.mkdir(mode=0o700)
        if kind == "folder":
            taken += _bring_back(home, path, what, shadow, durable)
    return taken
