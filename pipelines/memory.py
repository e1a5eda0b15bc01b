"""How much memory the embedded engine may take: the same in every stage, so that a nation fits where a county does; and
the collector at rest while libraries are loaded.

What does not fit goes to a folder that the engine removes. Only the bound is here; who opens the engine sets it.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path

MOST = 2 * 1024
"""MiB, on any machine: of the 4 GiB that a run may take, Python's frames and the scheduler need the rest."""


def bound() -> dict[str, str | bool | int | float | list[str]]:
    """`limit` as the engine takes it, for a session that needs no other setting."""
    return {"memory_limit": limit()}


def limit() -> str:
    """The engine's `memory_limit`: half of the memory that the machine or the service has, at most MOST."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # no group of its own, or one without a bound ("max")
        there = min(there, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return f"{min(MOST, there // 2**21)}MiB"


@contextlib.contextmanager
def settling() -> Iterator[None]:
    """While large libraries are loaded: nearly all that they make stays, so nothing of it is looked for to be thrown
    away, then or later (a fifth of what Great Expectations costs to load).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
