"""`yearbook` under another clock, or with another number of threads: `python -m tests.faults.otherwise WORDS …`.

YEARBOOK_FAULT_CLOCK: the time at which its clock begins (ISO); YEARBOOK_FAULT_THREADS: as many for dbt, and for every
engine of this process. All that writes down a time is this process; those that it starts are told theirs.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

CLOCK, THREADS = "YEARBOOK_FAULT_CLOCK", "YEARBOOK_FAULT_THREADS"


def _threads(threads: int) -> None:
    import duckdb

    connect = duckdb.connect

    def with_threads(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        named["config"] = {**(named.get("config") or {}), "threads": threads}
        return connect(*given, **named)

    duckdb.connect = with_threads
    os.cpu_count = lambda: threads


def _clock(when: datetime) -> None:
    import time_machine

    time_machine.travel(when, tick=True).start()


def main() -> None:
    """The command, once all is as it was asked for."""
    if threads := os.environ.get(THREADS):
        _threads(int(threads))
    if when := os.environ.get(CLOCK):
        _clock(datetime.fromisoformat(when))
    from pipelines.cli import main as command

    command()


if __name__ == "__main__":
    main()
