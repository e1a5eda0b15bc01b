"""What ties figures is in the program: months and years, rules, areas that may change places. Sound editions pass."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pandas as pd
import pytest

from pipelines.adversary import audit, implied, intervals
from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import read
from pipelines.adversary.solve import Interval
from tests.disclosure import forest_documents, printed
from tests.disclosure.forest import Forest

_STATED = """
    table: stated
    office: courts
    version: 1.0.0
    title: {en: Stated, zh: 表}
    grain: {en: Each row is an area in a period., zh: 每行一个地区一期。}
    reporting_unit: province
    """
MONTHLY = f"""{_STATED}due: {{every: month, days_after_end: 31, areas: [province, county], from: "2004-01"}}
    measures:
      - {{id: counted, title: {{en: Counted, zh: 计数}}, unit: persons, over_time: OVER, sensitive: true}}
    """
RULED = f"""{_STATED}due: {{every: year, days_after_end: 31, areas: [province, county], from: "2004"}}
    measures:
      - {{id: one, title: {{en: One, zh: 一}}, unit: persons, over_time: none, sensitive: true}}
      - {{id: two, title: {{en: Two, zh: 二}}, unit: persons, over_time: none, sensitive: true}}
      - {{id: three, title: {{en: Three, zh: 三}}, unit: persons, over_time: none, sensitive: true}}
    rules:
      - {{id: stated, check: CHECK, severity: error, because: {{en: It is so., zh: 如此}}}}
    """
YEARS = {"sum": sum, "first": lambda months: months[0], "last": lambda months: months[-1]}


@pytest.mark.parametrize(("over", "hidden"), [("sum", 7), ("first", 1), ("last", 12)])
def test_a_month_follows_from_the_year(tmp_path: Path, over: str, hidden: int) -> None:
    months = [10 + number for number in range(12)]
    figures = {f"2004-{number:02d}": value for number, value in enumerate(months, 1)} | {"2004": YEARS[over](months)}
    rows = [
        {"measure_id": "counted", "period": period, "value": value}
        | {"origin": "from_months" if period == "2004" else "delivered"}
        for period, value in figures.items()
    ]
    found = of_one_county(tmp_path, MONTHLY.replace("OVER", over), rows, rows[hidden - 1])
    assert found == {f"2004-{hidden:02d} counted": Interval(months[hidden - 1], months[hidden - 1])}


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("one + two = three", Interval(3, 3)),
        ("one <= two", Interval(0, 20)),
        ("three >= 2 * one", Interval(0, 11)),
        ("two <= one", Interval(20, None)),
    ],
)
def test_a_rule_bounds_what_it_names(tmp_path: Path, check: str, expected: Interval) -> None:
    rows = [
        {"measure_id": id, "value": value, "origin": "delivered"}
        for id, value in (("one", 3), ("two", 20), ("three", 23))
    ]
    assert of_one_county(tmp_path, RULED.replace("CHECK", check), rows, rows[0]) == {"2004 one": expected}
    without = RULED.replace("CHECK", check).replace("error", "warning")
    assert of_one_county(tmp_path / "w", without, rows, rows[0] | {"value": 3}) == {"2004 one": Interval(0, None)}


def of_one_county(folder: Path, text: str, rows: list[dict[str, Any]], hidden: dict[str, Any]) -> dict[str, Interval]:
    """The intervals of an edition that prints of one county all rows but one, of a table as written."""
    documents = forest_documents.write(folder / "documents", [("1", "", "province"), ("101", "1", "county")])
    (documents / "returns" / "courts" / "stated.yaml").write_text(dedent(text), encoding="utf-8")
    hidden |= {"value": None, "origin": None, "reason": "confidential"}
    key = {"table_id": "stated", "area_code": "101", "period": "2004", "breakdown": "_T", "reason": ""}
    (folder / "parquet").mkdir()
    figures = pd.DataFrame([key | row for row in rows]).astype({"value": "Int64"})
    figures.to_parquet(folder / "parquet" / "mart_observation.parquet")
    areas = pd.DataFrame(
        [("1", None, "province"), ("101", "1", "county")], columns=["area_code", "parent_code", "level"]
    )
    areas.to_parquet(folder / "parquet" / "dim_area.parquet")
    (edition,) = audit([folder]).editions
    return {f"{cell.period} {cell.measure}": interval for cell, interval in edition.intervals.items()}


@pytest.mark.parametrize("seed", range(4))
def test_areas_that_change_places_need_solving_once(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forest = Forest(seed, trees=6)
    tables = printed.edition(forest, forest.database(tmp_path / "private.duckdb"))
    program = implied.of(read(printed.write(forest, tables, tmp_path / "edition-1")))
    once = intervals.find(program)
    monkeypatch.setattr(intervals, "representatives", lambda program, reduced, numbers, rows: {n: n for n in numbers})
    each = intervals.find(program)
    assert once.of == each.of and once.failed == each.failed == []
    assert once.solved < 0.8 * each.solved


@pytest.mark.parametrize(("seed", "mean"), [(1, 6), (2, 14), (3, 60)])
def test_forests_published_plainly(seed: int, mean: float, tmp_path: Path) -> None:
    forest = Forest(seed, trees=12, mean=mean, years=(2003, 2004))
    tables = printed.edition(forest, forest.database(tmp_path / "private.duckdb"))
    found = audit([printed.write(forest, tables, tmp_path / "edition-1")])
    assert [str(leak) for leak in found.leaks] == []
    (edition,) = found.editions
    assert len(edition.intervals) > 1000 and edition.pools > 10 and 0 < edition.pooled < edition.published


def test_what_is_printed_and_what_is_hidden_make_the_figures(tmp_path: Path) -> None:
    """The true figures of the private database solve the program: it never says too much."""
    forest = Forest(5, trees=20)
    database = forest.database(tmp_path / "private.duckdb")
    key = ["table_id", "measure_id", "area_code", "period", "breakdown"]
    figures = printed.tables(database)["mart_observation"].dropna(subset="value")
    cells = (Cell(*row) for row in figures[key].itertuples(index=False))
    private = dict(zip(cells, figures.value, strict=True))
    tables = printed.edition(forest, database)
    (edition,) = audit([printed.write(forest, tables, tmp_path / "edition-1")]).editions
    inside = [private[cell] for cell in edition.intervals if cell in private]
    assert len(inside) > 3000
    for cell, interval in edition.intervals.items():
        if cell in private:
            assert interval.low <= private[cell] and (interval.high is None or private[cell] <= interval.high)
