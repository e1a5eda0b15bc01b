"""Runs a program of ours under watch: without a network, and each try to reach one, to start a program or to write
outside of where it may is noted.

The watch is a module that Python loads before any other, in the program and in every one that it starts. What is
allowed belongs to whoever asks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.home import PROJECT

_WATCH = """
import os, sys

NOTES, MAY = {notes!r}, {may!r}
EITHER = NOTES, "/dev/null"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
ASKS = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "os.system",
        "os.exec", "os.posix_spawn", "ftplib.connect", "urllib.Request", "webbrowser.open", "pty.spawn")

def note(what):
    handle = os.open(NOTES, os.O_WRONLY | os.O_APPEND)
    os.write(handle, (what + "\\n").encode("utf-8", "backslashreplace"))
    os.close(handle)

def watch(event, told):
    if event in ASKS:
        note(f"{{event}} {{told[-1]!r}}"[:300])
    elif event == "subprocess.Popen" and "pipelines.intake.worker" not in told[1]:
        note(f"{{event}} {{told[1]!r}}"[:300])
    elif event in ("open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "os.rmdir", "os.chmod"):
        if event == "open" and not (isinstance(told[2], int) and told[2] & WRITES):
            return
        for path in told[:2] if event in ("os.rename", "os.link", "os.symlink") else told[:1]:
            if isinstance(path, int) or path is None:
                continue
            base = told[-1] if event in ("os.remove", "os.rmdir", "os.mkdir") else -1
            base = os.readlink(f"/proc/self/fd/{{base}}") if isinstance(base, int) and base >= 0 else os.getcwd()
            path = os.path.normpath(os.path.join(base, os.fsdecode(path)))
            if not (path + os.sep).startswith(tuple(MAY)) and path not in EITHER and "__pycache__" not in path:
                note(f"{{event}} {{path}}"[:500])

sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Watched:
    """How a program ended, what it said, and what was noted of it."""

    code: int
    out: bytes
    errors: str
    notes: list[str]


@cache
def without_network() -> tuple[str, ...]:
    """The words before a command that leave it no network, where this machine allows that; () elsewhere."""
    for words in (("unshare", "--net"), ("unshare", "--map-root-user", "--net")):
        try:
            if subprocess.run([*words, "true"], capture_output=True).returncode == 0:
                return words
        except FileNotFoundError:
            break
    return ()


def run(folder: Path, words: Sequence[str], may: Sequence[Path], seconds: float, given: bytes | None = None) -> Watched:
    """Runs `python` with these words. `may`: folders that it may write to. The folder of temporary files is one of its
    own, in `folder`. Raises subprocess.TimeoutExpired."""
    watch = folder / "watch"
    watch.mkdir(parents=True, exist_ok=True)
    notes, temporary = folder / "notes.txt", folder / "temporary"
    notes.touch()
    temporary.mkdir(exist_ok=True)
    text = _WATCH.format(notes=str(notes), may=[f"{place}{os.sep}" for place in (temporary, *may)])
    (watch / "sitecustomize.py").write_text(text, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | {
        "PYTHONPATH": f"{watch}{os.pathsep}{PROJECT}", "TMPDIR": str(temporary), "DO_NOT_TRACK": "1",
        "TOKEN_OF_NOBODY": "hush-58213",
    }  # fmt: skip
    done = subprocess.run(
        [*without_network(), sys.executable, *words], env=environment, cwd=folder, input=given, timeout=seconds,
        capture_output=True,
    )  # fmt: skip
    told = notes.read_text(encoding="utf-8").splitlines()
    left = [f"left {path}" for path in temporary.rglob("*")]
    return Watched(done.returncode, done.stdout, done.stderr.decode(errors="replace"), told + left)
