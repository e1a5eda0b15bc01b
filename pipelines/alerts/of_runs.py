"""Findings of the runs themselves: the last one failed, was blocked or killed, or one never began; an edition stopped.

A run in progress is no finding.
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

BAD, WELL = ("failed", "blocked", "interrupted"), ("released", "unchanged")
"""How a run ends that others hear of, and how one does what a night is to do. Any other has only landed something."""
NOT_BEGUN, STOPPED = "run_not_begun", "edition_stopped"


def unbegun(home: Home, last: dict[str, Any] | None) -> dict[str, Any] | None:
    """The last run of the scheduler that never became a run of ours, if none of ours began after it."""
    query = sa.select(tables.unbegun).order_by(tables.unbegun.c.at.desc()).limit(1)
    found = register.rows(home, query)
    return found[0] if found and (last is None or found[0]["at"] > last["started_at"]) else None


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
