"""An installation whose runs ended one way or another, for tests of what is told of it: real register, real results."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import outbox, settings, tables, watch
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import decisions, history, register
from pipelines.runs import VALIDATION
from pipelines.validation import failing, kept, rules
from pipelines.validation.explained import Explained
from pipelines.validation.results import Result, Results, first
from pipelines.validation.rules import Rule

BALANCE, COUNTED = "caseload__pending_identity", "returns__arrived"


@dataclass
class House:
    """`now` is the time of the next run; each night is a day later."""

    home: Home
    catalog: Catalog
    now: datetime = datetime(3004, 2, 1, 3, tzinfo=UTC)
    runs: int = 0
    rules: dict[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = {rule.id: rule for rule in rules(self.catalog)}

    def alerts(self, text: str) -> None:
        (self.home.root / settings.FILE).write_text(text, encoding="utf-8")

    def run(
        self, failed: dict[str, list[str]], outcome: str = "released", stopped: tuple[str, ...] = (), value: str = "12"
    ) -> str:
        """A run that ended, knowing what persons explained: `failed` is rule -> areas with a failing row, of which each
        has found `value`; `stopped` are rules that could not be run.
        """
        self.now += timedelta(days=1)
        self.runs += 1
        run_id = f"{self.now:%Y%m%dT%H%M%S}Z-{self.runs:05d}"
        (self.home.runs / run_id).mkdir(parents=True)
        history.start_run(self.home, run_id, f"job-{self.runs}")
        release = f"candidate-{self.runs:06d}" if outcome == "released" else None
        if outcome in ("released", "blocked"):
            folder = self.home.releases / "versions" / release if release else self.home.runs / run_id
            self._results(folder / VALIDATION, failed, stopped, value)
        if outcome != "killed":
            history.end_run(self.home, run_id, outcome, [f"{rule}: no" for rule in failed], release)
        return run_id

    def _results(self, folder: Path, failed: dict[str, list[str]], stopped: tuple[str, ...], value: str) -> None:
        folder.mkdir(parents=True)
        explained = Explained(decisions.export(self.home))
        found = []
        for id in stopped:
            found.append(_result(self.rules[id], 0, (), ran=False))
        for id, areas in failed.items():
            subject = "caseload" if self.rules[id].asset == "mart_coverage" else self.rules[id].subject
            row = dict.fromkeys(failing.COLUMNS, "") | {
                "year": "2004", "subject": subject, "period": "2004", "found": value, "expected": "13",
                "file_name": "caseload.csv", "row": "3", "col": "2",
            }  # fmt: skip
            rows = [row | {"area_code": area} for area in areas]
            explained.mark(id, self.rules[id].asset, self.rules[id].severity, rows)
            failing.append(folder, self.rules[id], rows, "en")
            found.append(_result(self.rules[id], len(rows), rows))
        results = Results("documents", "warehouse", list(self.rules), 1, 1, {}, found, folder, explained.told())
        kept.write(results, folder)

    def tell(self, minutes: int = 1) -> list[outbox.Sent]:
        """A tick of the daemon, so many minutes later."""
        self.now += timedelta(minutes=minutes)
        return watch.tick(self.home, self.catalog, self.now)

    def waiting(self, destination: str = "") -> list[dict[str, Any]]:
        o = tables.outbox.c
        rows = register.rows(self.home, sa.select(tables.outbox).where(o.sent_at.is_(None)).order_by(o.number))
        return [
            row | {"content": json.loads(row["content"])} for row in rows if destination in ("", row["destination"])
        ]


def _result(rule: Rule, count: int, rows: Any, ran: bool = True) -> Result:
    return Result(
        rule.id, rule.asset, rule.severity, 2004 if ran else 0, "fail", count, count, count, ran,
        "" if ran else "The frame could not be made.", rule.because.model_dump(), first(rows),
        sum(row["explanation"] != "" for row in rows),
    )  # fmt: skip
