"""`yearbook` on a terminal: a pseudo-terminal of a width, as a person has one, and keys that are pressed in it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence

from pipelines.home import PROJECT

YEARBOOK = (sys.executable, "-m", "pipelines.cli")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|38;[\d;]+)m")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def environment(**settings: str) -> dict[str, str]:
    """The environment of a person's shell: nothing that this test run was given to decide on colours or widths."""
    ours = ("YEARBOOK_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERM")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"TERM": "xterm-256color", "PYTHONPATH": str(PROJECT)} | settings


def hears_ctrl_c() -> None:
    """In a process that begins: where a shell started these tests in the background, all of them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _as_of_a_person() -> None:
    hears_ctrl_c()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def on_terminal(
    words: Sequence[str], settings: Mapping[str, str], columns: int = 80, press: tuple[str, bytes] | None = None
) -> tuple[int, str]:
    """Exit code and all that showed. `press`: (what to wait for, the key then pressed)."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        words, stdin=secondary, stdout=secondary, stderr=secondary, env=environment(**settings), start_new_session=True,
        preexec_fn=_as_of_a_person,
    )  # fmt: skip
    os.close(secondary)
    shown = b""
    while True:
        try:
            read = os.read(primary, 65536)
        except OSError:  # the last one who had the terminal is gone
            break
        if not read:
            break
        shown += read
        if press and press[0].encode() in shown:
            os.write(primary, press[1])
            press = None
    os.close(primary)
    return process.wait(timeout=60), shown.decode()
