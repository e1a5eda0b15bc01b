"""Runs every rule over every year of a private build, in blocks of years that keep memory bounded, and keeps
what was found.

A rule that cannot be run becomes a result that says so, and has failed; nothing here raises for what a figure
does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import progress
from pipelines.contracts.catalog import Catalog
from pipelines.validation import failing, frames, kept, results
from pipelines.validation.engine import CheckError, Engine
from pipelines.validation.explained import Explained
from pipelines.validation.results import Result, Results
from pipelines.validation.rules import Rule, rules
from pipelines.validation.taken import Before, made_by
from pipelines.warehouse.again import Again
from pipelines.warehouse.build import file_digest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

BLOCK = 1_200_000
"""Rows of a mart that are asked for at once; a year that holds more is a block of its own."""
LONG_BLOCK = 10 * BLOCK
"""The same of a rule whose rows stream (`frames.STREAMED`): a block reads the mart through, and keeps what fails."""


def run_rules(
    catalog: Catalog,
    warehouse: Path,
    folder: Path,
    decisions: Iterable[Mapping[str, Any]] = (),
    again: Again | None = None,
    before: Path | None = None,
) -> Results:
    """Runs all rules over the private build `warehouse` (opened read only) and writes results.json and
    failing/*.csv.

    Returns the results; raises only when they cannot be written. `decisions`: what persons had
    decided when the build was made (rows of landing.decisions.export); explanations are among them.
    `again`: from which build this one started, and `before` the folder of findings about that one: what was found of
    years that nothing touched is taken over, and explanations are held against it anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    failing.clear(folder)
    (folder / kept.FILE).unlink(missing_ok=True)
    demanded = rules(catalog)
    found = _Run(catalog, folder, decisions, Before(catalog, again, before))
    try:
        with frames.connect(warehouse) as connection:
            found.years = frames.years(connection, catalog)
            frames.define(connection, catalog)
            found.before.look(connection)
            engine = Engine()
            for rule in progress.counted("expectations held", demanded):
                found.check(connection, engine, rule)
        digest = file_digest(warehouse)
    except Exception as error:  # the build cannot be read, or the engine not be started: nothing was checked
        found.results = [_stopped(rule, 0, _sentence(error)) for rule in demanded]
        digest = ""
    outcome = Results(
        documents=kept.documents_digest(catalog.files),
        warehouse=digest,
        rules=[rule.id for rule in demanded],
        expected=found.expected,
        evaluated=found.evaluated,
        years=found.years,
        results=found.results,
        folder=folder,
        explanations=found.explained.told(),
        failing={rule.id: told for rule in demanded if (told := failing.digest(folder, rule.id))},
        made_by=made_by(),
        taken_over=found.taken_over,
    )
    kept.write(outcome, folder)
    return outcome


class _Run:
    """What has been found so far."""

    def __init__(
        self,
        catalog: Catalog,
        folder: Path,
        decisions: Iterable[Mapping[str, Any]] = (),
        before: Before | None = None,
    ) -> None:
        self.catalog = catalog
        self.folder = folder
        self.explained = Explained(decisions)
        self.before = before or Before(catalog)
        self.years: dict[str, dict[str, int]] = {}
        self.results: list[Result] = []
        self.expected = self.evaluated = self.taken_over = 0

    def check(self, connection: duckdb.DuckDBPyConnection, engine: Engine, rule: Rule) -> None:
        """Adds the rule's results, one per year it must cover."""
        most = LONG_BLOCK if rule.kind in frames.STREAMED else BLOCK
        demanded = list(blocks(self.years[rule.years], most))
        self.expected += len(demanded)
        asked: list[int] = []
        try:
            taken = self.before.of(rule, self.years[rule.years])
            asked = [year for block in demanded for year in block if year not in taken]
            if asked:
                frames.lay(connection, rule, asked[0], asked[-1])
        except Exception as error:
            self.results += [_stopped(rule, year, _sentence(error)) for block in demanded for year in block]
            return
        for block in demanded:
            try:
                wanted = [year for year in block if year not in taken]
                found, cells = self._looked_at(connection, engine, rule, wanted)
                if wanted == block and not any(year.rows for year in found.values()):
                    raise CheckError("There are no rows to look at.")
                held = [row for year in block if year in taken for row in taken[year][1]]
                cells = sorted([*held, *cells], key=lambda row: int(row["year"]))
                self.explained.mark(rule.id, rule.asset, rule.severity, cells)
                failing.append(self.folder, rule, cells, self.catalog.programme.language)
            except Exception as error:  # whatever stops a check, the check has failed
                self.results += [_stopped(rule, year, _sentence(error)) for year in block]
                continue
            self.evaluated += 1
            self.taken_over += len(block) - len(wanted)
            for year in block:
                here = [cell for cell in cells if cell["year"] == str(year)]
                self.results.append(
                    _with_rows(taken[year][0], here) if year in taken else _result(rule, found[year], here)
                )

    def _looked_at(
        self, connection: duckdb.DuckDBPyConnection, engine: Engine, rule: Rule, wanted: list[int]
    ) -> tuple[dict[int, _Year], list[dict[str, str]]]:
        """What each of these years comes to, and the rows that fail. Raises what stops the check."""
        import pandas as pd

        if not wanted:
            return {}, []
        found = {year: _Year(year) for year in wanted}
        failed: list[pd.DataFrame] = []
        for frame in frames.of(connection, rule, wanted):
            positions = engine.failing(rule, frame)
            failed.append(frame.iloc[positions])
            _count(found, frame, positions)
        if not failed:
            return found, []
        rows = failing.rows(connection, rule, frames.in_order(pd.concat(failed)))
        return found, [row for row in rows if int(row["year"]) in wanted]


@dataclass
class _Year:
    """What the rows of a year come to, for one rule."""

    year: int
    rows: int = 0
    decided: int = 0
    failed: int = 0
    unexplained: int = 0
    """Rows in which nothing can be decided, for no stated reason."""


def _count(found: dict[int, _Year], frame: pd.DataFrame, positions: list[int]) -> None:
    """Adds the rows of a frame to the years that they are of; those at `positions` fail."""
    import numpy as np

    first, last = min(found), max(found)
    at = frame["year"].to_numpy("int64") - first
    decided, explained = frame["decided"].to_numpy(bool), frame["explained"].to_numpy(bool)
    of = {"rows": at, "decided": at[decided], "failed": at[positions], "unexplained": at[~decided & ~explained]}
    for name, places in of.items():
        counts = np.bincount(places, minlength=last - first + 1)
        for year, counted in found.items():
            setattr(counted, name, getattr(counted, name) + int(counts[year - first]))


def blocks(years: dict[str, int], most: int) -> Iterator[list[int]]:
    """Consecutive years whose rows together stay under `most`; each year is in exactly one block."""
    block: list[int] = []
    size = 0
    for year, rows in sorted((int(year), rows) for year, rows in years.items()):
        if block and size + rows > most:
            yield block
            block, size = [], 0
        block.append(year)
        size += rows
    if block:
        yield block


def _result(rule: Rule, found: _Year, cells: list[dict[str, str]]) -> Result:
    if not found.rows:
        return _stopped(rule, found.year, "There are no rows to look at.")
    problem = ""
    if not found.decided and found.unexplained:
        problem = "Nothing can be decided: every figure is missing, and not each of them for a stated reason."
    status = "fail" if found.failed or problem else "pass" if found.decided else "undecided"
    because = rule.because.model_dump()
    result = Result(
        rule.id, rule.asset, rule.severity, found.year, status, found.rows, found.decided, found.failed, True, problem,
        because,
    )  # fmt: skip
    return _with_rows(result, cells)


def _with_rows(result: Result, cells: list[dict[str, str]]) -> Result:
    """A result with the failing rows that it shows, as they are explained now."""
    first = results.first(sorted(cells, key=lambda cell: cell["explanation"] != ""))
    return replace(result, first=first, explained=sum(cell["explanation"] != "" for cell in cells))


def _stopped(rule: Rule, year: int, problem: str) -> Result:
    because = rule.because.model_dump()
    return Result(rule.id, rule.asset, rule.severity, year, "fail", 0, 0, 0, False, problem, because)


def _sentence(error: Exception) -> str:
    if isinstance(error, CheckError):
        return str(error)
    first = next(iter(str(error).strip().splitlines()), "")
    return f"The check stopped ({type(error).__name__}): {first[:300]}"
