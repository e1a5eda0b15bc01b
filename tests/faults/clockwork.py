"""Commands under other circumstances, and what they cost."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import datetime

from pipelines.home import Home
from tests.faults import small
from tests.faults.otherwise import CLOCK


def command(
    home: Home, *words: str, when: datetime | None = None, more: dict[str, str] | None = None, seconds: float = 600
) -> subprocess.CompletedProcess[str]:
    """`yearbook` with these words by a clock that begins then; never raises for its exit code. `more`: variables."""
    settings = small.settings(home) | (more or {}) | ({CLOCK: when.isoformat()} if when else {})
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.otherwise", *words],
        env=settings, cwd=home.root.parent, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


def processor_seconds() -> float:
    """What all processes took that this one started and that have ended, and those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
