"""The real line over files: the gate and landing, one build of everything, validation; and its findings by return.

Here belongs how files are taken through; what stands in them is `counties`' and `kinds`'. Nothing here is a stand-in.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.demo import files
from pipelines.home import Home
from pipelines.landing import batches, decisions, register, take_in
from pipelines.validation import Rule, rules, run_rules
from pipelines.warehouse import build, inputs

Return = tuple[str, str, str]
"""County, table, period: the place of one return."""

Key = tuple[str, str, str, str, str, str]
"""Rule, subject, measure, area, period, breakdown: what makes two findings the same."""


@dataclass(frozen=True)
class Finding:
    """A failing row of validation."""

    key: Key
    severity: str
    text: str


def prepared_on(period: str) -> str:
    """A day before any due date."""
    return (parse(period).end + timedelta(days=20)).isoformat()


def name(catalog: Catalog, of: Return) -> str:
    """The file name of a return that its office finished in time."""
    unit, table, period = of
    facts = {"table": table, "unit": unit, "period": period, "prepared_on": prepared_on(period)}
    return files.file_name(catalog, ".csv", facts)


def land(home: Home, catalog: Catalog, run: str, deliveries: Iterable[tuple[Path, dict[str, str]]]) -> set[Return]:
    """Receives files, each with what is declared of it, and takes them in as one run would.

    Returns the places of all returns that were ever accepted.
    """
    folder = home.runs / run
    folder.mkdir()
    for path, declared in deliveries:
        take_in.receive(home, path, declared, "deliver")
    take_in.take_in(home, catalog, folder, "en")
    accepted = (row for row in register.export(home) if row["verdict"] == "accepted")
    return {(row["unit"], row["table_id"], row["period"]) for row in accepted}


def findings(home: Home, catalog: Catalog, run: str) -> list[Finding]:
    """Builds everything that stands and validates it: every failing row of every rule.

    Raises AssertionError for a rule that could not be run.
    """
    folder = home.runs / run
    folder.mkdir(exist_ok=True)
    last = max(parse(row["period"]).end for row in register.export(home) if row["period"])
    inputs.write(
        catalog, folder, register.export(home), batches.committed(home), last + timedelta(days=200),
        decisions.export(home),
    )  # fmt: skip
    outcome = run_rules(catalog, build.build(folder), folder / "validation")
    stopped = [one for one in outcome.results if not one.ran]
    assert not stopped, stopped[:3]
    severities = {rule.id: rule.severity for rule in rules(catalog)}
    return [
        finding
        for path in sorted((folder / "validation" / "failing").glob("*.csv"))
        for finding in _read(path, severities[path.stem])
    ]


def _read(path: Path, severity: str) -> list[Finding]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            Finding(
                (path.stem, row["subject"], row["measure_id"], row["area_code"], row["period"], row["breakdown"]),
                severity,
                f"{row['found']} against {row['expected']}",
            )
            for row in csv.DictReader(stream)
        ]


def tables_of(catalog: Catalog, rule: Rule) -> frozenset[str]:
    """The returns whose figures a rule can name."""
    subject = rule.subject.partition(".")[0]
    if rule.kind == "agreement":
        return frozenset({subject, *(option[2] for option in rule.options[1:])})
    if subject in catalog.indicators:
        indicator = catalog.indicators[subject]
        terms = [] if indicator.kind == "share_of_areas" else catalog.terms(indicator)
        return frozenset(term.table for term in terms) & catalog.returns.keys()
    return frozenset({subject}) & catalog.returns.keys()
