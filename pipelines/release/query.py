"""SQL on a release, and on others that it names beside: one SELECT, read only, in a child process that can reach
nothing else and is bounded in memory and time.

`session` is the child. The limits protect sessions that we open; whoever may read the file can open it
otherwise.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import threading
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
LONGEST = 1_000_000
"""Characters of a query."""
ANSWER = 64 * 2**20
"""Bytes of an answer, which whoever asks has to hold several times over."""
HELD = 4 * ANSWER
"""Bytes that its cells may take in the memory of whoever asks: of many small ones that is far more than their text."""
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
    held: int = HELD,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names (each another) and rows of one SELECT on a release (resolved once), or on another `database` of
    marts. Decimals come as Decimal, days and times as text. Any other release can be named beside it:
    `edition_000001.mart_indicator`.

    An answer is bounded in rows, in bytes and in what it takes once it is read (`held`). Raises QueryError (with
    DuckDB's words when the SQL is wrong), read.ReleaseError when there is no such release.
    """
    if len(sql) > LONGEST:
        raise QueryError(f"A query has at most {LONGEST:,} characters.")
    if any("\ud800" <= sign <= "\udfff" for sign in sql):
        raise QueryError("The query holds signs that are no text; write it as UTF-8.")
    asked = database or read.folder_of(home, release_id).resolve() / DATABASE
    request = {
        "database": str(asked),
        "beside": _beside(home, sql),
        "sql": sql,
        "seconds": seconds,
        "memory": memory,
        "rows": rows,
        "held": held,
    }
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"}
    said, late = _ask(json.dumps(request).encode(), environment, seconds + 15)
    if late:
        raise QueryError(f"The query was stopped after {seconds:g} seconds.")
    if len(said) > ANSWER:
        raise QueryError(f"The answer has more than {ANSWER // 2**20} MB; ask for fewer rows or shorter columns.")
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        raise QueryError(
            "The query ended without an answer: it needed more memory or time than it may have, or it is one at which "
            "the database fails."
        ) from None
    if "error" in answer:
        raise QueryError(answer["error"])
    exact = [kind.startswith("DECIMAL") for kind in answer["types"]]
    found = [
        tuple(Decimal(cell) if of and cell is not None else cell for cell, of in zip(row, exact, strict=True))
        for row in answer["rows"]
    ]
    return _unlike(answer["columns"]), found


def _ask(request: bytes, environment: dict[str, str], seconds: float) -> tuple[bytes, bool]:
    """What a child answers, no more of it than is needed to see that it is too much; and whether it had to be ended
    since it took too long."""
    words = [sys.executable, "-P", "-m", "pipelines.release.session"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=nothing, cwd="/", env=environment) as child:
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        try:
            assert child.stdin is not None and child.stdout is not None
            with contextlib.suppress(BrokenPipeError):  # it ended before it had read all
                child.stdin.write(request)
            with contextlib.suppress(BrokenPipeError):
                child.stdin.close()
            said = child.stdout.read(ANSWER + 1)
            late = not timer.is_alive()
        finally:
            timer.cancel()
            child.kill()  # it has said all, or too much
        return said, late


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
