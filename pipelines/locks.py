"""Who may write when: the one writer's lock, turns of those who share it, and whether one of these goes on.

Locks of the operating system (`flock`) on files of the home, which it frees however their holder ends. Which work needs
which of them is said where it is done.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.home import Home


class Busy(Exception):
    """Another process is writing. The message says which, and since when."""


def writer(home: Home) -> str | None:
    """Who holds the one writer's lock, alone or beside others (`process N since ...`); None when nobody does."""
    try:
        handle = os.open(home.lock, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        _lock(handle, fcntl.LOCK_EX)  # freed again by closing
        return None
    except BlockingIOError:
        return _holder(handle)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    return os.pread(handle, 200, 0).decode(errors="replace").strip() or "an unknown process"


def _lock(handle: int, how: int) -> None:
    """Takes the lock. Who only asks for the writer holds it for an instant: that is no reason to give up."""
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(0.05)
        fcntl.flock(handle, how | fcntl.LOCK_NB)


_writing: set[Path] = set()
"""Lock files that this process holds."""


@contextmanager
def sole_writer(home: Home, beside: bool = False) -> Iterator[None]:
    """Holds the one writer's lock, or raises Busy at once. The operating system frees it however the holder ends.
    `beside`: it is shared with others that ask for it so, and with nobody else.

    Within a process that holds it already it changes nothing: whoever took it first gives it back.
    """
    if home.lock in _writing:
        yield
        return
    handle = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(handle, fcntl.LOCK_SH if beside else fcntl.LOCK_EX)
        except BlockingIOError:
            holder = _holder(handle)
            raise Busy(
                f"Another run is writing to {home.root} ({holder}). Wait until it ends, then try again."
            ) from None
        which = "several, one of them " if beside else ""
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{which}process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode(), 0)
        _writing.add(home.lock)
        yield
    finally:
        _writing.discard(home.lock)
        os.close(handle)


@contextmanager
def turn(home: Home) -> Iterator[None]:
    """Waits until no other of those that write side by side has its turn, and takes it. Within it none is asked for."""
    with alone(home.turns):
        yield


_GOING = "going.lock"


@contextmanager
def going(folder: Path) -> Iterator[None]:
    """For the process that works in a folder: whoever asks (`goes_on`) sees that it goes on."""
    with alone(folder / _GOING):
        yield


def goes_on(folder: Path) -> bool:
    """Does the process that works in a folder go on? Not if it ended, however it did, or never said so."""
    try:
        handle = os.open(folder / _GOING, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)


@contextmanager
def alone(file: Path, wait: bool = True) -> Iterator[bool]:
    """Holds the lock of a file that is made for it. Yields whether it does: where another holds it and one is not to
    `wait`, it does not.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            held = True
        except BlockingIOError:
            held = False
        yield held
    finally:
        os.close(handle)
