"""What one corrected return costs after a whole run, and whether the candidate made again is the one made anew.

The home is that of a run that has ended; how a run finds out what it can keep is not known here.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT
from tests.benchmarks.documents import FIRST_YEAR, LAST_YEAR
from tests.benchmarks.faults import TABLE
from tests.benchmarks.measure import measure

_EQUAL = ("content", "tables", "views")
"""What two manifests are compared in; besides, in the bytes of each file of these folders. Others name the release."""
_FIGURES = ("csv/", "parquet/")


def corrected(job: Path, home: Path, anew: bool) -> dict[str, Any]:
    """Costs of a run after one corrected return of the middle year, of one after another of the last year, and, if
    `anew`, of one that makes everything again; and whether that made the same: figures, and files of figures.

    Raises SystemExit for a run that fails, with the place of what it printed.
    """
    found: dict[str, Any] = {}
    for title, year in (("middle", (FIRST_YEAR + LAST_YEAR) // 2), ("last", LAST_YEAR)):
        correct(job, home, year)
        found[title] = _run(home, job)
    if anew:
        again = _said(home)
        found["anew"] = _run(home, job, "--anew")
        found["equal"] = again == _said(home)
    return found


def correct(job: Path, home: Path, year: int) -> None:
    """Lays a later copy of the first return of a year into the inbox: two more cases in one township."""
    path = sorted((job / "returns" / TABLE / str(year)).glob("*.csv"))[0]
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    column = rows[0].index("m12")
    for row in rows[1:3]:  # the county's, and the township's
        row[column] = str(int(row[column]) + 2)
    to = home / "inbox" / TABLE / str(year) / path.name.replace("-01-31", "-06-01")
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def _run(home: Path, job: Path, *words: str) -> dict[str, float]:
    at = {"YEARBOOK_HOME": str(home), "YEARBOOK_CONTRACTS": str(job / "documents"), "PYTHONPATH": str(PROJECT)}
    log = home.with_suffix(".log")
    cost = measure([sys.executable, "-m", "pipelines.cli", "run", *words], log, at)
    if cost.code:
        sys.exit(f"The run after a correction failed; what it printed is in {log}.")
    return cost.told()


def _said(home: Path) -> dict[str, Any]:
    said = json.loads((home / "releases" / "current" / "manifest.json").read_bytes())
    files = {name: one for name, one in said["files"].items() if name.startswith(_FIGURES)}
    return {name: said[name] for name in _EQUAL} | {"files": files}
