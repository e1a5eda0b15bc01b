"""Readers in processes of their own, while releases are made, signed off, withdrawn and pruned one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.locks import sole_writer
from pipelines.release import edition, forms, protocol, prune, publish, query, read
from tests.faults.outcome import Outcome
from tests.unit.release.conftest import Line, install
from tests.unit.validation import private

PROMISE = "A reader never sees a mixture: what a name leads to is one whole release, and names only go forward."
ATTACK = (
    "Readers of the database, the JSON twin with CSV, the Parquet files, `query`, and of files held open, while one "
    "release after the other takes the place of the last, is signed off, withdrawn, pruned."
)
KINDS = ("database", "twin", "parquet", "held")
KEPT = 4
"""Candidates kept beside the current one: a reader that is three releases late still finds its own."""


def names(whole: bool) -> list[str]:
    """`part N of M republishes`, each from the beginning."""
    return [f"part {n} of 25 republishes" for n in range(8)] if whole else ["part 0 of 8 republishes"]


@contextmanager
def _reading(releases: Path, outcome: Outcome) -> Iterator[None]:
    """Readers of each kind, told to stop at the end; what they found is noted."""
    readers = {
        kind: subprocess.Popen(
            [sys.executable, "-m", "tests.faults.reading", kind, str(releases)], cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for kind in KINDS
    }  # fmt: skip
    try:
        yield
    finally:
        said = {kind: process.communicate(timeout=120) for kind, process in readers.items()}
    for kind, (told, errors) in said.items():
        found = json.loads(told) if told else {"reads": 0, "releases": 0, "broken": [errors[-1000:]]}
        outcome.counts["reads"] += found["reads"]
        outcome.hold(found["releases"] > 1, f"{kind}: it saw {found['releases']} releases only")
        outcome.broken.extend(f"{kind}: {sentence}" for sentence in found["broken"])


def trial(name: str, folder: Path) -> Outcome:
    """So many republishes, with four readers and a question after each."""
    outcome, times = Outcome(), int(name.split()[3])
    forms.FORMS, forms_before = (), forms.FORMS
    try:
        home = install(folder, private.documents(folder / "made"))
        line = Line(home, load(home.contracts), private.build(folder / "warehouse.duckdb"))
        _candidate(line, 0)
        with _reading(home.releases, outcome):
            for n in range(1, times + 1):
                with sole_writer(home):
                    _next(line, n)
                outcome.counts["republishes"] += 1
                _asked(line, outcome)
    finally:
        forms.FORMS = forms_before
    return outcome


def _candidate(line: Line, n: int) -> None:
    number = int(protocol.next_id(line.home, "candidate").rpartition("-")[2])
    statements = (f"update mart_indicator set headline_text = '{number}'", f"update dim_area set name_en = '{number}'")
    publish.candidate(line.home, line.catalog, line.run(f"run{n}", *statements))
    prune.prune(line.home, KEPT)


def _next(line: Line, n: int) -> None:
    """A candidate; each fourth time an edition of it; each eighth time the edition before it is the latest again."""
    if n % 4 == 2:
        edition.edition(line.home, "Li Wei")
    elif n % 8 == 7:
        latest = read.named(line.home, read.LATEST_EDITION)
        edition.withdraw(line.home, latest or "", "Zhao Min", "A return was wrong.")
    _candidate(line, n)


def _asked(line: Line, outcome: Outcome) -> None:
    sql = "select headline_text from mart_indicator union select name_en from dim_area"
    _, rows = query.query(line.home, sql)
    outcome.counts["reads"] += 1
    expected = [(str(int((read.current_id(line.home) or "-0").rpartition("-")[2])),)]
    outcome.hold(rows == expected, f"query answers {rows}, not {expected}")
