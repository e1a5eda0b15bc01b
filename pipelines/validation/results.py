"""What the rules found: a result per rule and year, and sentences about them for people.

Nothing is computed from figures here. `kept` writes and reads the file; words are the message catalogue's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from pipelines.contracts.catalog import TOTAL
from pipelines.messages import catalogue, say
from pipelines.validation.spoken import in_words

FIRST = 5
"""Failing rows repeated in the JSON and in sentences; the CSV beside it holds all."""

Status = Literal["pass", "fail", "undecided"]


@dataclass(frozen=True)
class Result:
    """One rule in one year (0: no year could be named).

    rows: rows looked at. decided: those with figures on both sides. failed: those that break the rule. ran:
    False when the rule could not be run; `problem` then says why. first: up to FIRST failing rows, found and
    expected as `spoken` has them, those that nobody explained before the others. explained: how many of the failed a
    person accepted as they are, with an explanation; they have failed all the same.
    """

    rule: str
    asset: str
    severity: str
    year: int
    status: Status
    rows: int
    decided: int
    failed: int
    ran: bool
    problem: str
    because: dict[str, str]
    first: list[dict[str, str]] = field(default_factory=list)
    explained: int = 0

    @property
    def is_explained(self) -> bool:
        """Did it fail by rows alone of which each was explained?"""
        return self.status == "fail" and 0 < self.failed <= self.explained


@dataclass(frozen=True)
class Summary:
    """One rule over all its years, for checks and status lines."""

    failed: bool
    sentence: str
    evaluated: int
    unexpected: int
    explained: int
    failing_file: Path | None


@dataclass(frozen=True)
class Results:
    """All results of a run. `years`: which years each rule had to cover (see `frames.years`).

    rules: ids of all rules of the documents, in order. expected and evaluated count expectations; documents is the
    digest of the catalog, warehouse that of the private build. explanations: what `explained` tells of each that the
    run knew. failing: rule id -> sha256 of its CSV. made_by: digest of the code that found all this. taken_over: how
    many of the results were found of an earlier build (see `taken`); the file does not tell, since it is the same.
    """

    documents: str
    warehouse: str
    rules: list[str]
    expected: int
    evaluated: int
    years: dict[str, dict[str, int]]
    results: list[Result]
    folder: Path = field(default=Path(), compare=False)
    explanations: list[dict[str, str]] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)
    made_by: str = ""
    taken_over: int = field(default=0, compare=False)

    def by_rule(self, language: str = "en") -> dict[str, Summary]:
        """rule id -> summary over its years, in the order of the documents; of every rule, run or not."""
        found: dict[str, list[Result]] = {rule: [] for rule in self.rules}
        for result in self.results:
            found.setdefault(result.rule, []).append(result)
        return {rule: _summary(rule, results, self.folder, language) for rule, results in found.items()}

    def counts(self) -> dict[str, int]:
        """How many rules passed, warned, warned of explained figures only, failed, and could not be decided."""
        return counted((result.rule, result.status, result.severity, result.is_explained) for result in self.results)

    def payload(self) -> dict[str, Any]:
        """The content of the file, without its digest."""
        results = [asdict(result) for result in self.results]
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.compare}
        return told | {"results": results}


def counted(outcomes: Iterable[tuple[str, str, str, bool]]) -> dict[str, int]:
    """How many rules passed, warned, warned of explained figures only, failed, could not be decided.

    Of (rule, status, severity, is all that failed explained?), one a rule and year.
    """
    found = {"passed": 0, "warned": 0, "explained": 0, "failed": 0, "undecided": 0}
    by_rule: dict[str, list[tuple[str, str, bool]]] = {}
    for rule, status, severity, is_explained in outcomes:
        by_rule.setdefault(rule, []).append((status, severity, is_explained))
    for verdicts in by_rule.values():
        statuses = {status for status, _, _ in verdicts}
        if "fail" in statuses and verdicts[0][1] == "error":
            found["failed"] += 1
        elif "fail" in statuses:
            whole = all(is_explained for status, _, is_explained in verdicts if status == "fail")
            found["explained" if whole else "warned"] += 1
        else:
            found["passed" if "pass" in statuses else "undecided"] += 1
    return found


_LEGEND = {"–": "no_cell", "missing": "missing"}
"""Signs in what was found or expected -> the words on them that a rule may have, said only where they stand."""


def _summary(rule: str, results: list[Result], folder: Path, language: str) -> Summary:
    rows, decided, failed, explained = (
        sum(getattr(r, name) for r in results) for name in ("rows", "decided", "failed", "explained")
    )
    stopped = next((r for r in results if not r.ran), None)
    bad = stopped or next((r for r in results if r.status == "fail"), None)
    file = folder / "failing" / f"{rule}.csv"
    if stopped:
        sentence = say("check.found.stopped", language, problem=stopped.problem)
    elif bad and failed:
        told = [row for r in results for row in r.first]
        first = next((row for row in told if not row.get("explanation")), told[0])
        counts = {
            "failed": f"{failed:,}",
            "decided": f"{decided:,}",
            "place": place(first),
            "cell": cell(first),
        }
        own = f"check.found.{rule}"  # a rule may have a sentence of its own
        key = own if own in catalogue() else "check.found.failed"
        sides = {side: in_words(first[side], language) for side in ("found", "expected")}
        sentence = say(key, language, **counts, **sides)
        for sign, name in _LEGEND.items():
            if f"{key}.{name}" in catalogue() and any(first[s].startswith(sign) for s in ("found", "expected")):
                sentence += f" {say(f'{key}.{name}', language)}"
        if explained:
            of = "all" if explained == failed else "some"
            sentence += f" {say(f'check.found.explained_{of}', language, count=f'{explained:,}')}"
    elif bad:
        sentence = say("check.found.empty", language, year=bad.year, problem=bad.problem)
    elif not rows:
        sentence = say("check.found.nothing", language)
    elif not decided:
        sentence = say("check.found.undecided", language, rows=f"{rows:,}")
    else:
        sentence = say("check.found.passed", language, decided=f"{decided:,}")
    file = file if failed and file.is_file() else None
    return Summary(bad is not None, sentence, decided, failed, explained, file)


def place(row: dict[str, str]) -> str:
    """Which figure a failing row is of: `caseload.accepted 990101 2004 case_type=civil`."""
    name = f"{row['subject']}.{row['measure_id']}" if row["measure_id"] else row["subject"]
    breakdown = "" if row["breakdown"] in ("", TOTAL) else row["breakdown"]
    return " ".join(part for part in (name, row["area_code"], row["period"] or row["year"], breakdown) if part)


def cell(row: dict[str, str]) -> str:
    """(file, sheet, cell) of a figure that was delivered; '' for what was computed."""
    if not row["file_name"]:
        return ""
    column, letters = int(row["col"] or 0), ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f" ({', '.join(part for part in (row['file_name'], row['sheet'], letters + row['row']) if part)})"


def first(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The first few failing rows."""
    return [row for _, row in zip(range(FIRST), rows, strict=False)]
