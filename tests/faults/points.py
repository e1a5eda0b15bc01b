"""Fault points: every operation by which a process changes something of an installation, named and counted.

No step of the product knows of them. Python tells a process of each file that it opens for writing, renames, removes,
of each folder and link, by its audit events; fsync is wrapped, and the register's commits are heard through SQLAlchemy.
So code that is written tomorrow is attacked without a word in it: this is why the product has no hook. What DuckDB,
SQLite and pyarrow write by themselves is seen only at its edges (rename, fsync); the section `disk` reaches it.

A point is `module:function operation place`, by the nearest frame in `pipelines/`, with numbers, hashes and the ids of
runs left out of the place. The hook stays for the life of the process: install it in one that does nothing else.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT

CODE = f"{PROJECT / 'pipelines'}{os.sep}"
HELPERS = {
    *((f"{CODE}home.py", name) for name in ("sync_folder", "sync_folders", "sync_file", "write_durably", "_write")),
    (f"{CODE}home.py", "write_all_durably"),
    (f"{CODE}landing{os.sep}register.py", "transaction"),
}
"""Functions that work for others: a point is named by whoever calls them."""
OPERATIONS = {
    "open": "write", "os.rename": "rename", "os.remove": "remove", "os.mkdir": "mkdir", "os.rmdir": "rmdir",
    "os.symlink": "symlink", "os.link": "link", "os.chmod": "chmod", "os.truncate": "truncate",
}  # fmt: skip
"""Audit event -> what a point calls it. Besides: fsync, commit."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NUMBERS = re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|(?<=/)[0-9a-f]{2}(?=/|$)|\d+")
_SCRATCH = re.compile(r"(\.(?:reread|kept|restore|register)[-.])\w+|\.\w+\.restoring\.\w+")

Reached = Callable[[str, int, str, Path], None]
"""Told of a point before its operation: its name, how often it came, the operation, the path. It may raise or end."""


_INNER = ("releases/staging", "cache/.kept-*", "cache/.reread-*", "cache/.restore-*", "kept_elsewhere/objects")
"""Folders that nobody looks into before they are moved: all that is in them is one place."""


def general(place: str) -> str:
    """A place without what differs from run to run; deep ones by their folder and ending, since there are many."""
    place = _NUMBERS.sub("*", _SCRATCH.sub(r"\1*", place))
    parts = place.split("/")
    if parts[0] == "*":  # what is being restored
        return "*/…"
    if "/".join(parts[:2]) in _INNER:
        return "/".join([*parts[:2], "…"])
    deep = 3 if parts[0] == "runs" else 4
    return place if len(parts) <= deep else "/".join([*parts[:deep], f"…{Path(place).suffix}"])


def _by() -> str:
    """The nearest function of the product that is no helper."""
    frame = sys._getframe(3)
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(CODE) and (code.co_filename, code.co_name) not in HELPERS:
            return f"{code.co_filename[len(CODE) : -3].replace(os.sep, '.')}:{code.co_name}"
        frame = frame.f_back
    return "outside"


def install(roots: dict[str, Path], reached: Reached) -> None:
    """From now on `reached` is told of each point at which something below a root (name -> folder) changes."""
    seen: Counter[str] = Counter()
    below = [  # links lead to a root perhaps: an open file's path knows none
        (name, f"{one}{os.sep}")
        for name, root in roots.items()
        for one in dict.fromkeys((root.absolute(), root.resolve()))
    ]
    busy = False

    def passed(operation: str, path: Path, what: str = "") -> None:
        nonlocal busy
        for name, root in below:
            if busy or not str(path).startswith(root) or path.suffix == ".lock":
                continue
            point = f"{_by()} {operation} {name}{general(what or str(path)[len(root) :])}"
            seen[point] += 1
            busy = True
            try:
                reached(point, seen[point], operation, path)
            finally:
                busy = False
            return

    def heard(event: str, facts: tuple[Any, ...]) -> None:
        if event in OPERATIONS and not (event == "open" and (isinstance(facts[0], int) or not facts[2] & _WRITING)):
            at = {"os.rename": (1, 3), "os.symlink": (1, 2), "os.link": (1, 3)}.get(event)
            path = _path(facts[at[0]], facts[at[1]]) if at else _path(facts[0], facts[-1])
            if event == "os.rename" and path and not any(str(path).startswith(root) for _, root in below):
                path = _path(facts[0], facts[2])
            if path:
                passed(OPERATIONS[event], path)

    sys.addaudithook(heard)
    real = os.fsync

    def fsync(handle: Any) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        passed("fsync", _open(number))
        real(handle)
        if synced := getattr(reached, "synced", None):
            synced(os.fstat(number), _open(number))

    os.fsync = fsync
    _commits(passed)


def _open(handle: int) -> Path:
    """The path of an open file or folder."""
    return Path(f"/proc/self/fd/{handle}").readlink()


def _path(value: Any, folder: Any) -> Path | None:
    """What an audit event names, whole: a path, perhaps within an open folder, or an open file."""
    if isinstance(value, int):
        return _open(value) if value >= 0 else None
    try:
        path = os.fsdecode(value)
    except TypeError:
        return None
    if not path.startswith(os.sep) and isinstance(folder, int) and 0 <= folder < 1 << 16:
        path = str(_open(folder) / path)
    return Path(os.path.normpath(Path(path).absolute()))  # no link is followed


def _commits(passed: Callable[..., None]) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "commit")
    def _commit(connection: Any) -> None:
        database = connection.engine.url.database or ""
        raw = connection.connection.dbapi_connection
        if database.endswith("register.db") and isinstance(raw, sqlite3.Connection) and raw.in_transaction:
            passed("commit", Path(database).absolute())


def listing(found: list[tuple[str, int]]) -> Reached:
    """Notes every point as it comes."""
    return lambda point, count, operation, path: found.append((point, count))


def killing(wanted: str, which: int) -> Reached:
    """`kill -9` of this process before the operation of a point, when it comes for the so-manieth time."""

    def reached(point: str, count: int, operation: str, path: Path) -> None:
        if (point, count) == (wanted, which):
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def refusing(wanted: str, which: int, number: int, told: Path) -> Reached:
    """The operation of a point fails, once, with an error of this number, as the system or SQLite would say it. That it
    came to it is `told` by a file.
    """

    def reached(point: str, count: int, operation: str, path: Path) -> None:
        if (point, count) != (wanted, which):
            return
        told.touch()
        if operation == "commit":
            from sqlalchemy.exc import OperationalError

            raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))
        raise OSError(number, os.strerror(number), str(path))

    return reached
