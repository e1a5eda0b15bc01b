"""How much memory the embedded engine may take: the same in every stage, so that a nation fits where a county does.

What does not fit goes to a folder that the engine removes. Only the bound is here; who opens the engine sets it.
"""

from __future__ import annotations

import os

MOST = 2 * 1024
"""MiB, on any machine: of the 4 GiB that a run may take, Python's frames and the scheduler need the rest."""


def limit() -> str:
    """The engine's `memory_limit`: half of the machine's memory, at most MOST."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"{min(MOST, machine // 2)}MiB"
