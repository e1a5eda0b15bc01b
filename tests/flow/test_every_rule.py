"""Every rule of the county's documents: a valid, an invalid and an undecidable case, made from the rule itself.

The build is that of the demo, in which every rule holds somewhere; each case changes a year of it and is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from pipelines.landing import batches, decisions, register
from pipelines.validation import Rule, frames, rules
from pipelines.validation.engine import Engine
from pipelines.validation.results import Result
from pipelines.validation.run import _Run
from pipelines.warehouse import build, inputs
from tests.flow.cases_of import ALWAYS_DECIDED, MAKERS, cases

CATALOG = load(PROJECT / "data_contracts")
RULES = rules(CATALOG)


@dataclass
class Bench:
    """The demo's private build, opened so that a change can be taken back."""

    connection: duckdb.DuckDBPyConnection
    engine: Engine
    years: dict[str, dict[str, int]]
    folder: Path
    catalog: Catalog

    def check(self, rule: Rule, years: dict[str, int], *statements: str) -> list[Result]:
        """The rule's results in some years after the statements, which are then taken back."""
        run = _Run(self.catalog, self.folder)
        run.years = {rule.years: years}
        self.connection.execute("reset variable past_of")  # a build does not change; this one does
        self.connection.execute("begin")
        try:
            for statement in statements:
                self.connection.execute(statement)
            run.check(self.connection, self.engine, [rule])
        finally:
            self.connection.execute("rollback")
        return run.results


@pytest.fixture(scope="module")
def bench(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    home = Home(demo, PROJECT / "data_contracts")
    inputs.write(CATALOG, folder, register.export(home), batches.committed(home), decisions=decisions.export(home))
    with duckdb.connect(build.build(folder)) as connection:
        years = frames.years(connection, CATALOG)
        frames.define(connection, CATALOG)
        yield Bench(connection, Engine(), years, folder, CATALOG)


def test_every_kind_of_rule_has_its_cases() -> None:
    assert {rule.kind for rule in RULES} <= set(MAKERS)
    assert set(MAKERS) >= ALWAYS_DECIDED and len(RULES) > 140


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_valid_invalid_undecidable(bench: Bench, rule: Rule) -> None:
    sound = {result.year: result for result in bench.check(rule, bench.years[rule.years])}
    year = max(year for year, result in sound.items() if result.status == "pass")
    of_year = {str(year): bench.years[rule.years][str(year)]}
    made = cases(rule, year)
    (wrong,) = bench.check(rule, of_year, *made.invalid)
    assert wrong.status == "fail" and wrong.ran and wrong.failed > 0 and not wrong.problem, wrong
    assert wrong.first and wrong.first[0]["year"] == str(year)
    assert (made.undecided is None) == (rule.kind in ALWAYS_DECIDED)
    if made.undecided is not None:
        (open_,) = bench.check(rule, of_year, *made.undecided)
        assert open_.status == "undecided" and open_.ran and open_.decided == 0 < open_.rows, open_
    (again,) = bench.check(rule, of_year)
    assert again == sound[year], "the change was taken back"
