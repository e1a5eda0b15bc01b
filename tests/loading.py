"""The process that has loaded everything, and forks: `python -m tests.loading FOLDER OWNER`. Who asks is `loaded`."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from tests import loaded

NOT_LOADED = re.compile(r"pipelines\.(cli|defs|docs)\b|.*\.(__main__|dbt|worker|session|install)$")
"""Modules that read the environment when they are imported, and those that are programs only."""
LIBRARIES = (
    "dagster_dbt", "dbt.adapters.duckdb", "dbt.cli.main", "dbt.include.duckdb", "pandas", "pyarrow.parquet",
    "rich.console", "rich.table", "typer",
)  # fmt: skip
HAND_OVER = 30
"""Seconds for whoever connects to say what it wants; all others wait meanwhile."""


def serve(folder: str, owner: int) -> None:
    """Forks for each that connects, until the process `owner` ends."""
    import selectors
    import shutil

    until = _handle(owner)
    if until is None:
        return
    listening = socket.socket(socket.AF_UNIX)
    Path(folder, "socket").unlink(missing_ok=True)  # of one that has died
    with loaded.short(folder) as name:
        listening.bind(name)
    listening.listen(64)
    _load(f"{folder}:{owner}")
    running: dict[int, tuple[int, socket.socket]] = {}
    waiting = selectors.DefaultSelector()
    waiting.register(listening, selectors.EVENT_READ, ("asked", 0))
    waiting.register(until, selectors.EVENT_READ, ("over", 0))
    while True:
        for key, _ in waiting.select():
            what, process = key.data
            if what == "over":
                shutil.rmtree(folder, ignore_errors=True)
                return
            if what == "asked":
                connection, _ = listening.accept()
                if told := _told(connection):
                    process = _forked(*told)
                    running[process] = os.pidfd_open(process), connection
                    waiting.register(running[process][0], selectors.EVENT_READ, ("ended", process))
                    waiting.register(connection, selectors.EVENT_READ, ("signal", process))
                else:
                    connection.close()
            elif what == "signal" and process in running:
                sign = _heard(running[process][1])
                if sign == signal.SIGKILL:
                    waiting.unregister(running[process][1])
                os.kill(process, sign)
            elif what == "ended" and process in running:
                handle, connection = running.pop(process)
                waiting.unregister(handle)
                os.close(handle)
                with contextlib.suppress(KeyError):  # whoever asked was killed
                    waiting.unregister(connection)
                code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
                with contextlib.suppress(OSError), connection:
                    connection.sendall(code.to_bytes(4, "big", signed=True))


def _handle(process: int) -> int | None:
    """By which it is known when a process ends; None where it has."""
    with contextlib.suppress(ProcessLookupError):
        return os.pidfd_open(process)
    return None


def _heard(connection: socket.socket) -> int:
    """A signal to hand on; SIGKILL where whoever asked is no more."""
    with contextlib.suppress(OSError):
        if found := connection.recv(1):
            return found[0]
    return signal.SIGKILL


def _load(of: str) -> None:
    import gc
    import importlib
    import pkgutil
    import tempfile

    import pipelines

    gc.disable()
    for module in pkgutil.walk_packages(pipelines.__path__, "pipelines."):
        package, _, name = module.name.rpartition(".")
        if not NOT_LOADED.match(module.name):
            own = vars(sys.modules[package]).get(name)  # a function goes before the module that has its name
            importlib.import_module(module.name)
            if own is not None:
                setattr(sys.modules[package], name, own)
    for name in LIBRARIES:
        importlib.import_module(name)

    import duckdb

    from pipelines.validation.engine import Engine

    duckdb.default_connection().close()  # the import opens one, with threads; nothing of ours asks it
    Engine()
    loaded.instead(of)
    tempfile.tempdir = None  # it is asked for again where it is needed
    gc.freeze()
    gc.enable()
    sys.stdout.flush()
    sys.stderr.flush()
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    if len(names) > 1:
        raise RuntimeError(f"What was loaded has started threads, which a fork would not have: {names}")


def _told(connection: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What is asked for over a connection, and the streams; None where nobody says it."""
    connection.settimeout(HAND_OVER)
    handles: list[int] = []
    try:
        size, handles, *_ = socket.recv_fds(connection, 8, 3)
        told, left = b"", int.from_bytes(size, "big")
        while left and (more := connection.recv(left)):  # a signal that follows stays for later
            told, left = told + more, left - len(more)
        asked = json.loads(told)
    except (OSError, ValueError):
        for handle in handles:
            os.close(handle)
        return None
    connection.settimeout(None)
    return asked, handles


def _forked(asked: dict[str, Any], handles: list[int]) -> int:
    """The number of a process that does what is asked."""
    server, process = os.getpid(), os.fork()
    if process == 0:
        _inside(asked, handles, server)
    for handle in handles:
        os.close(handle)
    return process


def _inside(asked: dict[str, Any], handles: list[int], server: int) -> None:
    """What Python does for `-m module`, from its streams to its end."""
    import runpy

    from tests.faults.apart import end_with

    code = 1
    try:
        end_with(server)
        os.setpgid(0, 0)
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        _apart(asked)
        try:
            runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
            code = 0
        finally:
            _at_the_end()
    except SystemExit as end:
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            _flush()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        _flush()
        os._exit(code & 0xFF)


def _apart(asked: dict[str, Any]) -> None:
    """From now on this process has what it was given, and nothing of the server's. Raises SystemExit where it was given
    what comes too late: folders of modules, or a bug.
    """
    for path in sorted(Path("/proc/self/fd").iterdir(), key=lambda path: int(path.name)):
        with contextlib.suppress(OSError):  # that of the folder itself
            name = str(path.readlink())
            if int(path.name) > 2 and ("socket:" in name or "pidfd" in name or "eventpoll" in name):
                os.close(int(path.name))
    sys.stdin = sys.__stdin__ = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", 1 if os.isatty(1) else -1, encoding="utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    given = asked["environment"]
    there = {str(Path(folder).resolve()) for folder in sys.path}
    late = [
        one for one in given.get("PYTHONPATH", "").split(os.pathsep) if one and str(Path(one).resolve()) not in there
    ]
    if late or loaded.PLANTED in given:
        sys.exit(f"Modules are loaded already: {loaded.PLANTED} or {late} on PYTHONPATH needs a new program.")
    os.chdir(asked["folder"])
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(given)
    time.tzset()
    for number in loaded.SIGNALS:
        usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, signal.SIG_IGN if number in asked["deaf"] else usual)
    sys.argv = [asked["module"], *asked["words"]]
    sys.modules.pop(asked["module"], None)


def _at_the_end() -> None:
    import atexit
    import threading

    threading._shutdown()
    atexit._run_exitfuncs()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
