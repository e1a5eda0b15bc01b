"""What a command costs: processor time of its whole tree of processes, wall time, peak memory, bytes written.

The kernel counts processor time and blocks written of every child that was waited for; memory is the sum over the
tree, looked at ten times a second (what processes share is counted in each of them). No command is known here.
"""

from __future__ import annotations

import os
import resource
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

_PAUSE, _BLOCK = 0.1, 512


@dataclass(frozen=True)
class Cost:
    """Seconds, seconds, megabytes (10**6), megabytes, and the exit code."""

    cpu: float
    wall: float
    peak: float
    written: float
    code: int

    def told(self) -> dict[str, float]:
        """The same, as a JSON object."""
        return asdict(self)


def measure(command: list[str], log: Path, env: dict[str, str] | None = None) -> Cost:
    """Runs a command to its end and says what it cost. Its output goes to a file; the exit code tells of failure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    with log.open("wb") as output:
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=os.environ | (env or {}))
        done, peak = Event(), [0]
        watcher = Thread(target=_watch, args=(running.pid, done, peak), daemon=True)
        watcher.start()
        code = running.wait()
        done.set()
        watcher.join()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(cpu, wall, peak[0] / 1e6, (after.ru_oublock - before.ru_oublock) * _BLOCK / 1e6, code)


def _watch(root: int, done: Event, peak: list[int]) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while not done.wait(_PAUSE):
        peak[0] = max(peak[0], sum(_pages(pid) for pid in _tree(root)) * page)


def _tree(root: int) -> list[int]:
    """The process and all below it."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:  # it has ended
                continue
    return found


def _pages(pid: int) -> int:
    """Pages in memory: of its own and of files."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
