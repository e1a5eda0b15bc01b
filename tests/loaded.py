"""Our programs in forks of a process that has loaded what they import: a fork takes a moment, a new program seconds.

`program(module)` is what stands for `python -m module` in a command. It is a process like any other: its words,
environment, folder and streams are its own, signals arrive, it ends as the module ends and is killed when it is killed.
Three things differ: nothing is imported anew, Python's hashes have the seed of the process that was forked, and the
number by which its starter knows it is not that under which it works. What looks at any of these starts a new program.

One such process serves one process of tests. It begins with the first command, and ends with whom it serves.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

NOT_LOADED = re.compile(r"pipelines\.(defs|docs)\b|.*\.(__main__|dbt|worker|session|install)$")
"""Modules that ask for the installation when they are imported, and those that are programs only."""
LIBRARIES = ("dagster_dbt", "dbt.adapters.duckdb", "dbt.cli.main", "dbt.include.duckdb", "pandas", "pyarrow.parquet")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What is handed on; SIGKILL is seen by whoever asked being gone."""
_serving: dict[str, Any] = {"of": "", "instead": False}
"""Folder and process, once there is one: a fork of that process has the same."""


def program(module: str) -> tuple[str, ...]:
    """The words that run a module, as (sys.executable, "-m", module) would."""
    if not _serving["of"]:
        import atexit
        import shutil
        import tempfile

        folder = tempfile.mkdtemp(prefix="yearbook-loaded-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _serving["of"] = f"{folder}:{os.getpid()}"
    return (sys.executable, "-I", "-S", str(Path(__file__).resolve()), _serving["of"], module)


def words(module: str) -> tuple[str, ...]:
    """The words that run a module: of a fork where this process, or one that it was forked from, was told `instead`."""
    return program(module) if _serving["instead"] else (sys.executable, "-m", module)


def served() -> str:
    """By whom they are forked, for another process that is to have them forked there too."""
    return program("")[-2]


def instead(of: str = "") -> None:
    """From now on the programs of ours that a stage starts are such forks. Those that are locked in stay what they
    are: what reads a return, and what answers a question. `of`: by whom they are forked, where that is not new.
    """
    from pipelines import programs

    _serving.update(of=of or served(), instead=True)
    programs.START = program("")[:-1]


# --- what stands in the command: it hands on, and waits ---------------------------------------------------------------


def hand_on(folder: str, owner: str, module: str, words: list[str]) -> int:
    """Has a module run with these words and all that this process was given. Returns its exit code, as of Popen."""
    umask = os.umask(0o77)
    os.umask(umask)
    deaf = [number for number in _SIGNALS if signal.getsignal(number) == signal.SIG_IGN]  # as nohup has it
    given = {"environment": {**os.environ}, "folder": str(Path.cwd()), "umask": umask, "deaf": deaf}
    asked = {"module": module, "words": words} | given
    told = json.dumps(asked).encode()
    with _connected(folder, owner) as server:
        for number in set(_SIGNALS) - {*deaf}:
            signal.signal(number, lambda number, frame: server.sendall(bytes([number])))
        socket.send_fds(server, [len(told).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(told)
        code = server.recv(4)
    if not code:
        sys.exit(f"The process of loaded modules is gone: see {folder}/said.txt.")
    return int.from_bytes(code, "big", signed=True)


def _connected(folder: str, owner: str) -> socket.socket:
    """To the process that serves `owner`; it is started where there is none yet."""
    found, started = socket.socket(socket.AF_UNIX), 0
    with Path(folder, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            try:
                found.connect(f"{folder}/socket")
                return found
            except (FileNotFoundError, ConnectionRefusedError):
                started = started or _start(folder, owner)
                if os.waitpid(started, os.WNOHANG)[0]:
                    sys.exit(f"The process of loaded modules did not begin: see {folder}/said.txt.")
                time.sleep(0.02)


def _start(folder: str, owner: str) -> int:
    process = os.fork()
    if process == 0:
        os.setsid()
        said = os.open(f"{folder}/said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for number, handle in enumerate((os.open(os.devnull, os.O_RDONLY), said, said)):
            os.dup2(handle, number)
        project = str(Path(__file__).resolve().parents[1])
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
        # libraries that start threads when they are loaded could not be forked
        alone = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
        os.chdir(project)
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.loaded", folder, owner],
            kept | alone | {"PYTHONPATH": project},
        )
    return process


# --- the process that has loaded everything ---------------------------------------------------------------------------


def serve(folder: str, owner: int) -> None:
    """Forks for each that connects, until the process `owner` ends."""
    import selectors
    import shutil

    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{folder}/socket")
    listening.listen(64)
    _load(folder, owner)
    running: dict[int, tuple[int, socket.socket]] = {}
    waiting = selectors.DefaultSelector()
    waiting.register(listening, selectors.EVENT_READ, ("asked", 0))
    waiting.register(os.pidfd_open(owner), selectors.EVENT_READ, ("over", 0))
    while True:
        for key, _ in waiting.select():
            what, process = key.data
            if what == "over":
                shutil.rmtree(folder, ignore_errors=True)
                os._exit(0)
            elif what == "asked":
                connection, _ = listening.accept()
                process = _forked(connection, [listening, waiting, *(one for _, one in running.values())])
                running[process] = os.pidfd_open(process), connection
                waiting.register(running[process][0], selectors.EVENT_READ, ("ended", process))
                waiting.register(connection, selectors.EVENT_READ, ("signal", process))
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


def _heard(connection: socket.socket) -> int:
    """A signal to hand on; SIGKILL where whoever asked is no more."""
    with contextlib.suppress(OSError):
        if found := connection.recv(1):
            return found[0]
    return signal.SIGKILL


def _load(folder: str, owner: int) -> None:
    import gc
    import importlib
    import pkgutil

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
    sys.modules["tests.loaded"] = sys.modules["__main__"]
    instead(f"{folder}:{owner}")
    gc.freeze()
    gc.enable()
    if (threads := len([*Path("/proc/self/task").iterdir()])) > 1:
        raise RuntimeError(f"What was loaded has started {threads - 1} threads, which a fork would not have.")


def _forked(connection: socket.socket, held: list[Any]) -> int:
    """The number of a process that does what is asked over a connection. `held`: what it has no business with."""
    size, handles, *_ = socket.recv_fds(connection, 8, 3)
    told = b""
    while len(told) < int.from_bytes(size, "big") and (more := connection.recv(1 << 16)):
        told += more
    process = os.fork()
    if process == 0:
        for one in (connection, *held):
            one.close()
        _inside(told, handles)
    for handle in handles:
        os.close(handle)
    return process


def _inside(told: bytes, handles: list[int]) -> None:
    """What Python does for `-m module`, from its streams to its end."""
    import runpy
    import traceback

    from tests.faults.apart import end_with

    code = 1
    try:
        end_with(os.getppid())
        asked = json.loads(told)
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        os.chdir(asked["folder"])
        os.umask(asked["umask"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        time.tzset()
        for number in _SIGNALS:
            usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, signal.SIG_IGN if number in asked["deaf"] else usual)
        sys.stdin = sys.__stdin__ = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = sys.__stdout__ = os.fdopen(1, "w", 1 if os.isatty(1) else -1, encoding="utf-8", closefd=False)
        sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = [asked["module"], *asked["words"]]
        sys.modules.pop(asked["module"], None)
        try:
            runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
            code = 0
        finally:
            _at_the_end()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        os._exit(code & 0xFF)


def _at_the_end() -> None:
    import atexit
    import threading

    threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue]
    atexit._run_exitfuncs()


def _end(code: int) -> None:
    """Ends this process as the one that it waited for."""
    if code < 0:
        with contextlib.suppress(OSError):  # of some there is no way to be deaf
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[2].isdigit():
        serve(sys.argv[1], int(sys.argv[2]))
    else:
        _end(hand_on(*sys.argv[1].rsplit(":", 1), sys.argv[2], sys.argv[3:]))  # pyright: ignore[reportArgumentType]
