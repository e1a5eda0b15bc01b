"""Our programs in forks of a process that has loaded what they import: a fork takes a moment, a new program seconds.

`program(module)` is what stands for `python -m module` in a command. Its words, environment, folder, mask and streams
are its own, signals arrive, it ends as the module ends, and is killed (a moment later) when it is killed. Otherwise it
is as its process of loaded modules (`loading`): nothing is imported anew, Python's hashes have one seed, limits and
what Python itself reads from the environment are those of the tests, and the number by which its starter knows it is
not that under which it works. What looks at any of these starts a new program.

One such process serves one process of tests. It begins with the first command, and ends with whom it serves. This file
is what stands in the command: it hands on, and waits. It loads little, since it is begun each time.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ASKED, SERVER = "environment.json", "tests.loading"
"""The environment of the tests, in the folder that both share; the module that serves."""
PLANTED = "YEARBOOK_FAULT_PLANTED"
"""Set where a bug is planted as modules are loaded (`tests/faults/planting.py`): there nothing may be loaded before."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What is handed on; SIGKILL is seen by whoever asked being gone."""
_serving: dict[str, Any] = {"of": "", "instead": False}
"""Folder and process, once there is one: a fork of that process has the same."""


def program(module: str) -> tuple[str, ...]:
    """The words that run a module, as (sys.executable, "-m", module) would. These very words where a system cannot, and
    where a bug is planted.
    """
    if not hasattr(os, "pidfd_open") or os.environ.get(PLANTED):
        return (sys.executable, "-m", module)
    if not _serving["of"]:
        import atexit
        import shutil
        import tempfile

        folder = tempfile.mkdtemp(prefix="yearbook-loaded-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        Path(folder, ASKED).write_text(json.dumps({**os.environ}))
        _serving["of"] = f"{folder}:{os.getpid()}"
    return (sys.executable, "-I", "-S", str(Path(__file__).resolve()), _serving["of"], module)


def words(module: str) -> tuple[str, ...]:
    """The words that run a module: of a fork where this process, or one that it was forked from, was told `instead`."""
    return program(module) if _serving["instead"] else (sys.executable, "-m", module)


def served() -> str:
    """By whom they are forked, for another process that is to have them forked there too."""
    program("")
    return _serving["of"]


def instead(of: str = "") -> None:
    """From now on the programs of ours that a stage starts are such forks. Those that are locked in stay what they
    are: what reads a return, and what answers a question. `of`: by whom they are forked, where that is not new.
    """
    from pipelines import programs

    _serving.update(of=of or served(), instead=True)
    programs.START = program("")[:-1]


def hand_on(folder: str, owner: str, module: str, words: list[str]) -> int:
    """Has a module run with these words and all that this process was given. Returns its exit code, as of Popen."""
    for number in (0, 1, 2):  # what is closed would be taken by the next file
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        os.open(os.devnull, os.O_RDWR)
    umask = os.umask(0o77)
    os.umask(umask)
    deaf = [number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN]  # as nohup has it
    given = {"environment": {**os.environ}, "folder": str(Path.cwd()), "umask": umask, "deaf": deaf}
    told = json.dumps({"module": module, "words": words} | given).encode()
    code = b""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # none may stand among what is told
    with _connected(folder, owner) as server, contextlib.suppress(ConnectionError):
        socket.send_fds(server, [len(told).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(told)
        for number in set(SIGNALS) - {*deaf}:
            signal.signal(number, lambda number, frame: server.sendall(bytes([number])))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = server.recv(4)
    if not code:
        sys.exit(f"The process of loaded modules is gone: {_said(folder)}")
    return int.from_bytes(code, "big", signed=True)


def _connected(folder: str, owner: str) -> socket.socket:
    """To the process that serves `owner`; it is started where there is none yet, or none any more."""
    found, started = socket.socket(socket.AF_UNIX), 0
    with Path(folder, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            try:
                with short(folder) as name:
                    found.connect(name)
                return found
            except (FileNotFoundError, ConnectionRefusedError):
                started = started or _start(folder, owner)
                if os.waitpid(started, os.WNOHANG)[0]:
                    sys.exit(f"The process of loaded modules did not begin: {_said(folder)}")
                time.sleep(0.02)


@contextlib.contextmanager
def short(folder: str) -> Iterator[str]:
    """The socket's name within, however long the folder's is: a socket's has no more than 107 letters."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/socket"
    finally:
        os.close(handle)


def _said(folder: str) -> str:
    with contextlib.suppress(OSError):
        return Path(folder, "said.txt").read_text(errors="replace").strip()[-2000:]
    return "it said nothing."


def _start(folder: str, owner: str) -> int:
    """Begins the process that serves, in the environment of the tests, whoever asks first."""
    process = os.fork()
    if process:
        return process
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        said = os.open(f"{folder}/said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number, handle in enumerate((os.open(os.devnull, os.O_RDONLY), said, said)):
            os.dup2(handle, number)
        os.closerange(3, 1024)
        project = str(Path(__file__).resolve().parents[1])
        of_tests = json.loads(Path(folder, ASKED).read_text())
        kept = {k: v for k, v in of_tests.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
        path = os.pathsep.join(filter(None, (kept.get("PYTHONPATH"), project)))
        # libraries that start threads when they are loaded could not be forked
        alone = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
        os.chdir(project)
        os.execve(
            sys.executable, [sys.executable, "-m", SERVER, folder, owner], kept | alone | {"PYTHONPATH": path}
        )  # fmt: skip
    finally:
        os._exit(1)


def _end(code: int) -> None:
    """Ends this process as the one that it waited for."""
    if code < 0:
        with contextlib.suppress(OSError):  # of some there is no way to be deaf
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    _end(hand_on(*sys.argv[1].rsplit(":", 1), sys.argv[2], sys.argv[3:]))
