"""A build that starts from the kept one is the whole build, cell for cell, whatever arrived and was decided since."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from pipelines.warehouse import again, build, inputs
from tests.parsed import lay
from tests.unit.warehouse.synthetic import Landed, complete

pytestmark = pytest.mark.slow
YEARS = 4


@dataclass
class Line:
    """A landing to which something is added, and builds of it, one after the other."""

    home: Home
    catalog: Catalog
    landed: Landed
    batches: list[Path] = field(default_factory=list)
    seen: int = 0
    runs: int = 0

    def run(self, today: date, whole: bool = False) -> tuple[Path, list[int] | None]:
        """Builds; returns the run's folder, and the years that were touched, None where it was built whole."""
        self.runs += 1
        folder = self.home.runs / f"run-{self.runs}"
        folder.mkdir()
        if new := self.landed.figures[self.seen :]:
            self.batches.append(self.home.landing / f"batch-{self.runs}.parquet")
            pq.write_table(pa.Table.from_pylist(new, inputs.schema("figure")), self.batches[-1])
            self.seen += len(new)
        inputs.write(self.catalog, folder, self.landed.submissions, self.batches, today, self.landed.decisions)
        years = None if whole else again.start(self.home, folder)
        build.build(folder, home=self.home, whole=years is None)
        again.finish(self.home, folder)
        return folder, years

    def correct(self, chance: random.Random, year: str, partial: bool = False) -> str:
        """Sends a return of a year again with other figures, or some rows of it."""
        sent = chance.choice([row for row in self.landed.submissions if row["period"].startswith(year)])
        old = [figure for figure in self.landed.figures if figure["submission_id"] == sent["submission_id"]]
        old = old[: len(old) // 2] if partial else old
        figures = [
            {key: figure[key] for key in ("measure_id", "area_code", "breakdown")}
            | {"value": figure["value"] + chance.randrange(1, 9)}
            for figure in old
        ]
        day = f"{int(year) + 1}-0{chance.randrange(3, 9)}-01"
        return self.landed.add(
            sent["table_id"], sent["period"], sent["unit"], figures, prepared_on=day, partial=partial
        )


@pytest.fixture
def line(tmp_path: Path) -> Line:
    lay(tmp_path)
    catalog = load(PROJECT / "data_contracts")
    return Line(Home(tmp_path, PROJECT / "data_contracts").create(), catalog, complete(catalog, YEARS, 1))


def differing(one: Path, other: Path) -> set[str]:
    """Names of the tables that are not equal, cell for cell. Raises where one build lacks a table."""
    found = set[str]()
    with duckdb.connect() as connection:
        for name, folder in (("one", one), ("other", other)):
            connection.execute(f"attach '{build.warehouse(folder)}' as {name} (read_only)")
        names = [
            connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? order by 1",
                [name],
            ).fetchall()
            for name in ("one", "other")
        ]
        assert names[0] == names[1] and len(names[0]) > 80
        for (table,) in names[0]:
            a, b = f"select * from one.{table}", f"select * from other.{table}"
            if connection.execute(f"({a} except all {b}) union all ({b} except all {a}) limit 1").fetchone():
                found.add(table)
    return found


def test_a_series_of_returns_and_decisions(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    years = sorted({row["period"][:4] for row in line.landed.submissions})
    chance = random.Random(7)
    today = date(int(years[-1]) + 2, 6, 1)
    first, whole = line.run(today)
    assert whole is None and again.started_from(first) is None
    again.keep(line.home, first)

    wrong = line.correct(chance, years[1])
    partly = line.correct(chance, years[1], partial=True)
    second, touched = line.run(today)
    found = again.started_from(second)
    assert touched == [int(years[1])]
    assert found and found.warehouse == build.tested(first) and int(years[1]) in found.years
    sent = {row["table_id"] for row in line.landed.submissions if row["submission_id"] in (wrong, partly)}
    assert {*found.subjects} & {*line.catalog.returns} == sent and {*found.subjects} & {*line.catalog.indicators}
    again.keep(line.home, second)

    line.landed.decide(wrong, "refuse")
    line.correct(chance, years[-1])
    third, touched = line.run(today.replace(day=2))
    assert touched == [int(years[1]), int(years[-1])]
    again.keep(line.home, third)

    line.landed.decide(wrong, "accept", reason="correction")
    fourth, touched = line.run(today.replace(day=3))
    assert touched == [int(years[1])]
    variables = build.variables
    with monkeypatch.context() as patch:  # large tables a year at a time, as a nation's some years at a time
        patch.setattr(build, "variables", lambda cores=None: variables(cores) | {"portion": 1})
        other, _ = line.run(today.replace(day=3), whole=True)
    in_years = build.target(other) / "run" / "yearbook" / "models" / "indicators" / "ind_side.sql"
    assert ") where period <= '" in in_years.read_text("utf-8")
    assert differing(fourth, other) == set()
    changed = differing(first, other)
    assert {"indicators.ind_streak", "marts.mart_scorecard", "marts.mart_indicator"} <= changed

    # a reach that is too short would be seen
    again.keep(line.home, first)
    reached = again._reached
    with monkeypatch.context() as patch:
        patch.setattr(again, "_reached", lambda run_dir, years: reached(run_dir, years) | {"after": set()})
        short, _ = line.run(today.replace(day=3))
    assert differing(short, other) == {"indicators.ind_streak", "marts.mart_scorecard"}

    # what is kept serves whole or not at all
    again.keep(line.home, fourth)
    kept = line.home.cache / again.KEPT / build.warehouse(fourth).name
    kept.unlink()
    kept.write_bytes(build.warehouse(fourth).read_bytes()[:-1])
    assert again.start(line.home, fourth) is None and not build.warehouse(fourth).exists()


def test_a_model_reaches_as_far_as_those_it_is_made_from(line: Line) -> None:
    nodes = json.loads(build.manifest(line.home).read_bytes())["nodes"]
    reach = {id: node["config"]["meta"]["reach"] for id, node in nodes.items() if node["config"]["meta"].get("reach")}
    assert set(reach.values()) == {*again.REACHES}
    for id in reach:
        for before in nodes[id]["depends_on"]["nodes"]:
            if before in reach:
                assert again.REACHES.index(reach[before]) <= again.REACHES.index(reach[id]), (before, id)


def test_a_level_that_has_areas_in_some_years_only(line: Line, tmp_path: Path) -> None:
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    change(documents / "programme.yaml", "county, township]", "county, township, village]")
    indicator = documents / "indicators" / "inspection_rounds_village.yaml"
    change(indicator, "52 * public_safety.villages", "52 * areas.village")
    change(indicator, "across_offices: true\n", "")
    catalog = load(documents)
    line.catalog, line.landed = catalog, complete(catalog, 3, 1)
    years = sorted({row["period"][:4] for row in line.landed.submissions})
    with (documents / "codelists" / "area.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"990101001001,990101001,village,New Village,新村,{years[-1]}-01-01,\n")
    line.catalog = load(documents)
    today = date(int(years[-1]) + 2, 6, 1)
    first, _ = line.run(today)
    again.keep(line.home, first)
    line.correct(random.Random(3), years[0])
    second, touched = line.run(today)
    assert touched == [int(years[0])]
    other, _ = line.run(today, whole=True)
    assert differing(second, other) == set()
    with duckdb.connect(build.warehouse(other), read_only=True) as connection:
        counted = "select count(*) from marts.mart_observation where measure_id = 'village' and period = ?"
        assert connection.execute(counted, [years[0]]).fetchone() != (0,)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
