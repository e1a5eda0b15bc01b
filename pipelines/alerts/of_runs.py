"""Findings of the runs themselves: the last one failed, was blocked or killed, or one never began; an edition stopped.

Which run it is that others read from is said here too. A run in progress is no finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import tables
from pipelines.alerts.finding import SHOWN, Finding, same, words
from pipelines.home import Home
from pipelines.intake.text import visible
from pipelines.landing import register
from pipelines.release import stopped
from pipelines.runs import VALIDATION, is_running
from pipelines.validation import read_results
from pipelines.validation.results import Results

BAD, WELL = ("failed", "blocked", "interrupted"), ("released", "unchanged")
"""How a run ends that others hear of, and how one does what a night is to do. Any other has only landed something."""
NOT_BEGUN, STOPPED = "run_not_begun", "edition_stopped"


def ended(home: Home) -> list[dict[str, Any]]:
    """Runs that ended, the last one first; `interrupted` is one whose process is gone without a word."""
    found = register.rows(home, sa.select(register.run).order_by(register.run.c.run_id.desc()))
    if found and found[0]["outcome"] is None and is_running(home, found[0]["run_id"]):
        found = found[1:]
    return [row | {"outcome": row["outcome"] or "interrupted"} for row in found]


def unbegun(home: Home, last: dict[str, Any] | None) -> dict[str, Any] | None:
    """The last run of the scheduler that never became a run of ours, if none of ours began after it."""
    query = sa.select(tables.unbegun).order_by(tables.unbegun.c.at.desc()).limit(1)
    found = register.rows(home, query)
    return found[0] if found and (last is None or found[0]["at"] > last["started_at"]) else None


def validated(home: Home, runs: list[dict[str, Any]]) -> tuple[Results, str] | None:
    """The results of the last run that got as far as validation, and its id; None when they are gone.

    A run with nothing new is as good as the one that made the release which it found unchanged.
    """
    for row in runs:
        if row["release_id"]:
            folder, name = home.releases / "versions" / row["release_id"], row["release_id"]
        else:
            folder, name = home.runs / row["run_id"], row["run_id"]
        results = read_results(folder / VALIDATION)
        if results or row["release_id"]:
            return (results, name) if results else None
    return None


def find(home: Home, last: dict[str, Any] | None) -> tuple[list[Finding], frozenset[str]]:
    """The findings of runs, and the checks of them of which the last run says nothing."""
    found = [*_unbegun(home, last), *_edition(home)]
    if last is None:
        return found, frozenset()
    checks = {f"run_{outcome}" for outcome in BAD}
    if last["outcome"] not in BAD:
        return found, frozenset() if last["outcome"] in WELL else frozenset(checks)
    own = f"run_{last['outcome']}"
    reasons = tuple(same(visible(" ".join(reason.split()), 400)) for reason in json.loads(last["reasons"]))
    finding = Finding(
        "run", own, "error", words(f"alert.{own}", run=last["run_id"]), words("alert.run_stands"),
        places=reasons[:SHOWN], count=len(reasons), run=last["run_id"],
        file=str(folder) if (folder := home.runs / last["run_id"]).is_dir() else "",
    )  # fmt: skip
    return [finding, *found], frozenset() if last["outcome"] == "blocked" else frozenset(checks - {own})


def _unbegun(home: Home, last: dict[str, Any] | None) -> Iterator[Finding]:
    if row := unbegun(home, last):
        said = same(visible(" ".join(row["sentence"].split()), 400))
        title, sentence = words(f"alert.{NOT_BEGUN}", at=row["at"]), words("alert.run_stands")
        yield Finding("run", NOT_BEGUN, "error", title, sentence, places=(said,), count=1)


def _edition(home: Home) -> Iterator[Finding]:
    if note := stopped.read(home):
        yield Finding(
            "edition", STOPPED, "warning", words("alert.edition_title"),
            words("alert.edition", count=f"{note['figures']:,}", candidate=note["candidate"], since=note["since"]),
            places=tuple(same(change) for change in note["first"]), count=note["figures"], run=note["candidate"],
        )  # fmt: skip
