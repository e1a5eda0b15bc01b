"""Findings of the checks on the figures: by rule, area and year; late and held returns by office, area and year.

Read from the results and the failing rows that validation kept, of the last run that got so far. A rule that could not
be run says nothing of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.alerts.finding import SHOWN, Finding, Words, same, words
from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.validation import failing
from pipelines.validation.results import Result, Results, cell, place
from pipelines.validation.spoken import in_each
from pipelines.warehouse.due import due_day

Rows = list[dict[str, str]]

NOT_RUN = "checks_not_run"
LATE, HELD = "returns__arrived", "returns__undisputed"
"""Rules whose rows are told as what they are: a late return, a held one."""


def find(catalog: Catalog, results: Results, run: str) -> tuple[list[Finding], frozenset[str], frozenset[str]]:
    """The findings of a run's validation, the rules that could not be run, and the keys of what a person explained.

    Rows that a person explained are no finding; where all of a finding's are, its key is among the last.
    """
    stopped = [result for result in results.results if not result.ran]
    failed: dict[str, list[Result]] = {}
    for result in results.results:
        if result.ran and result.status == "fail":
            failed.setdefault(result.rule, []).append(result)
    found, explained = list(_not_run(stopped, run)), set[str]()
    for rule, of in failed.items():
        file = results.folder / "failing" / f"{rule}.csv"
        rows = list(failing.of(results.folder, of))
        at = str(file) if file.is_file() else ""
        standing = list(_grouped(catalog, of, [row for row in rows if not row.get("explanation")], at, run))
        found += standing
        explained |= {one.key for one in _grouped(catalog, of, rows, at, run)} - {one.key for one in standing}
        found += _without_rows(of, run)
    return found, frozenset(result.rule for result in stopped), frozenset(explained)


def _grouped(catalog: Catalog, of: list[Result], rows: Rows, file: str, run: str) -> Iterator[Finding]:
    first = of[0]
    groups: dict[tuple[str, str, str], Rows] = {}
    for row in rows:
        office = catalog.returns[row["subject"]].office if row["subject"] in catalog.returns else ""
        groups.setdefault((row["area_code"], row["year"], office), []).append(row)
    for (area, year, office), here in groups.items():
        if first.rule in (LATE, HELD):
            kind = "late" if first.rule == LATE else "held"
            places = tuple(_return(catalog, row, kind) for row in here[:SHOWN])
        else:
            kind, places = "check", tuple(_row(row) for row in here[:SHOWN])
        count = len(here)
        yield Finding(
            kind=kind, check=first.rule, severity=first.severity, title=dict(first.because),
            sentence=words(f"alert.{kind}" if count > 1 else f"alert.{kind}_one", count=f"{count:,}"),
            area=area, area_name=area_name(catalog, area, here[0]["period"]), year=year, office=office,
            office_name=office_name(catalog, office), places=places, count=count, file=file, run=run,
        )  # fmt: skip


def _row(row: dict[str, str]) -> Words:
    sides = {side: in_each(row[side]) for side in ("found", "expected")}
    return words("alert.place", place=place(row), cell=cell(row), **sides)


def _return(catalog: Catalog, row: dict[str, str], kind: str) -> Words:
    """A return that is late or held, with its title; a late one with the day it was due."""
    table = catalog.returns.get(row["subject"])
    title = table.title.model_dump() if table else same(row["subject"])
    if kind == "late" and table:
        due = due_day(catalog, table, parse(row["period"])).isoformat()
        return words("alert.return_due", title=title, table=row["subject"], period=row["period"], due=due)
    return words("alert.return", title=title, table=row["subject"], period=row["period"])


def _without_rows(of: list[Result], run: str) -> Iterator[Finding]:
    """Years in which a rule fails although no single row does: everything is missing, for no reason."""
    for result in of:
        if not result.failed:
            sentence = words("check.found.empty", year=result.year, problem=result.problem)
            yield Finding(
                "check", result.rule, result.severity, dict(result.because), sentence, year=str(result.year), run=run
            )


def _not_run(stopped: list[Result], run: str) -> Iterator[Finding]:
    """All that could not be run as one finding: it has one cause, or few."""
    causes: dict[str, list[str]] = {}
    for result in stopped:
        if result.rule not in causes.setdefault(result.problem, []):
            causes[result.problem].append(result.rule)
    if not causes:
        return
    count = len({result.rule for result in stopped})
    places = tuple(
        words("alert.cause", rule=rules[0], more=f" (+{len(rules) - 1})" if len(rules) > 1 else "", problem=problem)
        for problem, rules in list(causes.items())[:SHOWN]
    )
    sentence = words("alert.not_run", count=f"{count:,}")
    yield Finding(
        "check", NOT_RUN, "error", words("alert.not_run_title"), sentence, places=places, count=count, run=run
    )


def area_name(catalog: Catalog, code: str, period: str) -> Words:
    """What an area was called when a period ended (today, where there is none); nothing of one that is not known."""
    if code not in catalog.areas:
        return {}
    name = catalog.name(code, period) if period else catalog.names(code)[-1]
    return {"en": name.en, "zh": name.zh}


def office_name(catalog: Catalog, office: str) -> Words:
    """The names of an office; nothing of one that is not known."""
    found = next((one for one in catalog.programme.offices if one.id == office), None)
    return found.title.model_dump() if found else {}
