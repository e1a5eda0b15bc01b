"""Commands started at one moment on one installation, and a writer that stands still."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import batches, history, register
from pipelines.release import read, verify
from tests.faults import damaging, handed_on, small
from tests.faults.outcome import Outcome

PROMISE = (
    "One writes at a time, or several take in side by side; who comes second is told so at once, and nothing is lost "
    "or done twice."
)
ATTACK = (
    "Two to four commands started at one moment; a writer that is stopped while others read; a delivery while a backup "
    "is made."
)
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "--json"), "publish": ("publish", "--by", "Li Wei", "--json"),
    "backfill": ("backfill", "2003..2004", "--json"), "query": ("query", "select 1 as one", "--json"),
    "intake": ("intake", "--json"),
}  # fmt: skip
WRITERS = ("run", "publish", "backfill", "intake")
OF_WRITERS = ("run began", "run ended", "intake began", "intake ended", "stage", "release published")
"""What the journal says of whoever holds the writer's lock."""
STARTS = (
    "run+run", "run+deliver", "run+publish", "run+backfill", "backfill+publish", "run+query", "deliver+deliver+run",
    "run+run+run+run", "run+publish+backfill+query", "backfill+backfill",
    "intake+intake+deliver", "intake+intake+run",
)  # fmt: skip
READING = (
    ("query", "select count(*) as n from mart_indicator"),
    ("release", "verify"),
    ("release", "list"),
    ("status",),
)
TOWNS = ("110101001", "110101002", "110101003", "110101")


def names(whole: bool) -> list[str]:
    """`start COMMANDS N`, `stopped N` (a run, somewhere on its way), `held` (in the middle of a transaction)."""
    if not whole:
        few = [f"start {words} 0" for words in ("run+run+deliver+query", "intake+intake+run", "run+publish")]
        return [*few, "held", "backup beside deliver"]
    starts = [f"start {words} {n}" for words in STARTS for n in range(5)]
    return [*starts, "held", "backup beside deliver", *(f"stopped {n}" for n in range(10))]


def trial(name: str, folder: Path) -> Outcome:
    """One of them."""
    outcome, (what, *words) = Outcome(), name.split()
    if what == "backup":
        outcome.counts["backups beside a delivery"] += 1
        handed_on.beside_delivery(folder, outcome)
        return outcome
    signs = bool(words) and "publish" in words[0]  # there is something to sign off
    home = damaging.copy("released" if signs else "published", folder)
    if signs:
        small.lay(home.inbox, more=1, day="25")
    if what == "start":
        _start(home, words[0].split("+"), outcome)
    elif what == "held":
        _held(home, outcome)
    else:
        _stopped(home, int(words[0]), outcome)
    return outcome


def _begin(home: Home, words: tuple[str, ...], said: Path) -> subprocess.Popen[bytes]:
    """A command that goes on by itself, what it says in a file: a pipe that nobody reads would hold it."""
    with said.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", *words], env=small.settings(home), cwd=home.root.parent,
            stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip


def _start(home: Home, commands: list[str], outcome: Outcome) -> None:
    outcome.counts["double starts"] += 1
    delivered = [home.root.parent / f"crime_110101_{year}_{year}-12-31.csv" for year in (2001, 2002)]
    for n, file in enumerate(delivered):
        file.write_bytes(small.crime("2003", n))
    waiting = iter(delivered)
    words = [("deliver", str(next(waiting)), "--json") if one == "deliver" else COMMANDS[one] for one in commands]
    said_by = [home.root.parent / f"said-{n}" for n in range(len(words))]
    running = [_begin(home, one, file) for one, file in zip(words, said_by, strict=True)]
    done = [(at, code, said_by[n].read_text("utf-8")) for n, (at, code) in enumerate(_ended(running))]
    said = dict(enumerate((one, code, text[-700:]) for one, (_, code, text) in zip(commands, done, strict=True)))
    writing = [(at, code) for one, (at, code, _) in zip(commands, done, strict=True) if one in WRITERS]
    well, busy = [at for at, code in writing if code == 0], [at for at, code in writing if code == 3]
    outcome.hold(len(well) + len(busy) == len(writing) and bool(well), f"the writers end otherwise: {said}")
    outcome.hold(not busy or min(busy) < max(well, default=0), f"who was refused waited for the writer: {said}")
    others = [code for one, (_, code, _) in zip(commands, done, strict=True) if one not in WRITERS]
    outcome.hold(not any(others), f"who does not write is refused: {said}")
    outcome.hold(not any("Traceback" in text for _, _, text in done), f"a traceback: {said}")
    outcome.hold(not (at_once := _at_once(home)), f"two wrote at once: {at_once}")
    _settled(home, commands.count("deliver"), outcome)


