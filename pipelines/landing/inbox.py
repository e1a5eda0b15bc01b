"""Files on their way in: stored and registered as pending, or left in the inbox with the reason.

Every entry of the inbox is either received or named; only names that begin with a dot, which editors and copying
programs use while they work, are passed over. What a file says is not looked at here.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.contracts import Catalog
from pipelines.home import Home, sync_folders
from pipelines.intake import store
from pipelines.intake.text import printable, visible
from pipelines.landing import register, seals, waiting
from pipelines.landing.opened import Opened, opened
from pipelines.locks import turn

_FRESH, _PAUSE = 10.0, 0.5
"""Seconds: files changed so recently may still be written; how long to wait before looking again."""

_NAME = 300
"""Characters of a name that a sentence repeats."""

_AT_ONCE = 1000
"""Files of the inbox that one transaction registers."""


@dataclass
class Inbox:
    """What lies in the inbox: how many files the next run will take, and those it cannot (file, reason)."""

    waiting: int = 0
    left: list[dict[str, str]] = field(default_factory=list)


def receive(home: Home, path: Path, declared: dict[str, Any], origin: str) -> int:
    """Stores a file's bytes and registers it as pending. Returns the delivery's number.

    Raises intake.store.StoreError (a sentence) for anything that is not an ordinary, readable, bounded file.
    """
    row = _row(path, *store.receive(home, path), declared, origin)
    with register.transaction(home) as connection:
        (number,) = connection.execute(register.delivery.insert().values(row)).inserted_primary_key or (0,)
        return number


def _row(path: Path, sha256: str, size: int, declared: dict[str, Any], origin: str) -> dict[str, Any]:
    """A file received as a row of the register."""
    row = {
        "sha256": sha256,
        "file_name": printable(path.name),
        "size": size,
        "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "origin": origin,
        "declared": json.dumps(declared, ensure_ascii=False),
    }
    return seals.sealed(register.delivery, row)


def sweep(home: Home, catalog: Catalog) -> list[str]:
    """Receives every file of the inbox, and removes it there once stored. Returns sentences on files it had to refuse.

    A file in a folder named after an office is declared to be of that office. Many files are registered at once: their
    bytes are durable before, and they are removed after. What is received twice since a crash came between lands once.
    """
    refused: list[str] = []
    with turn(home):  # what another has just received is not there any more
        paths = list(_entries(home))
        unsteady = _unsteady(paths)
        for start in range(0, len(paths), _AT_ONCE):
            part = paths[start : start + _AT_ONCE]
            with opened(home.inbox) as folders:
                received = _receive(home, catalog, part, folders, unsteady, refused)
            with opened(home.inbox) as folders:
                _remove(home, received, folders, refused)
    return refused


_Seen = tuple[int, int, int] | None
"""Size, time of change and inode: tells a file from another of the same name, and from itself after a change."""


def _receive(
    home: Home, catalog: Catalog, paths: list[Path], folders: Opened, unsteady: set[Path], refused: list[str]
) -> list[tuple[Path, _Seen]]:
    """Stores and registers files. Returns those that it took, as they were before."""
    received: list[tuple[Path, _Seen]] = []
    rows: list[dict[str, Any]] = []
    unsynced: set[Path] = set()
    for path in paths:
        folder = path.relative_to(home.inbox).parts[0]
        declared = {"office": folder} if folder in catalog.offices.items else {}
        before = _seen(path)
        try:
            if path in unsteady:
                raise store.StoreError("being_written")
            if before is None and (problem := store.problem(path)):  # gone, or deeper than a path can say
                raise problem
            place = _place(folders, path)
            rows.append(_row(path, *store.receive(home, path, unsynced, place), declared, "inbox"))
        except store.StoreError as error:
            refused.append(f"{_name(home, path)}: {error}")
        else:
            received.append((path, before))
    sync_folders(unsynced)
    if rows:
        with register.transaction(home) as connection:
            connection.execute(register.delivery.insert(), rows)
    return received


def _place(folders: Opened, path: Path) -> int:
    """The open folder of a file. Raises StoreError."""
    try:
        return folders.folder(path)
    except OSError as error:
        raise store.StoreError("not_readable", reason=os.strerror(error.errno or 0)) from None


def _remove(home: Home, received: list[tuple[Path, _Seen]], folders: Opened, refused: list[str]) -> None:
    """Removes what was taken, each from the folder in which it lies without a link on the way."""
    for path, before in received:
        try:
            place = folders.folder(path)
        except OSError:  # it is not there any more
            continue
        if _seen(path.name, place) != before:  # a newer one was laid in its place meanwhile: the next sweep takes it
            continue
        try:
            os.unlink(path.name, dir_fd=place)
        except OSError as error:
            refused.append(f"{_name(home, path)}: was taken in, but cannot be removed here ({error.strerror}).")


def _unsteady(paths: list[Path]) -> set[Path]:
    """Those that are still being written: fresh ones are looked at twice, and changed in between.

    Whoever pauses longer while writing gives the file a name that begins with a dot until it is whole.
    """
    now = time.time()
    before = {path: found for path in paths if (found := _seen(path)) and now - found[1] / 1e9 < _FRESH}
    if not before:
        return set()
    time.sleep(_PAUSE)
    return {path for path, found in before.items() if _seen(path) != found}


def _seen(path: Path | str, folder: int | None = None) -> _Seen:
    """How a file, perhaps of an open folder, is now; None where there is none."""
    try:
        found = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def look(home: Home) -> Inbox:
    """What lies in the inbox, without taking it."""
    found = Inbox()
    for path in _entries(home):
        if problem := store.problem(path):
            found.left.append({"file": _name(home, path), "reason": str(problem)})
        else:
            found.waiting += 1
    return found


def fingerprint(home: Home) -> str:
    """A digest of what the next run will take: files of the inbox and pending deliveries. '' when there is nothing."""
    files = [(str(path), *(_seen(path) or ())[:2]) for path in _entries(home) if not store.problem(path)]
    told = [*files, *(row["number"] for row in waiting.deliveries(home))]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24] if told else ""


def _entries(home: Home) -> Iterator[Path]:
    found: list[str] = []
    unseen: list[str] = []  # folders that may not be read, or lie deeper than a path can say
    for folder, below, files in os.walk(home.inbox, onerror=lambda error: unseen.append(error.filename)):
        below[:] = [name for name in below if not name.startswith(".")]
        links = [name for name in below if os.path.islink(f"{folder}/{name}")]  # noqa: PTH114 (never raises)
        found += [f"{folder}/{name}" for name in (*files, *links) if not name.startswith(".")]
    known = str(home.inbox), f"{home.inbox}/lost+found"  # the latter is the file system's own, where it is one
    found += [folder for folder in unseen if folder not in known]
    yield from map(Path, sorted(found, key=lambda path: path.split("/")))


def _name(home: Home, path: Path) -> str:
    """For a sentence: bounded, and without signs that would steer a terminal."""
    return visible(printable(str(path.relative_to(home.inbox))), _NAME)
