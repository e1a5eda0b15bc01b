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

FIRST = 5
"""Failing rows repeated in the JSON and in sentences; the CSV beside it holds all."""

Status = Literal["pass", "fail", "undecided"]


@dataclass(frozen=True)
class Result:
    """One rule in one year (0: no year could be named).

    rows: rows looked at. decided: those with figures on both sides. failed: those that break the rule. ran:
    False when the rule could not be run; `problem` then says why. first: up to FIRST failing rows, as in the
    CSV.
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


@dataclass(frozen=True)
class Summary:
    """One rule over all its years, for checks and status lines."""

    failed: bool
    sentence: str
    evaluated: int
    unexpected: int
    failing_file: Path | None


@dataclass(frozen=True)
class Results:
    """All results of a run. `years`: which years each rule had to cover (see `frames.years`).

    rules: ids of all rules of the documents, in order. expected and evaluated count expectations; documents is the
    digest of the catalog, warehouse that of the private build.
    """

    documents: str
    warehouse: str
    rules: list[str]
    expected: int
    evaluated: int
    years: dict[str, dict[str, int]]
    results: list[Result]
    folder: Path = field(default=Path(), compare=False)

    def by_rule(self, language: str = "en") -> dict[str, Summary]:
        """rule id -> summary over its years, in the order of the documents; of every rule, run or not."""
        found: dict[str, list[Result]] = {rule: [] for rule in self.rules}
        for result in self.results:
            found.setdefault(result.rule, []).append(result)
        return {rule: _summary(rule, results, self.folder, language) for rule, results in found.items()}

    def counts(self) -> dict[str, int]:
        """How many rules passed, warned, failed, and could not be decided."""
        return counted((result.rule, result.status, result.severity) for result in self.results)

    def payload(self) -> dict[str, Any]:
        """The content of the file, without its digest."""
        results = [asdict(result) for result in self.results]
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.compare}
        return told | {"results": results}


def counted(outcomes: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """How many rules passed, warned, failed, could not be decided: of (rule, status, severity), one a rule and year."""
    found = {"passed": 0, "warned": 0, "failed": 0, "undecided": 0}
    by_rule: dict[str, list[tuple[str, str]]] = {}
    for rule, status, severity in outcomes:
        by_rule.setdefault(rule, []).append((status, severity))
    for verdicts in by_rule.values():
        statuses = {status for status, _ in verdicts}
        if "fail" in statuses:
            found["failed" if verdicts[0][1] == "error" else "warned"] += 1
        else:
            found["passed" if "pass" in statuses else "undecided"] += 1
    return found


_LEGEND = {"–": "no_cell", "missing": "missing"}
"""Signs in what was found or expected -> the words on them that a rule may have, said only where they stand."""


def _summary(rule: str, results: list[Result], folder: Path, language: str) -> Summary:
    rows, decided, failed = (sum(getattr(r, name) for r in results) for name in ("rows", "decided", "failed"))
    stopped = next((r for r in results if not r.ran), None)
    bad = stopped or next((r for r in results if r.status == "fail"), None)
    file = folder / "failing" / f"{rule}.csv"
    if stopped:
        sentence = say("check.found.stopped", language, problem=stopped.problem)
    elif bad and failed:
        first = next(r for r in results if r.first).first[0]
        counts = {
            "failed": f"{failed:,}",
            "decided": f"{decided:,}",
            "place": place(first),
            "cell": cell(first),
        }
        own = f"check.found.{rule}"  # a rule may have a sentence of its own
        key = own if own in catalogue() else "check.found.failed"
        sentence = say(key, language, **counts, found=first["found"], expected=first["expected"])
        for sign, name in _LEGEND.items():
            if f"{key}.{name}" in catalogue() and any(first[s].startswith(sign) for s in ("found", "expected")):
                sentence += f" {say(f'{key}.{name}', language)}"
    elif bad:
        sentence = say("check.found.empty", language, year=bad.year, problem=bad.problem)
    elif not rows:
        sentence = say("check.found.nothing", language)
    elif not decided:
        sentence = say("check.found.undecided", language, rows=f"{rows:,}")
    else:
        sentence = say("check.found.passed", language, decided=f"{decided:,}")
    return Summary(bad is not None, sentence, decided, failed, file if failed and file.is_file() else None)


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
