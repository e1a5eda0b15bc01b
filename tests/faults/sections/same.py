"""The same returns and documents under other circumstances: the same release, to the byte where bytes are promised."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import PROJECT, Home
from pipelines.release import manifest, verify
from tests.compiled import KNOWLEDGE
from tests.faults import clockwork, small
from tests.faults.otherwise import THREADS
from tests.faults.outcome import Outcome

PROMISE = "The same returns and documents give the same content, whatever machine, order, language or time zone."
ATTACK = "One thread and four, other orders of arrival, languages, time zones, hash seeds, modes, folders, engines."
ORDERS = ("one by one", "backwards", "shuffled")
LANGUAGES = ("C", "C.UTF-8", "de_DE.UTF-8", "zh_CN.UTF-8", "tr_TR.UTF-8")
ENVIRONMENT: dict[str, dict[str, str]] = {
    **{f"language {name}": {"LC_ALL": name, "LANG": name} for name in LANGUAGES},
    **{f"zone {name}": {"TZ": name} for name in ("UTC", "Asia/Shanghai", "Pacific/Kiritimati", "America/St_Johns")},
    **{f"seed {seed}": {"PYTHONHASHSEED": f"{seed}"} for seed in (0, 1, 4294967295)},
    "threads 1": {THREADS: "1"}, "threads 4": {THREADS: "4"},
    "threads 4, seed 7, zone, language": {
        THREADS: "4", "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"
    },
}  # fmt: skip
"""Name -> variables of the command."""
FOLDERS = ("a folder with spaces", "文件夹 Ünïcode", "it's; drop table")
MASKS = ("000", "077")
TIMES = {**KNOWLEDGE, "mart_submission": KNOWLEDGE["mart_submission"] | {"accepted_at", "received_at"}}


def names(whole: bool) -> list[str]:
    """One of the above each; `engine 2`: another version of DuckDB."""
    if not whole:
        return ["order shuffled", "threads 4, seed 7, zone, language"]
    orders = [f"order {one}" for one in ORDERS]
    return [*orders, *ENVIRONMENT, *(f"folder {f}" for f in FOLDERS), *(f"mask {m}" for m in MASKS), "engine 2"]


def trial(name: str, folder: Path) -> Outcome:
    """A first release under these circumstances against the one that `small` prepared."""
    outcome, what, of = Outcome(), name.partition(" ")[0], name.partition(" ")[2]
    place = folder / of if what == "folder" else folder
    place.mkdir(exist_ok=True)
    home, more = small.copy("waiting", place), dict(ENVIRONMENT.get(name, {}))
    if what == "engine" and not (more := _engine(folder)):
        outcome.counts["left out, DuckDB 2 cannot be had"] += 1
        return outcome
    if what == "order":
        _in_order(home, of)
    before = os.umask(int(of, 8)) if what == "mask" else None
    try:
        done = clockwork.command(home, "run", "--json", more=more)
    finally:
        if before is not None:
            os.umask(before)
    if done.returncode:
        outcome.hold(False, f"{name}: {done.stdout}{done.stderr}"[-1500:])
        return outcome
    outcome.counts["combinations"] += 1
    if what == "mask":
        open_ = [path.name for path in home.root.iterdir() if path.is_dir() and path.stat().st_mode & 0o077]
        outcome.hold(not open_, f"others may look into {open_}")
    _compare(home, name, outcome)
    return outcome


def _in_order(home: Home, order: str) -> None:
    """Delivered one after the other, which is the order in which they are judged."""
    files = sorted(home.inbox.iterdir())
    if order == "backwards":
        files.reverse()
    elif order == "shuffled":
        random.Random(5).shuffle(files)
    for file in files:
        done = small.command(home, "deliver", str(file), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        file.unlink()


def _engine(folder: Path) -> dict[str, str]:
    """Variables under which DuckDB 2 is imported; none where it cannot be installed."""
    target = folder / "duckdb2"
    words = (
        "install",
        "-qq",
        "--upgrade",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--target",
        str(target),
        "duckdb>=2,<3",
    )
    done = subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True)
    return {"PYTHONPATH": f"{target}{os.pathsep}{PROJECT}"} if done.returncode == 0 else {}


@cache
def _reference() -> Home:
    return small.prepared("released")


def _rows(home: Home) -> dict[str, list[Any]]:
    """Table -> its rows, without what tells when, and by which run, something was learnt."""
    found: dict[str, list[Any]] = {}
    with duckdb.connect(str(home.releases / "current" / "yearbook.duckdb"), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall():
            there = {row[0] for row in connection.execute(f"describe {name}").fetchall()}
            without = ", ".join(sorted(TIMES.get(name, set()) & there))
            columns = f"* exclude ({without})" if without else "*"
            found[name] = connection.execute(f"select {columns} from {name} order by all").fetchall()
    return found


def _local(home: Home) -> list[str]:
    """Columns of times in which one is not said in UTC."""
    found: list[str] = []
    with duckdb.connect(str(home.releases / "current" / "yearbook.duckdb"), read_only=True) as connection:
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall():
            if column.endswith("_at"):
                told = connection.execute(f"select {column}::text from {table} where {column} is not null").fetchall()
                found += [f"{table}.{column}"] if any(not text.endswith(("+00:00", "Z")) for (text,) in told) else []
    return found


def _compare(home: Home, name: str, outcome: Outcome) -> None:
    ours, theirs = (manifest.read((one.releases / "current").resolve()) for one in (home, _reference()))
    mine, other = _rows(home), _rows(_reference())
    differing = [table for table in sorted({*mine, *other}) if mine.get(table) != other.get(table)]
    outcome.hold(not differing, f"{name}: other rows in {differing}")
    outcome.hold(not (elsewhere := _local(home)), f"{name}: times that are not UTC in {elsewhere}")
    outcome.hold(bool(mine["mart_observation"]), "no figure is compared")
    hashed = [t for t in ours["tables"] if t not in TIMES and ours["tables"][t] != theirs["tables"].get(t)]
    outcome.hold(not hashed, f"{name}: other hashes of {hashed}")
    names = {path for said in (ours, theirs) for path in said["files"] if path.startswith(("csv/", "parquet/"))}
    names = {path for path in names if Path(path).stem not in TIMES}
    if not name.startswith("engine"):  # another engine may press the same rows otherwise
        bytes_ = sorted(path for path in names if ours["files"].get(path) != theirs["files"].get(path))
        outcome.hold(len(names) > 40 and not bytes_, f"{name}: of {len(names)} files other bytes in {bytes_}")
    outcome.hold(not (faults := verify.verify(home)), f"{name}: {faults[:3]}")
    outcome.counts["files compared"] += len(names)
