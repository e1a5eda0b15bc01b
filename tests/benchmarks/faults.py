"""Faults planted one at a time into one return of a county, and what each tool makes of the whole job then.

A fault gets the lines of the return as cells (header first); what is wrong below the cells gets the file itself.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import PROJECT
from tests.benchmarks import tools
from tests.benchmarks.compare import compare
from tests.benchmarks.documents import LAST_YEAR
from tests.benchmarks.measure import measure
from tests.benchmarks.tools import BENCH, CHECKS_ONLY, FLOOR, OURS

Rows = list[list[str]]
TABLE = "crime"
ROW = 2
"""The line that is spoilt where one is: the first township's. The county's is 1."""


def _column(rows: Rows, name: str) -> int:
    return rows[0].index(name)


def _set(name: str, value: Callable[[str], str], row: int = ROW) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        cell = _column(rows, name)
        rows[row][cell] = value(rows[row][cell])

    return plant


def _swapped(rows: Rows) -> None:
    one, two = _column(rows, "m10"), _column(rows, "m11")
    for row in rows:
        row[one], row[two] = row[two], row[one]


def _exchanged(rows: Rows) -> None:
    _swapped(rows)
    one, two = _column(rows, "m10"), _column(rows, "m11")
    rows[0][one], rows[0][two] = rows[0][two], rows[0][one]


def _shifted(rows: Rows) -> None:
    column = _column(rows, "m12")
    for row in range(len(rows) - 1, ROW, -1):
        rows[row][column] = rows[row - 1][column]


def _above(rows: Rows) -> None:
    rows[ROW][_column(rows, "m06")] = str(int(rows[ROW][_column(rows, "m05")]) + 1)


def _cut(path: Path) -> None:
    """The last digit of the file and its end of line are lost."""
    path.write_bytes(path.read_bytes()[:-2])


def _nul(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-3] + b"\0" + data[-3:])


def _twice(path: Path) -> None:
    shutil.copyfile(path, path.with_name(path.name.replace("-01-31", "-02-01")))


CELLS: dict[str, Callable[[Rows], None]] = {
    "a figure is missing": _set("m10", lambda _: ""),
    "a figure is negative": _set("m10", lambda old: f"-{old}"),
    "4.5 in a count": _set("m10", lambda _: "4.5"),
    "n/a in a count": _set("m10", lambda _: "n/a"),
    "a thousands mark, 1,234": _set("m13", lambda old: f"{int(old):,}", row=1),
    "a column is renamed": _set("m10", lambda _: "total", row=0),
    "two columns change places, header too": _swapped,
    "two columns' figures change places": _exchanged,
    "a column's figures one row down": _shifted,
    "a row lacks its last field": lambda rows: rows[ROW].__delitem__(-1),
    "a row stands twice": lambda rows: rows.insert(ROW, list(rows[ROW])),
    "a row of another year": _set("period", lambda old: str(int(old) - 1)),
    "a code of no area": _set("area_code", lambda old: f"{old[:-3]}999"),
    "an identity is broken": _set("m04", lambda old: str(int(old) + 1)),
    "a part above its whole": _above,
    "a figure ten times as large": _set("m12", lambda old: f"{old}0"),
}
FILES: dict[str, Callable[[Path], None]] = {
    "the file ends within a figure": _cut,
    "a NUL within a figure": _nul,
    "the file comes twice, under two names": _twice,
}
FAULTS = [*CELLS, *FILES]


def plant(fault: str, job: Path) -> None:
    """Plants a fault into a job."""
    (path,) = _planted(job)
    if fault in FILES:
        FILES[fault](path)
        return
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    CELLS[fault](rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def trial(chosen: list[str]) -> dict[str, Any]:
    """Fault -> tool -> rejected, held, error, warning or stopped (all of them caught); right; marked; silent; wrong."""
    sound, folder = tools.job("county"), BENCH / "faults"
    shutil.rmtree(folder, ignore_errors=True)
    tools.ready(FLOOR)
    for tool in {FLOOR, OURS} & {FLOOR, *chosen}:
        assert tools.run(tool, sound, folder / "truth" / tool).code == 0
    assert OURS not in chosen or all(_accepted(path, sound, folder / OURS) for path in _planted(sound))
    found: dict[str, Any] = {}
    for fault in FAULTS:
        job = folder / "job"
        shutil.rmtree(job, ignore_errors=True)
        shutil.copytree(sound, job)
        plant(fault, job)
        found[fault] = {tool: outcome(tool, job, folder / tool, folder / "truth") for tool in chosen}
        print(f"{fault}: {found[fault]}", flush=True)
    return found


def outcome(tool: str, job: Path, target: Path, truth: Path) -> str:
    """What a tool makes of a job; `truth`: the folder of what it and the floor made of the sound one."""
    if tool == OURS and not all(_accepted(path, job, target) for path in _planted(job)):
        return "rejected"
    code = tools.run(tool, job, target).code
    if tool == OURS and (said := _said(target, truth / OURS)):
        return said
    if code:
        return "stopped"
    if tool in CHECKS_ONLY:
        return "silent"
    compared = compare(truth / FLOOR, target).values()
    if any(one.different for one in compared):
        return "wrong"
    if all(one.equal for one in compared):
        return "right"
    return "marked" if tool == OURS and not any(one.more for one in compared) and _marked(target) else "silent"


def _planted(job: Path) -> list[Path]:
    return sorted((job / "returns" / TABLE / str(LAST_YEAR)).glob("*.csv"))


def _accepted(path: Path, job: Path, target: Path) -> bool:
    """What `yearbook check` says, which asks the gate of every run; a run is worth its time only for what passes."""
    home = {"YEARBOOK_HOME": str(target), "YEARBOOK_CONTRACTS": str(job / "documents"), "PYTHONPATH": str(PROJECT)}
    log = target.with_suffix(".log")
    return measure([sys.executable, "-m", "pipelines.cli", "check", str(path)], log, home).code == 0


def _marked(home: Path) -> bool:
    """Whether each figure and each rate without a value says why."""
    with duckdb.connect(str(home / "releases" / "current" / "yearbook.duckdb"), read_only=True) as con:
        marts = ("mart_observation", "mart_indicator")
        bare = [con.execute(f"from {mart} where value is null and coalesce(obs_status, 'A') = 'A'") for mart in marts]
        return not any(found.fetchone() for found in bare)


def _said(home: Path, sound: Path) -> str:
    """The strongest that ours said of it which it does not say of the sound job; '' for nothing."""
    found, before = (folder / "releases" / "current" / "yearbook.duckdb" for folder in (home, sound))
    if not found.exists():
        return "error"
    with duckdb.connect() as con:
        con.execute(f"attach '{found}' as found (read_only)")
        con.execute(f"attach '{before}' as sound (read_only)")
        if con.execute("from found.mart_submission where held_for is not null").fetchone():
            return "held"
        failed = "select rule_id, year, rows_failed from {}.mart_quality where rows_failed > 0"
        return "warning" if con.execute(f"{failed.format('found')} except {failed.format('sound')}").fetchone() else ""
