"""`yearbook` with as many threads as YEARBOOK_FAULT_THREADS says: for dbt, and for every engine of this process."""

from __future__ import annotations

import os
from typing import Any

import duckdb


def main() -> None:
    """Says so to whoever asks how many processors there are; then the command."""
    threads = int(os.environ["YEARBOOK_FAULT_THREADS"])
    connect = duckdb.connect

    def with_threads(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        named["config"] = {**(named.get("config") or {}), "threads": threads}
        return connect(*given, **named)

    duckdb.connect = with_threads
    os.cpu_count = lambda: threads
    from pipelines.cli import main as command

    command()


if __name__ == "__main__":
    main()
