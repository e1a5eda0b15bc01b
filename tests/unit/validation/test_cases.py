"""Each kind of rule: a valid, an invalid and an undecidable case, on the smallest build that shows it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.validation import computed, frames
from pipelines.validation.engine import Engine
from pipelines.validation.results import Result
from pipelines.validation.rules import rules
from pipelines.validation.run import _Run
from pipelines.validation.spoken import in_words
from tests.unit.validation import private
from tests.unit.validation.cases import CELL, FIGURES, OF_FIGURES
from tests.unit.validation.cases_of_indicators import OF_INDICATORS

CASES = [*OF_FIGURES, *OF_INDICATORS]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Path]:
    folder = tmp_path_factory.mktemp("made")
    return load(private.documents(folder / "documents")), private.build(folder / "warehouse.duckdb")


def check(engine: Engine, catalog: Catalog, file: Path, rule_id: str, folder: Path) -> dict[int, Result]:
    """The results of one rule by year."""
    (rule,) = [rule for rule in rules(catalog) if rule.id == rule_id]
    run = _Run(catalog, folder)
    with frames.connect(file) as connection:
        run.years = frames.years(connection, catalog)
        frames.define(connection, catalog)
        run.check(connection, engine, [rule])
    return {result.year: result for result in run.results}


@pytest.mark.parametrize(
    ("rule_id", "expected", "statements"), CASES, ids=[f"{c[0]}-{c[1]}-{n}" for n, c in enumerate(CASES)]
)
def test_case(
    rule_id: str,
    expected: str,
    statements: list[str],
    engine: Engine,
    made: tuple[Catalog, Path],
    tmp_path: Path,
) -> None:
    catalog, original = made
    file = Path(shutil.copy(original, tmp_path / "warehouse.duckdb"))
    private.change(file, *statements)
    result = check(engine, catalog, file, rule_id, tmp_path)[2004]
    assert (result.status, result.problem) == (expected, result.problem if expected == "fail" else "")
    for row in result.first:
        told = in_words(row["found"], "zh"), in_words(row["expected"], "zh")
        assert not re.search(r"[a-z]{2,} [a-z]{2,}|say", " | ".join(told)), "English, or no words at all"


def test_every_kind_of_rule_has_valid_and_invalid_cases(made: tuple[Catalog, Path]) -> None:
    kinds = {rule.id: rule.kind for rule in rules(made[0])}
    for status in ("pass", "fail"):
        assert {kinds[id] for id, expected, _ in CASES if expected == status} == set(kinds.values())


def test_failing_rows_name_the_cell_of_the_file(engine: Engine, made: tuple[Catalog, Path], tmp_path: Path) -> None:
    catalog, original = made
    file = private.change(
        Path(shutil.copy(original, tmp_path / "w.duckdb")),
        f"{FIGURES} value = -1 where {CELL}",
    )
    result = check(engine, catalog, file, "crime__not_negative", tmp_path)[2004]
    assert result.failed == 1
    assert result.first == [
        {
            "year": "2004",
            "subject": "crime",
            "measure_id": "recorded",
            "area_code": "110101",
            "period": "2004",
            "breakdown": "kind=all",
            "found": "-1",
            "expected": ">= 0",
            "file_name": "crime_2004.csv",
            "sheet": "Sheet1",
            "row": "8",
            "col": "3",
            "submission_id": "c2004",
            "finding": "0ddb566697670843",
            "explanation": "",
        }
    ]
    text = (tmp_path / "failing" / "crime__not_negative.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("2004,crime,recorded,110101,2004,kind=all,-1,>= 0,crime_2004.csv,Sheet1,8,3")


def test_figures_beyond_the_precision_of_floating_point_are_compared_exactly(
    engine: Engine, made: tuple[Catalog, Path], tmp_path: Path
) -> None:
    catalog, original = made
    big = 2**53
    file = private.change(
        Path(shutil.copy(original, tmp_path / "w.duckdb")),
        f"{FIGURES} value = {big} where measure_id = 'pending_at_start' and year = 2004",
        f"{FIGURES} value = {big + 6} where measure_id = 'pending_at_end' and year = 2004",
        f"{FIGURES} value = null, obs_status = 'O' where table_id = 'caseload' and year = 2003",
    )
    result = check(engine, catalog, file, "caseload__flow", tmp_path)[2004]
    assert (result.status, result.first[0]["found"]) == ("fail", str(big + 5))


@pytest.mark.parametrize(("measure", "status"), [("pending_at_start", None), ("accepted", "fail")])
def test_a_year_of_which_no_formula_names_a_figure_yet_asks_for_no_indicator(
    measure: str, status: str | None, engine: Engine, made: tuple[Catalog, Path], tmp_path: Path
) -> None:
    """The first return of a year may feed no indicator; one that does and is left out is missed."""
    catalog, original = made
    file = private.change(
        Path(shutil.copy(original, tmp_path / "w.duckdb")),
        "insert into mart_observation select * replace (2005 as year, '2005' as period) from mart_observation "
        f"where table_id = 'caseload' and measure_id = '{measure}' and year = 2004",
    )
    found = check(engine, catalog, file, "indicators__none_left_out", tmp_path)
    assert (found[2005].status if 2005 in found else None) == status and found[2004].status == "pass"


def test_areas_counted_beside_returns_ask_for_no_indicator(tmp_path: Path) -> None:
    """They are there in every period that is looked back to, also before the first return."""
    catalog = load(PROJECT / "data_contracts")
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.mart_indicator (year integer, kind varchar)")
        connection.execute(
            "create table marts.mart_observation as select 'areas' as table_id, 'township' as measure_id, "
            "'_T' as breakdown, 'county' as area_level, '3004' as period, 3004 as year, 15 as value"
        )
        assert list(computed.years(connection, catalog)) == []
        connection.execute("update marts.mart_observation set table_id = 'mediation', measure_id = 'disputes_settled'")
        assert list(computed.years(connection, catalog)) == [("computed", 3004, 1)]
