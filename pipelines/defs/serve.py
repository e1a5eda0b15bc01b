"""The Dagster UI and its daemon, for `yearbook up`: `python -P -m pipelines.defs.serve PART PORT`.

PART: `both` in this process, exit code 0 when it was told to stop (Ctrl-C, SIGTERM), 1 when it ended by itself; or one
of the parts, which this process then becomes, for a service manager: `code` (loads the documents and the stages once,
for all others, and is the parent of the runs), `daemon`, `webserver`, `viewer` (a web server that changes nothing).
Serves this machine only.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import warnings
from types import FrameType

from pipelines.home import PROJECT, Home, Unusable, write_durably

HOST = "127.0.0.1"
MODULE = "pipelines.definitions"
CODE = ("-m", MODULE, "-d", str(PROJECT))
"""The folder of the caller is no place to look for modules."""
SOCKET = "code.sock"
LONGEST_SOCKET = 100


def serve(part: str, port: int) -> int:
    """Runs until told to stop. Returns the exit code; does not return from a part, which takes this process over."""
    told: list[int] = []
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # put into the background by a script

    def stop(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and ignored:
            return
        told.append(number)
        raise KeyboardInterrupt

    # Dagster lets SIGTERM do what SIGINT does, also when that is nothing
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    home = Home.from_environment()
    try:
        _begin(home)
        if part != "both":
            words = _part(home, part, port)
            sys.stdout.flush()
            os.execv(sys.executable, [sys.executable, "-P", "-m", *words])
        _both(port)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    if not told:
        print("The Dagster UI ended by itself; what it said above tells why.", file=sys.stderr)
    return 0 if told else 1


def _begin(home: Home) -> None:
    """Makes Dagster's storage where it is new, and reports runs that are gone: one process at a time."""
    from pipelines.defs.reconcile import reconcile
    from pipelines.defs.storage import opened

    with (home.dagster / ".starting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with opened() as instance:
            reconcile(instance, home)


def _both(port: int) -> None:
    from dagster._cli.dev import dev_command

    warnings.filterwarnings("ignore", message=".*dev_command.*superseded")  # by a command that takes no such words
    dev_command.main([*CODE, "-h", HOST, "-p", str(port)], prog_name="dagster dev", standalone_mode=False)


def _part(home: Home, part: str, port: int) -> list[str]:
    """The words of Dagster's own program. Its parts meet at a socket that only this user reaches."""
    socket, workspace = home.dagster / SOCKET, home.dagster / "workspace.yaml"
    if len(os.fsencode(socket)) > LONGEST_SOCKET:
        raise Unusable(f"{socket} is too long a path for a socket: choose a YEARBOOK_HOME with a shorter one.")
    if part == "code":
        return ["dagster", "code-server", "start", *CODE, "--socket", str(socket)]
    where = f"load_from:\n  - grpc_server: {{socket: {socket}, location_name: {MODULE}}}\n"
    write_durably(workspace, where.encode())
    if part == "daemon":
        return ["dagster._daemon", "run", "-w", str(workspace)]
    web = ["dagster_webserver", "-w", str(workspace), "-h", HOST, "-p", str(port)]
    return [*web, "--read-only"] if part == "viewer" else web


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], int(sys.argv[2])))
