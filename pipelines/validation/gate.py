"""Is a release allowed? The verdict is computed again from the results on disk and from what the documents
demand.

Never trusts a verdict that somebody wrote down: a results file that is missing, empty, cut short, of other
documents or of another private build is shut. Only that last question opens the build.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.contracts.catalog import Catalog
from pipelines.home import file_digest
from pipelines.validation import frames, kept
from pipelines.validation.results import Result, Results
from pipelines.validation.rules import Rule, rules


def gate(file: Path, catalog: Catalog, warehouse: Path | None = None) -> list[str]:
    """Every reason why the gate is shut, as sentences; none = open.

    `warehouse`: the private build that is to be released; left out, the results are not bound to one.
    """
    try:
        results = kept.read(file)
    except kept.ResultsError as error:
        return [str(error)]
    shut: list[str] = []
    if results.documents != kept.documents_digest(catalog.files):
        shut.append("The figures were validated under other documents than those of today; run the whole line again.")
    if warehouse is not None:
        shut += _of_another_build(results, catalog, warehouse)
    if results.expected < 1 or results.evaluated != results.expected:
        shut.append(
            f"{results.evaluated} of {results.expected} expectations were evaluated; all must be, and at least one."
        )
    demanded = rules(catalog)
    known = {rule.id for rule in demanded}
    if results.rules != [rule.id for rule in demanded]:
        shut.append("The rules that were run are not those of the documents.")
    by_key: dict[tuple[str, int], list[Result]] = {}
    for result in results.results:
        by_key.setdefault((result.rule, result.year), []).append(result)
        if result.rule not in known:
            shut.append(f"{result.rule} is not a rule of these documents.")
    shut += _stopped(results)
    if not any(results.years.get("figures:", {}).values()):
        shut.append("There are no figures at all to validate.")
    for rule in demanded:
        shut += _missing(rule, results, by_key)
    return shut


def _of_another_build(results: Results, catalog: Catalog, warehouse: Path) -> list[str]:
    """Binds the results to the private build: its bytes, and the years in which it holds figures."""
    if results.warehouse != file_digest(warehouse):
        return ["The results of validation belong to another private build than the one to be released."]
    with frames.connect(warehouse) as connection:
        if results.years != frames.years(connection, catalog):
            return ["The results of validation do not cover the years of the private build."]
    return []


def _stopped(results: Results) -> list[str]:
    """Checks that could not be run, a sentence per cause."""
    causes: dict[str, list[str]] = {}
    for result in results.results:
        if not result.ran and result.rule not in causes.setdefault(result.problem, []):
            causes[result.problem].append(result.rule)
    shut = []
    for problem, (first, *more) in causes.items():
        who = f"{first} and {len(more)} more rules" if more else first
        shut.append(f"{who} could not be checked. {problem}")
    return shut


def _missing(rule: Rule, results: Results, by_key: dict[tuple[str, int], list[Result]]) -> list[str]:
    """What the documents demand of one rule: one result for each year with data, not failed if it is an
    error.
    """
    if rule.years not in results.years:
        stopped = any(rule.id == result.rule and not result.ran for result in results.results)  # `_stopped` said so
        return [] if stopped else [f"{rule.id} was not run: nothing is known of the years it must cover."]
    shut = []
    for year in results.years[rule.years]:
        here = by_key.get((rule.id, int(year)), [])
        if len(here) != 1:
            shut.append(f"{rule.id} has {len(here)} results for {year}; it must have one.")
            continue
        (result,) = here
        if result.severity != rule.severity or result.status not in ("pass", "fail", "undecided"):
            shut.append(f"The result of {rule.id} for {year} does not fit the rule of the documents.")
        elif result.ran and rule.severity == "error" and verdict(result) == "fail":
            what = result.problem or f"{result.failed} of {result.decided} rows do not hold."
            shut.append(f"{rule.id} fails in {year}. {what}")
    return shut


def verdict(result: Result) -> str:
    """The status again from the numbers; a contradiction counts as failed."""
    sound = 0 <= result.explained <= result.failed <= result.decided <= result.rows and result.rows > 0 and result.ran
    if not sound or result.failed or result.status == "fail":
        return "fail"
    return "pass" if result.decided else "undecided"
