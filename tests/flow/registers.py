"""Registers in a file and in PostgreSQL, for tests: other processes that write, and what a register holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.home import PROJECT, Home
from pipelines.landing import register
from tests import backfills

PASSWORD, QUOTED = "p w/#&@", "p%20w%2F%23%26%40"

CLIENT = """
import sys, time
from pathlib import Path
from pipelines.home import Home
from pipelines.landing import decisions, register

home, words = Home(Path(sys.argv[1]), Path(sys.argv[2])), sys.argv[3:]
print("ready", flush=True)
sys.stdin.readline()
if words[0] == "decide":
    for number in range(int(words[2])):
        row = {"about": "finding", "subject": words[1], "kind": "explanation", "outcome": "", "reason": "", "seen": ""}
        decisions.record(home, [row, row], "why", "who")
elif words[0] == "hang":
    with register.transaction(home) as connection:
        at = register.now(connection)
        connection.execute(register.batch.insert().values(batch_id="half", sha256="", rows=1, committed_at=at))
        print("wrote", flush=True)
        time.sleep(600)
else:
    with register.transaction(home):
        pass
"""


def begun(folder: Path) -> Home:
    """A home with documents beside it, in which nothing arrived yet."""
    home = Home(folder / "home", folder / "documents").create()
    backfills.write_documents(home.contracts)
    return home


def client(home: Home, *words: str) -> subprocess.Popen[str]:
    """Another process, which waits for a word before it does anything."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", CLIENT, str(home.root), str(home.contracts), *words]
    started = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=PROJECT)
    assert started.stdout and started.stdout.readline() == "ready\n"
    return started


def go(*clients: subprocess.Popen[str]) -> None:
    """The word for all of them."""
    for client in clients:
        assert client.stdin
        client.stdin.write("\n")
        client.stdin.flush()


def landed(home: Home, files: Path, *years: int) -> None:
    """Returns of the courts of these years, taken in."""
    catalog = backfills.write_documents(home.contracts)
    for year in years:
        backfills.deliver(home, files, "caseload", year, backfills.caseload(year))
    backfills.take(home, catalog, f"run-{years[0]}")


def times(home: Home) -> list[str]:
    """Of the decisions, in the order of their numbers."""
    query = sa.select(register.decision.c.decided_at).order_by(register.decision.c.number)
    return [row["decided_at"] for row in register.rows(home, query)]


def held(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in its order."""
    found = {}
    for table in register.metadata.sorted_tables:
        order = [sa.literal_column("run.rowid")] if table is register.run else table.primary_key.columns
        found[table.name] = register.rows(home, sa.select(table).order_by(*order))
    return found