def _at_once(home: Home) -> list[str]:
    """What the journal says of another process between the first and the last word of a run, or of intakes, which may
    go on beside each other.
    """
    lines = [json.loads(line) for file in sorted(home.logs.iterdir()) for line in file.read_text("utf-8").splitlines()]
    found, writing = list[str](), dict[int, str]()
    for line in (line for line in lines if line["event"] in OF_WRITERS):
        what, _, how = line["event"].partition(" ")
        others = {pid for pid, does in writing.items() if pid != line["pid"] and not what == does == "intake"}
        found += [f"{line['event']} of {line['pid']} beside {other}" for other in others]
        if how == "began":
            writing[line["pid"]] = what
        elif how == "ended":
            writing.pop(line["pid"], None)
    return found


def _ended(running: list[subprocess.Popen[bytes]]) -> list[tuple[float, int]]:
    """When each ended (the order counts, not the time), with which code."""
    at: dict[int, float] = {}
    until = time.monotonic() + 600
    while len(at) < len(running):
        for n, process in enumerate(running):
            if n not in at and process.poll() is not None:
                at[n] = time.monotonic()
        if time.monotonic() > until:
            raise TimeoutError("A command does not end.")
        time.sleep(0.05)
    return [(at[n], process.returncode) for n, process in enumerate(running)]


def _settled(home: Home, delivered: int, outcome: Outcome) -> None:
    """Afterwards: the lock is free, one more run is well, and every file was taken in once."""
    with home.lock.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    again = small.command(home, "run", "--json")
    outcome.hold(again.returncode == 0, f"the run afterwards: {again.stdout}{again.stderr}"[-1500:])
    rows = register.rows(home, sa.select(register.delivery))
    outcome.hold(len(rows) == 8 + delivered, f"{len(rows)} deliveries, not {8 + delivered}")
    outcome.hold(all(row["verdict"] for row in rows), "a delivery has no verdict")
    ids = [row["submission_id"] for row in register.export(home) if row["verdict"] == "accepted"]
    outcome.hold(len(ids) == len(set(ids)) >= 8, f"{len(ids)} accepted, {len(set(ids))} of them different")
    outcome.hold(
        {file.name for file in batches.sound(home)} == {f.name for f in home.landing.iterdir()}, "stray batches"
    )
    outcome.hold(not list(home.inbox.iterdir()), "a file lies in the inbox")
    ended = history.last(home)
    outcome.hold(all(row["outcome"] for row in ended), "a run has no end")
    released = [row["release_id"] for row in ended if row["outcome"] == "released"]
    candidates = [one["release_id"] for one in read.list_releases(home) if one["kind"] == "candidate"]
    outcome.hold(sorted(released) == sorted(candidates), f"released {released}, there are {candidates}")
    if fault := damaging.wrong(home.releases / "versions" / (read.current_id(home) or ""), 1):
        outcome.hold(False, fault)
    for pointer in read.POINTERS:
        outcome.hold(not (faults := verify.verify(home, pointer)), f"{pointer}: {faults[:3]}")
    outcome.hold(not list((home.releases / "staging").iterdir()), "something is left in staging")


def _reads(home: Home, outcome: Outcome, while_: str) -> None:
    """Every reading command is answered although somebody holds the lock; a second writer is refused."""
    for words in READING:
        done = small.command(home, *words, seconds=90)
        outcome.counts["reads beside a stopped writer"] += 1
        outcome.hold(done.returncode == 0, f"{' '.join(words)} {while_}: {done.stdout}{done.stderr}"[-1500:])


def _stopped(home: Home, n: int, outcome: Outcome) -> None:
    said = home.root.parent / "said"
    process = _begin(home, COMMANDS["run"], said)
    try:
        time.sleep(2 + 1.5 * n)
        os.killpg(process.pid, signal.SIGSTOP)
        with home.lock.open() as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return  # it has ended, or not begun
            except BlockingIOError:
                pass
        _reads(home, outcome, "while a run stands still")
        second = small.command(home, "run", "--json", seconds=90)
        outcome.hold(
            second.returncode == 3, f"a second run: {second.returncode} {second.stdout}{second.stderr}"[-1500:]
        )
    finally:
        os.killpg(process.pid, signal.SIGCONT)
        process.wait(600)
    outcome.hold(process.returncode == 0, f"the run that was stopped: {said.read_text('utf-8')}"[-1500:])
    _settled(home, 0, outcome)


HOLDS = """
import os, signal, sys
from pathlib import Path
from pipelines.home import Home
from pipelines.locks import sole_writer
from pipelines.landing import register
home = Home(Path(sys.argv[1]), Path(sys.argv[2]))
with sole_writer(home), register.transaction(home) as connection:
    register.now(connection)
    print("held", flush=True)
    sys.stdin.read()
"""


def _held(home: Home, outcome: Outcome) -> None:
    """A writer that has begun a transaction of the register and stops there."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(home.root), str(home.contracts)], env=small.settings(home), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    outcome.hold(process.stdout.readline() == "held\n", "the writer does not begin")
    _reads(home, outcome, "while a transaction is open")
    second = small.command(home, "publish", "--by", "Li Wei", "--json", seconds=90)
    outcome.hold(second.returncode == 3, f"a second writer: {second.returncode} {second.stdout}{second.stderr}"[-1500:])
    process.communicate("", timeout=60)
