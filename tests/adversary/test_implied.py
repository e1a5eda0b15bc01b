"""What ties figures is in the program: months and years, rules, areas that may change places. Sound editions pass."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from pipelines.adversary import audit, implied, intervals
from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import read
from pipelines.adversary.solve import Interval
from tests.disclosure import forest_documents, printed
from tests.disclosure.forest import Forest

MONTHLY = """
    table: monthly
    office: courts
    version: 1.0.0
    title: {en: By months, zh: 按月}
    grain: {en: Each row is an area in a month., zh: 每行一个地区一个月。}
    reporting_unit: province
    due: {every: month, days_after_end: 31, areas: [province, county], from: "2004-01"}
    measures:
      - {id: counted, title: {en: Counted, zh: 计数}, unit: persons, over_time: OVER, sensitive: true}
    """
YEARS = {"sum": sum, "first": lambda months: months[0], "last": lambda months: months[-1]}


@pytest.mark.parametrize(("over", "hidden"), [("sum", 7), ("first", 1), ("last", 12)])
def test_a_month_follows_from_the_year(tmp_path: Path, over: str, hidden: int) -> None:
    documents = forest_documents.write(tmp_path / "e" / "documents", [("1", "", "province"), ("101", "1", "county")])
    (documents / "returns" / "courts" / "monthly.yaml").write_text(
        dedent(MONTHLY).replace("OVER", over), encoding="utf-8"
    )
    months = [10 + number for number in range(12)]
    figures = {f"2004-{number:02d}": value for number, value in enumerate(months, 1)} | {"2004": YEARS[over](months)}
    rows = [
        {"table_id": "monthly", "measure_id": "counted", "area_code": "101", "period": period, "breakdown": "_T",
         "value": value, "reason": "", "origin": "from_months" if period == "2004" else "delivered"}
        for period, value in figures.items()
    ]  # fmt: skip
    rows[hidden - 1] |= {"value": None, "reason": "confidential", "origin": None}
    place = tmp_path / "e" / "parquet"
    place.mkdir()
    pd.DataFrame(rows).astype({"value": "Int64"}).to_parquet(place / "mart_observation.parquet")
    areas = [
        {"area_code": "1", "parent_code": None, "level": "province"},
        {"area_code": "101", "parent_code": "1", "level": "county"},
    ]
    pd.DataFrame(areas).to_parquet(place / "dim_area.parquet")
    month = f"2004-{hidden:02d}"
    (edition,) = audit([tmp_path / "e"]).editions
    expected = Interval(figures[month], figures[month])
    assert edition.intervals == {Cell("monthly", "counted", "101", month, "_T"): expected}


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
