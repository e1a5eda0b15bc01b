"""A function in a process of its own that has loaded what this one has: a fork takes a moment, a new program seconds.

Only from a process without threads: what starts some (DuckDB, pyarrow) is used within such a function, never beside it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Ended:
    """How it ended. code: as of a shell, below zero where a signal ended it; answer: what the function returned."""

    code: int
    said: str
    answer: Any = None

    @property
    def killed(self) -> bool:
        """Did kill -9 end it?"""
        return self.code == -signal.SIGKILL


def apart(folder: Path, function: Callable[..., Any], *given: Any, seconds: float = 300) -> Ended:
    """Calls a function in a fork; what it prints is kept, what it returns (JSON) is the answer. `folder`: for both.

    Exceptions are printed as Python does and give 1; SystemExit gives its code. Whatever it started is ended with it.
    """
    said, answer = folder / "said.txt", folder / "answer.json"
    answer.unlink(missing_ok=True)
    caller, process = os.getpid(), os.fork()
    if process == 0:
        end_with(caller)
        _inside(said, answer, function, given)
    until = time.monotonic() + seconds
    while (found := os.waitpid(process, os.WNOHANG))[0] == 0:
        if time.monotonic() > until:
            os.killpg(process, signal.SIGKILL)
            raise TimeoutError(f"It did not end within {seconds:.0f} s: {said.read_text(errors='replace')[-2000:]}")
        time.sleep(0.005)
    code = os.waitstatus_to_exitcode(found[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    text = said.read_text(encoding="utf-8", errors="replace")
    return Ended(code, text, json.loads(answer.read_bytes()) if answer.exists() else None)


def end_with(parent: int) -> None:
    """From now on this process is killed when its parent ends, however that ends."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _inside(said: Path, answer: Path, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    code = 1
    try:
        os.setsid()
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        signal.alarm(0)
        found = function(*given)
        answer.write_text(json.dumps(found))
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)
