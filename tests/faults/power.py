"""What a power cut takes: bytes of files that were not flushed, names in folders that were not.

A `Watch` hears the points of a process (`points`) and each fsync that was done; where the plan says so it notes what is
not durable and ends the process. `lose` then takes it from the disk. SQLite's and Dagster's own files are left as they
are: they flush themselves, and a log may lose its end.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from pathlib import Path
from typing import Any

NOTED = "lost.json"
OWN = ("register.db", "dagster", "logs", "writer.lock")
"""Of the home: what flushes itself, or may be lost."""
VARIANTS = ("data", "half", "entries", "both")
"""What is lost: all bytes of unflushed files, half of them, unflushed names, or bytes and names."""

Entries = dict[str, list[Any]]
"""name -> ["file", inode] | ["folder"] | ["link", target]"""


class Watch:
    """Follows what is durable. Links every file to a shadow folder, so that a name can be brought back."""

    def __init__(self, root: Path, shadow: Path, wanted: str, which: int):
        self.root, self.shadow, self.wanted = root, shadow, (wanted, which)
        shadow.mkdir(parents=True, exist_ok=True)
        self.durable: dict[str, Entries] = {}
        self.flushed: set[int] = set()
        for folder, below, _ in os.walk(root):
            below[:] = [name for name in below if Path(folder, name).relative_to(root).parts[0] not in OWN]
            self._remember(Path(folder))
        for entries in self.durable.values():
            self.flushed |= {entry[1] for entry in entries.values() if entry[0] == "file"}

    def __call__(self, point: str, count: int, operation: str, path: Path) -> None:
        if (point, count) == self.wanted:
            told = {"root": str(self.root), "durable": self.durable, "flushed": sorted(self.flushed)}
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
            if folder == self.root and entry.name.startswith(OWN):
                continue
            if entry.is_symlink():
                entries[entry.name] = ["link", str(Path(entry.path).readlink())]
            elif entry.is_dir():
                entries[entry.name] = ["folder"]
            else:
                inode = entry.inode()
                entries[entry.name] = ["file", inode]
                if not (self.shadow / str(inode)).exists():
                    os.link(entry.path, self.shadow / str(inode))
        self.durable[str(folder.relative_to(self.root)) if folder != self.root else "."] = entries


def lose(shadow: Path, variant: str) -> int:
    """Takes from the installation what a power cut would have. Returns how many files and names."""
    told = json.loads((shadow / NOTED).read_bytes())
    root, flushed = Path(told["root"]), set(told["flushed"])
    taken = _bytes(root, flushed, 0.5 if variant == "half" else 0) if variant != "entries" else 0
    if variant in ("entries", "both"):
        taken += _names(root, shadow, told["durable"], ".")
    return taken


def _bytes(root: Path, flushed: set[int], left: float) -> int:
    taken = 0
    for folder, below, files in os.walk(root):
        if Path(folder) == root:
            below[:], files = ([n for n in some if not n.startswith(OWN)] for some in (below, files))
        for path in (Path(folder, name) for name in files):
            found = path.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_ino not in flushed and found.st_size:
                os.chmod(path, 0o600)  # noqa: PTH101
                os.truncate(path, int(found.st_size * left))
                os.chmod(path, stat.S_IMODE(found.st_mode))  # noqa: PTH101
                taken += 1
    return taken


def _names(root: Path, shadow: Path, durable: dict[str, Entries], place: str) -> int:
    """Lets a folder hold the names that were durable; one that was never flushed itself holds none."""
    folder, taken = root / place, 0
    was = durable.get(place, {})
    for path in list(folder.iterdir()):
        if (place == "." and path.name.startswith(OWN)) or _same(path, was.get(path.name)):
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        taken += 1
    for name, entry in was.items():
        path = folder / name
        if not os.path.lexists(path):
            taken += 1
            if entry[0] == "link":
                path.symlink_to(entry[1])
            elif entry[0] == "file":
                os.link(shadow / str(entry[1]), path)
            else:
                path.mkdir(mode=0o700)
        if entry[0] == "folder":
            inner = name if place == "." else f"{place}/{name}"
            taken += _names(root, shadow, durable, inner)
    return taken


def _same(path: Path, entry: list[Any] | None) -> bool:
    if entry is None:
        return False
    if path.is_symlink():
        return entry == ["link", str(path.readlink())]
    return entry == ["folder"] if path.is_dir() else entry == ["file", path.stat().st_ino]
