"""SQL on a release, and on others that it names beside: one SELECT, read only, in a child process that can reach
nothing else and is bounded in memory and time.

`session` is the child. The limits protect sessions that we open; whoever may read the file can open it
otherwise.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT, Home
from pipelines.release import read
from pipelines.release.database import DATABASE

SECONDS = 60
MEMORY = 2 * 2**30
"""Address space of the child, in bytes."""
ROWS = 100_000
BESIDE = re.compile(rf"\b(?:candidate_\d+|edition_\d+|{read.LATEST_EDITION})\b")
"""Other releases that a query may name as schemas: the id with `_` for `-`."""


class QueryError(Exception):
    """The query gave no answer. The message is a sentence."""


def query(
    home: Home,
    sql: str,
    release_id: str = read.CURRENT,
    *,
    database: Path | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    rows: int = ROWS,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names (each another) and rows of one SELECT on a release (resolved once), or on another `database` of
    marts. Decimals come as Decimal, days and times as text. Any other release can be named beside it:
    `edition_000001.mart_indicator`.

    Raises QueryError (with DuckDB's words when the SQL is wrong), read.ReleaseError when there is no such
    release.
    """
    asked = database or read.folder_of(home, release_id).resolve() / DATABASE
    request = {
        "database": str(asked),
        "beside": _beside(home, sql),
        "sql": sql,
        "seconds": seconds,
        "memory": memory,
        "rows": rows,
    }
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pipelines.release.session"],
            input=json.dumps(request).encode(), capture_output=True, cwd="/", env=environment,
            timeout=seconds + 15,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise QueryError(f"The query was stopped after {seconds:g} seconds.") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise QueryError("The query ended without an answer: it needed more memory or time than it may have.") from None
    if "error" in answer:
        raise QueryError(answer["error"])
    exact = [kind.startswith("DECIMAL") for kind in answer["types"]]
    found = [
        tuple(Decimal(cell) if of and cell is not None else cell for cell, of in zip(row, exact, strict=True))
        for row in answer["rows"]
    ]
    return _unlike(answer["columns"]), found


def _unlike(names: list[str]) -> list[str]:
    """Names of columns, a second of the same name numbered as DuckDB numbers it in a table: a, a_1."""
    found: list[str] = []
    for name in names:
        numbers = (f"{name}_{number}" for number in itertools.count(1))
        found.append(name if name not in found else next(other for other in numbers if other not in {*names, *found}))
    return found


def _beside(home: Home, sql: str) -> dict[str, str]:
    """The releases that the SQL names besides the one asked: name -> database. What names none is left to DuckDB."""
    found = {}
    for name in BESIDE.findall(sql):
        try:
            folder = read.folder_of(home, name if name in read.POINTERS else name.replace("_", "-"))
        except read.ReleaseError:
            continue
        found[name] = str(folder.resolve() / DATABASE)
    return found
