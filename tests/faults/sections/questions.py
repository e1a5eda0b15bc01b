"""`query`: questions that want more than an answer."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.home import PROJECT, Home
from pipelines.release import query, read
from pipelines.release.database import DATABASE
from tests.faults import processes, small, statements
from tests.faults.outcome import Outcome

PROMISE = (
    "Whoever may ask a release may read it and no more: no file, no network, no change; the operating system holds the "
    "memory and the time that an answer may take, and who asks lives."
)
ATTACK = (
    "SQL that reads and writes files, opens databases, loads code, changes settings, nests deep, grows without end or "
    "runs without end, clocks that never ring, and processes that stop."
)
_HUSH = "hush-58213"
_KINDS = {
    "files": statements.FILES, "statements": statements.STATEMENTS, "memory": statements.MEMORY,
    "time": statements.TIME, "answers": statements.ANSWERS,
}  # fmt: skip
_SECONDS = {"time": 1.0}
_PART = 20
_LARGEST = 512 * 2**20
"""What an answer may add to the memory of whoever asks."""


def names(whole: bool) -> list[str]:
    """`files 0` are the first of those that are after files, and so on."""
    listed = [f"{kind} {first}" for kind in _KINDS for first in range(0, len(_asked(kind)), _PART)]
    return [*listed, *_SPECIAL]


def _asked(kind: str) -> list[tuple[str, str]]:
    return [(expected, sql) for expected, listed in _KINDS[kind].items() for sql in listed]


def trial(name: str, folder: Path) -> Outcome:
    """Asks, and looks whether anything changed."""
    outcome, home = Outcome(), small.copy("published", folder)
    database = read.folder_of(home).resolve() / DATABASE
    before, places = _tree(home), _places(folder)
    os.environ["TOKEN_OF_NOBODY"] = _HUSH
    own = _own()
    _, rows = query.query(home, "select count(*) from dim_area")
    outcome.hold(rows == [(len(small.TOWNS) + 1,)], f"A good question is answered {rows}.")
    if name in _SPECIAL:
        outcome.counts["questions"] += 1
        outcome.broken += _SPECIAL[name](home, database)
    else:
        kind, first = name.split()
        for expected, sql in _asked(kind)[int(first) : int(first) + _PART]:
            outcome.counts["questions"] += 1
            asked = sql.replace("{out}", str(folder / "out")).replace("{db}", str(database))
            outcome.broken += [
                f"{sql[:200]}: {one}" for one in _answered(home, expected, asked, _SECONDS.get(kind, 20))
            ]
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    outcome.hold(most < query.MEMORY, f"A process had {most >> 20} MB.")
    outcome.hold(_own() - own < _LARGEST, f"Who asked grew by {(_own() - own) >> 20} MB.")
    outcome.hold(_tree(home) == before, "The installation changed.")
    outcome.hold(_places(folder) == places, f"Files appeared: {_places(folder) ^ places}")
    outcome.hold(not _sessions(), "A process of a question is left.")
    return outcome


def _answered(home: Home, expected: str, sql: str, seconds: float) -> Iterator[str]:
    """What is wrong with what came of a question."""
    began = time.monotonic()
    try:
        _, rows = query.query(home, sql, seconds=seconds)
    except query.QueryError as error:
        words = str(error)
        if expected == "rows" or not words.strip() or "Traceback" in words or len(words) > 20_000:
            yield f"answered {words[:300]!r}"
        if _HUSH in words or "root:x:" in words:
            yield f"the sentence gives away {words[:300]!r}"
    else:
        if expected == "error":
            yield f"it was allowed: {str(rows)[:200]}"
        if len(rows) < 1000 and (_HUSH in str(rows) or "root:x:" in str(rows)):
            yield "the rows give away what is none of the release"
    if (took := time.monotonic() - began) > seconds + 20:
        yield f"it took {took:.0f} s"


def _never_rings(home: Home, database: Path) -> Iterator[str]:
    """The session whose own clock does not ring: the system ends it."""
    script = (
        "import json, sys, threading; threading.Timer.start = threading.Timer.join = lambda *_: None; "
        "from pipelines.release import session; json.dump(session.answer(json.load(sys.stdin)), sys.stdout)"
    )
    request = {"database": str(database), "beside": {}, "sql": statements.TIME["error"][0], "seconds": 1, "rows": 10}
    request |= {"memory": query.MEMORY, "held": query.HELD}
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", script], input=json.dumps(request).encode(), cwd=PROJECT,
            capture_output=True, timeout=45, env=os.environ | {"PYTHONPATH": str(PROJECT)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        yield "it was still at work after 45 s"
        return
    if done.returncode not in (-signal.SIGXCPU, -signal.SIGKILL):
        yield f"it ended by {done.returncode} after {time.monotonic() - began:.0f} s: {done.stdout[:300]!r}"


def _stops(home: Home, database: Path) -> Iterator[str]:
    """The session is stopped: who asks gives up, and it is gone."""
    stopped: list[int] = []

    def stop() -> None:
        until = time.monotonic() + 10
        while not stopped and time.monotonic() < until:
            for number in _sessions():
                os.kill(number, signal.SIGSTOP)
                stopped.append(number)
            time.sleep(0.01)

    thread = threading.Thread(target=stop)
    thread.start()
    began = time.monotonic()
    try:
        yield f"it answered {query.query(home, 'select 1', seconds=0.5)}"
    except query.QueryError as error:
        if "stopped after" not in str(error) or not stopped:
            yield f"it said {error}, {stopped}"
    thread.join()
    if (took := time.monotonic() - began) > 25:
        yield f"it took {took:.0f} s"


def _knows(home: Home, database: Path) -> Iterator[str]:
    """What the process of a question has been given: its environment and open files, seen by the system."""
    seen: list[tuple[bytes, list[str]]] = []

    def look() -> None:
        until = time.monotonic() + 10
        while not seen and time.monotonic() < until:
            for number in _sessions():
                place = Path("/proc", str(number))
                time.sleep(0.7)  # until it is at work
                try:
                    files = [str(one.readlink()) for one in (place / "fd").iterdir()]
                    seen.append(((place / "environ").read_bytes(), files))
                except OSError:
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    yield from _answered(home, "error", statements.TIME["error"][0], 4)
    thread.join()
    if not seen or _HUSH.encode() in seen[0][0]:
        yield f"its environment: {seen}"
    odd = [
        one for _, files in seen for one in files if not one.startswith(("pipe:", "/dev/null", "/dev/urandom", "/sys/"))
    ]
    if any(not one.endswith(DATABASE) for one in odd):
        yield f"its open files: {odd}"


def _outgrows(home: Home, database: Path) -> Iterator[str]:
    """Rows that the database hands over, and that outgrow the process behind its back: the system holds it."""
    try:
        _, rows = query.query(home, "select range(400) from range(99000)", memory=400 * 2**20)
        yield f"it answered {len(rows)} rows"
    except query.QueryError as error:
        if "memory" not in str(error):
            yield f"it said {error}"


def _less(home: Home, database: Path) -> Iterator[str]:
    """An installation that allows less memory than we would: a good question is answered all the same."""
    words = ["bash", "-c", 'ulimit -v 1500000 && exec "$@"', "-", sys.executable, "-m", "pipelines.cli", "query"]
    done = subprocess.run(
        [*words, "select 6 * 7 as n", "--csv"], env=small.settings(home), capture_output=True, timeout=60
    )
    if done.returncode or done.stdout.split() != [b"n", b"42"]:
        yield f"it ended by {done.returncode}: {done.stdout[-300:]!r} {done.stderr[-300:]!r}"


_SPECIAL = {
    "less memory than a question may use": _less,
    "rows that outgrow the process": _outgrows, "a clock that never rings": _never_rings,
    "a process that stops": _stops, "what the process knows": _knows,
}  # fmt: skip


def _sessions() -> list[int]:
    """Processes of questions that this process has begun."""
    return processes.of("pipelines.release.session")


def _own() -> int:
    return int(Path("/proc/self/status").read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) * 1024


def _tree(home: Home) -> dict[str, str]:
    """Every file of the installation and what it holds."""
    return {
        str(path): "-> " + str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _places(folder: Path) -> set[Path]:
    """What lies where a session might leave something."""
    return {*folder.iterdir(), *Path("/").iterdir(), *PROJECT.iterdir()}
