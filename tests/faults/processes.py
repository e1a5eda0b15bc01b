"""Processes that this one has begun: which there are, and one that is met at its work.

What becomes of whoever is met, and why, is the trials' business.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def of(module: str) -> list[int]:
    """Those that run a module of Python."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and module.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@contextmanager
def met(path: Path, module: str, sign: int) -> Iterator[None]:
    """Within, whoever runs that module is sent a signal when it first opens the file; the file is as it was then.

    Raises TimeoutError at the end where nobody has opened it.
    """
    kept = path.rename(path.with_name(f"{path.name}.kept"))
    os.mkfifo(path)
    signalled: list[int] = []

    def wait() -> None:
        handle = os.open(path, os.O_WRONLY)  # until somebody opens it too
        kept.replace(path)
        for process in of(module):
            os.kill(process, sign)
            signalled.append(process)
        os.close(handle)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    yield
    thread.join(10)
    if not signalled:
        raise TimeoutError(f"Nobody opened {path}.")
