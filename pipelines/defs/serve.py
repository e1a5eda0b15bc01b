"""The Dagster UI with its daemon in this process, for `yearbook up`: `python -P -m pipelines.defs.serve PORT`.

Exit code 0 when it was told to stop (Ctrl-C, SIGTERM), 1 when it ended by itself. Serves this machine only.
"""

from __future__ import annotations

import signal
import sys
import warnings
from types import FrameType

from pipelines.home import PROJECT, Home

HOST = "127.0.0.1"


def serve(port: int) -> int:
    """Runs until told to stop. Returns the exit code."""
    import dagster as dg
    from dagster._cli.dev import dev_command

    from pipelines.defs.reconcile import reconcile

    told: list[int] = []
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # put into the background by a script

    def stop(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and ignored:
            return
        told.append(number)
        raise KeyboardInterrupt

    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # Dagster lets SIGTERM do what SIGINT does, also when that is nothing
        signal.signal(number, stop)
    try:
        with dg.DagsterInstance.get() as instance:
            reconcile(instance, Home.from_environment())
        # the folder of the caller is no place to look for modules
        words = ["-m", "pipelines.definitions", "-d", str(PROJECT), "-h", HOST, "-p", str(port)]
        warnings.filterwarnings("ignore", message=".*dev_command.*superseded")  # by a command that takes no such words
        dev_command.main(words, prog_name="dagster dev", standalone_mode=False)
    except KeyboardInterrupt:
        pass
    if not told:
        print("The Dagster UI ended by itself; what it said above tells why.", file=sys.stderr)
    return 0 if told else 1


if __name__ == "__main__":
    sys.exit(serve(int(sys.argv[1])))
