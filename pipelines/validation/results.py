"""What the rules found: a result per rule and year, its JSON, and the reading back of it.

`results.json` is written whole or not at all and carries a digest of itself. Whether it opens a release is `gate`'s word.
Nothing is computed from figures here; sentences for people come from the message catalogue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipelines.home import write_durably
from pipelines.messages import say

FORMAT = 1
FILE = "results.json"
FIRST = 5
"""Failing rows repeated in the JSON and in sentences; the CSV beside it holds all."""

Status = Literal["pass", "fail", "undecided"]


class ResultsError(Exception):
    """The results file cannot be used. The message is a sentence."""


@dataclass(frozen=True)
class Result:
    """One rule in one year (0: no year could be named).

    rows: rows looked at. decided: those with figures on both sides. failed: those that break the rule. ran: False when the
    rule could not be run; `problem` then says why. first: up to FIRST failing rows, as in the CSV.
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

    expected and evaluated count expectations; documents is the digest of the catalog, warehouse that of the private build.
    """

    documents: str
    warehouse: str
    expected: int
    evaluated: int
    years: dict[str, dict[str, int]]
    results: list[Result]
    folder: Path = field(default=Path(), compare=False)

    def by_rule(self, language: str = "en") -> dict[str, Summary]:
        """rule id -> summary over its years, in the order of the documents."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.rule, []).append(result)
        return {rule: _summary(rule, results, self.folder, language) for rule, results in found.items()}

    def payload(self) -> dict[str, Any]:
        """The content of the file, without its digest."""
        results = [asdict(result) for result in self.results]
        return {
            "format": FORMAT, "documents": self.documents, "warehouse": self.warehouse, "expected": self.expected,
            "evaluated": self.evaluated, "years": self.years, "results": results,
        }  # fmt: skip


def _summary(rule: str, results: list[Result], folder: Path, language: str) -> Summary:
    rows, decided, failed = (sum(getattr(r, name) for r in results) for name in ("rows", "decided", "failed"))
    stopped = next((r for r in results if not r.ran), None)
    bad = stopped or next((r for r in results if r.status == "fail"), None)
    file = folder / "failing" / f"{rule}.csv"
    if stopped:
        sentence = say("check.found.stopped", language, problem=stopped.problem)
    elif bad and failed:
        first = ", ".join(f"{name} {value}" for name, value in next(r for r in results if r.first).first[0].items() if value)
        sentence = say("check.found.failed", language, failed=f"{failed:,}", decided=f"{decided:,}", first=first)
    elif bad:
        sentence = say("check.found.empty", language, year=bad.year, problem=bad.problem)
    elif not decided:
        sentence = say("check.found.undecided", language, rows=f"{rows:,}")
    else:
        sentence = say("check.found.passed", language, decided=f"{decided:,}")
    return Summary(bad is not None, sentence, decided, failed, file if failed and file.is_file() else None)


def digest(payload: dict[str, Any]) -> str:
    """sha256 of a JSON value in canonical form. Raises TypeError for anything that is not a plain JSON type."""
    _native(payload)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _native(value: Any) -> None:
    """Types of numpy and pandas pass for numbers in some JSON writers and not in others: refuse them all."""
    if type(value) is dict:
        for key, inner in value.items():
            if type(key) is not str:
                raise TypeError(f"the key {key!r} is not text")
            _native(inner)
    elif type(value) is list:
        for inner in value:
            _native(inner)
    elif value is not None and type(value) not in (str, int, bool):
        raise TypeError(f"{value!r} is a {type(value).__name__}, not a plain text, whole number or truth value")


def write(results: Results, folder: Path) -> Path:
    """Writes `results.json` into the folder, whole or not at all."""
    payload = results.payload()
    text = json.dumps(payload | {"digest": digest(payload)}, ensure_ascii=False, indent=1)
    write_durably(folder / FILE, f"{text}\n".encode())
    return folder / FILE


def read(file: Path) -> Results:
    """Reads a results file. Raises ResultsError when it is missing, cut short, changed or of another format."""
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise ResultsError(f"There are no results of validation at {file}.") from None
    except (OSError, ValueError) as error:
        raise ResultsError(f"The results of validation at {file} cannot be read: {error}.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ResultsError(f"{file} does not hold results of validation in format {FORMAT}.")
    told = content.pop("digest", "")
    try:
        if told != digest(content):
            raise ResultsError(f"The results of validation at {file} were changed or cut short: their digest differs.")
        del content["format"]
        results = [Result(**result) for result in content.pop("results")]
        return Results(**content, results=results, folder=file.parent)
    except (TypeError, KeyError) as error:
        raise ResultsError(f"The results of validation at {file} are not complete: {error}.") from None


def read_results(folder: Path) -> Results | None:
    """The results of the run whose findings lie in `folder`; None when there are none that can be used."""
    try:
        return read(folder / FILE)
    except ResultsError:
        return None


def documents_digest(files: dict[str, str]) -> str:
    """One digest for all documents of a catalog (path -> sha256)."""
    return digest(dict(files))


def file_digest(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def first(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The first few failing rows."""
    return [row for _, row in zip(range(FIRST), rows, strict=False)]
