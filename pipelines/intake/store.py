"""The content-addressed store: delivered bytes, kept under their SHA-256 before anything parses them.

A file waits in `quarantine/` and moves to `originals/` once wholly accepted. What is in a file is no concern
of this module; it refuses only what is not an ordinary, bounded, quiet file.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import Any

from pipelines.home import Home, file_digest, lives, sync_folder, sync_folders
from pipelines.intake.verdicts import Finding, finding
from pipelines.messages import say

MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: a return of every township of a large country is below it."""

_BLOCK = 1024 * 1024
_DIGITS = 64  # of a hash
_INCOMING = re.compile(r"\.incoming-([0-9]{1,7})-[0-9]+\.tmp")
_ENDINGS = (".csv", ".xlsx", ".bin")
"""Of stored files; the last of whatever is neither of the others."""


class StoreError(Exception):
    """A file that cannot be received. `finding` says why, in the words of the message catalogue."""

    def __init__(self, code: str, **places: Any):
        super().__init__(say(f"finding.{code}", "en", **places))
        self.finding: Finding = finding(code, **places)


def problem(path: Path) -> StoreError | None:
    """Why a file cannot be received as it lies there, or None."""
    try:
        os.close(_open(path)[0])
    except StoreError as error:
        return error
    return None


def _open(path: Path, folder: int | None = None) -> tuple[int, os.stat_result]:
    """An open ordinary file, and what it is. Raises StoreError."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path if folder is None else path.name, flags, dir_fd=folder)
    except OSError as error:
        code = "folder_closed" if os.path.isdir(path) else "not_readable"  # noqa: PTH112 (never raises)
        code = "not_ordinary" if os.path.islink(path) else code  # noqa: PTH114
        raise StoreError(code, reason=os.strerror(error.errno or 0)) from None
    found = os.fstat(handle)
    refusal = _refusal(found)
    if refusal:
        os.close(handle)
        raise refusal
    return handle, found


def receive(home: Home, path: Path, unsynced: set[Path] | None = None, folder: int | None = None) -> tuple[str, int]:
    """Copies a file into the store, durably and read-only. Returns its sha256 and how many bytes it has; where
    it lies may change at any time (`find`).

    The same bytes are stored once; where they were damaged in the store, these take their place. Raises StoreError for
    a link, a device, a folder, an empty or too large file, or one that changes while it is copied. With `unsynced`, its
    new name is durable once the caller has made the folders durable that are added there: once for many files.
    `folder`: a handle of the one that the file lies in, so that no link on the way there is followed.
    """
    handle, before = _open(path, folder)
    temporary = home.quarantine / f".incoming-{os.getpid()}-{before.st_ino}.tmp"
    with os.fdopen(handle, "rb", buffering=0) as source:
        try:
            sha256, size = _copy(source, temporary)
            after = os.fstat(handle)
            if (size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != after.st_size:
                raise StoreError("changing")
            _settle(home, temporary, sha256, path.suffix.lower(), unsynced)
            return sha256, size
        finally:
            temporary.unlink(missing_ok=True)


def _refusal(found: os.stat_result) -> StoreError | None:
    if not stat.S_ISREG(found.st_mode):
        return StoreError("not_ordinary")
    if found.st_size == 0:
        return StoreError("empty_file")
    if found.st_size > MAX_BYTES:
        return StoreError("too_large", megabytes=MAX_BYTES // _BLOCK)
    return None


def clear(home: Home) -> None:
    """Removes what was left by processes that were killed while they received a file. Any may receive at any time."""
    for left in home.quarantine.glob(".incoming-*.tmp"):
        process = _INCOMING.fullmatch(left.name)
        if process and not lives(process[1]):  # what is called otherwise is another's
            left.unlink(missing_ok=True)


def find(home: Home, sha256: str) -> Path:
    """Where the bytes of a hash are stored. Raises FileNotFoundError when purged or never received."""
    for folder in (f"{home.originals}/{sha256[:2]}", f"{home.quarantine}/{sha256[:2]}"):
        for ending in _ENDINGS:
            found = f"{folder}/{sha256}{ending}"
            if os.path.exists(found):  # noqa: PTH110 (asked six times of every file)
                return Path(found)
    raise FileNotFoundError(f"The file with the hash {sha256} is not in the store; it may have been purged.")


def accepted(home: Home) -> set[str]:
    """The hashes of all originals."""
    return {file.stem for file in home.originals.glob("??/*") if file.suffix in _ENDINGS and len(file.stem) == _DIGITS}


def keep(home: Home, *hashes: str) -> None:
    """Moves wholly accepted bytes from quarantine to the originals, those that are not there already."""
    into: set[Path] = set()
    out_of: set[Path] = set()
    for sha256 in hashes:
        found = find(home, sha256)
        final = home.originals / sha256[:2] / found.name
        if found != final:
            _folder(final.parent)
            found.rename(final)
            into.add(final.parent)
            out_of.add(found.parent)
    sync_folders((*into, *out_of))  # in this order: a power cut between them may not leave a file without any name


def _copy(source: Any, temporary: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    target = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(target, "wb", buffering=0) as stream:
        while size <= MAX_BYTES and (block := source.read(_BLOCK)):
            digest.update(block)
            stream.write(block)
            size += len(block)
        stream.flush()
        os.fchmod(target, 0o400)
        os.fsync(target)
    return digest.hexdigest(), size


def _settle(home: Home, temporary: Path, sha256: str, suffix: str, unsynced: set[Path] | None) -> None:
    try:
        final = find(home, sha256)
    except FileNotFoundError:
        final = home.quarantine / sha256[:2] / f"{sha256}{suffix if suffix in _ENDINGS else _ENDINGS[-1]}"
        _folder(final.parent)
        temporary.rename(final)
    else:
        try:
            if not _is_whole(final, sha256):
                temporary.replace(final)
        except FileNotFoundError:  # a run beside has just accepted it
            return _settle(home, temporary, sha256, suffix, unsynced)
    if unsynced is None:
        sync_folder(final.parent)
    else:
        unsynced.add(final.parent)


def _is_whole(stored: Path, sha256: str) -> bool:
    """Is a stored file what its name says? Raises FileNotFoundError."""
    try:
        return file_digest(stored) == sha256
    except FileNotFoundError:
        raise
    except OSError:  # the disk cannot read it
        return False


def _folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)
