"""`yearbook` under another clock, by libfaketime: for the command and all that it starts."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipelines.home import Home
from tests.faults import small

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
"""Debian: apt install faketime."""
MISSING = "left out, libfaketime is not installed"


def settings(when: datetime) -> dict[str, str]:
    """Variables of a process whose clock begins at a time and goes on; how long things take is not touched."""
    offset = round((when - datetime.now(UTC)).total_seconds())
    return {
        "LD_PRELOAD": str(LIBRARY), "FAKETIME": f"{offset:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip


def command(home: Home, *words: str, more: dict[str, str], seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """`yearbook` with these words and more variables; never raises for its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
        env=small.settings(home) | more, cwd=home.root.parent, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


def processor_seconds() -> float:
    """What all processes took that this one started and that have ended, and those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
