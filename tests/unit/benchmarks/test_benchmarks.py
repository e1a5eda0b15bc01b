"""The benchmark can be believed: its jobs are sound and always the same, its truth is exact, differences are seen."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sys
from collections import defaultdict
from fractions import Fraction
from math import floor
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.intake.gate import Gate
from tests.benchmarks import corrected, faults, lookups, page, plot, returns
from tests.benchmarks.__main__ import arguments
from tests.benchmarks.compare import Compared, compare
from tests.benchmarks.figures import NAMES
from tests.benchmarks.measure import measure
from tests.benchmarks.peers.floor.run import main as floor_script
from tests.benchmarks.sizes import Tree

COUNTIES = {county: [f"{county}{number:03d}" for number in range(1, 41)] for county in ("900101", "900201")}
AREAS = [
    ("CN", "", "country", "国"),
    ("90", "CN", "province", "省"),
    ("9001", "90", "city", "甲市"),
    ("9002", "90", "city", "乙市"),
    *((county, county[:4], "county", f"{county}县") for county in COUNTIES),
    *((code, county, "township", f"{code}镇") for county, codes in COUNTIES.items() for code in codes),
]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two counties in two cities."""
    folder = tmp_path_factory.mktemp("job")
    returns.write(folder, Tree(AREAS, COUNTIES))
    return folder


@pytest.fixture(scope="module")
def truth(job: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the floor makes of it."""
    folder = tmp_path_factory.mktemp("floor")
    floor_script(job, folder)
    return folder


def _files(job: Path) -> dict[str, bytes]:
    return {str(path.relative_to(job)): path.read_bytes() for path in (job / "returns").rglob("*.csv")}


def test_a_job_is_always_the_same_and_a_larger_one_holds_the_smaller(job: Path, tmp_path: Path) -> None:
    small = {"900101": COUNTIES["900101"]}
    areas = [row for row in AREAS if not row[0].startswith(("9002",))]
    returns.write(tmp_path, Tree(areas, small))
    again = _files(tmp_path)
    assert len(again) == Tree(areas, small).returns
    assert again == {name: data for name, data in _files(job).items() if "900101" in name}


def test_the_gate_accepts_every_return_without_a_finding(job: Path) -> None:
    gate = Gate(load(job / "documents"))
    landed = 0
    for path in sorted((job / "returns").rglob("*.csv")):
        verdict, _ = gate.judge(str(path), path.name, {}, hashlib.sha256(path.read_bytes()).hexdigest())
        (one,) = verdict.submissions
        assert (verdict.verdict, one.verdict, verdict.findings, one.findings) == ("accepted", "accepted", [], [])
        landed += one.figures
    assert landed == Tree(AREAS, COUNTIES).figures


def test_the_floor_is_exact(job: Path, truth: Path) -> None:
    parents = {code: parent for code, parent, *_ in AREAS}
    figures: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for path in (job / "returns").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                area, whole = row["area_code"], row["area_code"] in COUNTIES
                while area:
                    for name in NAMES:
                        figures[path.parent.parent.name, name, area, row["period"]] += int(row[name])
                    area = parents[area] if whole else ""
    rates = {
        (table, name, area, period): floor(1000 * Fraction(value, by) + Fraction(1, 2)) if by else None
        for (table, name, area, period), value in figures.items()
        if name != "m02"
        for by in [figures[table, "m02", area, period]]
    }
    with duckdb.connect(str(truth / "warehouse.duckdb"), read_only=True) as con:
        found, tenths = (
            {tuple(row[:4]): row[4] for row in con.execute(f"select {columns} from {table}").fetchall()}
            for table, columns in (
                ("observation", "table_id, measure, area_code, period, value"),
                ("rate", "table_id, measure, area_code, period, tenths"),
            )
        )
    assert found == figures
    assert tenths == rates and None in rates.values()


def test_another_value_a_missing_one_and_one_too_many_are_seen(truth: Path, tmp_path: Path) -> None:
    assert all(one.equal for one in compare(truth, truth).values())
    shutil.copyfile(truth / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        cells = [con.execute(f"select count(*) from {table}").fetchall()[0][0] for table in ("observation", "rate")]
        con.execute(
            "update observation set value = value + 1 where (area_code, period, measure) = ('90', '2010', 'm07')"
        )
        con.execute("delete from observation where (area_code, period, measure) = ('900101', '2011', 'm07')")
        con.execute(
            "insert into observation from observation where (area_code, period, measure) = ('9001', '2012', 'm07')"
        )
        con.execute("update rate set tenths = null where (area_code, period, measure) = ('90', '2010', 'm07')")
    assert compare(truth, tmp_path) == {"observation": Compared(cells[0], 4, 4, 4), "rate": Compared(cells[1], 0, 4, 0)}


def test_what_a_child_of_the_command_uses_counts(tmp_path: Path) -> None:
    burn = "import time\nheld = b'1' * 50_000_000\nwhile time.process_time() < 0.5: pass"
    cost = measure([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"],
                   tmp_path / "log")  # fmt: skip
    assert cost.code == 0 and cost.cpu >= 0.5 and cost.peak > 50


@pytest.mark.parametrize("fault", faults.FAULTS)
def test_every_fault_changes_the_returns(fault: str, job: Path, tmp_path: Path) -> None:
    one = tmp_path / "returns" / faults.TABLE / str(faults.LAST_YEAR)
    one.mkdir(parents=True)
    path = next((job / "returns" / faults.TABLE / str(faults.LAST_YEAR)).glob("*900101*"))
    shutil.copy(path, one)
    before = _files(tmp_path)
    faults.plant(fault, tmp_path)
    assert _files(tmp_path) != before


def test_a_corrected_return_is_accepted_and_differs_in_two_cells(job: Path, tmp_path: Path) -> None:
    corrected.correct(job, tmp_path, faults.LAST_YEAR)
    (path,) = (tmp_path / "inbox").rglob("*.csv")
    before = job / "returns" / faults.TABLE / str(faults.LAST_YEAR) / path.name.replace("-06-01", "-01-31")
    one, two = (file.read_text(encoding="utf-8").replace("\n", ",").split(",") for file in (before, path))
    assert [int(new) - int(old) for old, new in zip(one, two, strict=True) if old != new] == [2, 2]
    verdict, _ = Gate(load(job / "documents")).judge(
        str(path), path.name, {}, hashlib.sha256(path.read_bytes()).hexdigest()
    )
    assert (verdict.verdict, verdict.findings) == ("accepted", [])


def test_questions_find_rows_in_one_file_and_in_parts(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        for folder, name in ((tmp_path / "one", "mart_indicator"), (tmp_path / "parts" / "mart_indicator", "2010")):
            folder.mkdir(parents=True)
            con.execute(
                "copy (select 'i' as indicator_id, '900101' as area_code, '2010' as period, 'county' as area_level, "
                f"1 as value, 1 as numerator, 1 as denominator) to '{folder / name}.parquet'"
            )
        one, parts = (lookups.parquet(tmp_path / name) for name in ("one", "parts"))
        drawn = {"indicator": "i", "area": "900101", "period": "2010"}
        for sql in lookups.QUESTIONS.values():
            level = sql.replace("'township'", "'county'")
            assert [len(con.execute(level.format(mart=mart, **drawn)).fetchall()) for mart in (one, parts)] == [1, 1]


def test_an_exponent_is_of_the_large_sizes_where_two_are_known() -> None:
    small = [{"returns": returns, "cpu": 30.0} for returns in (80, 800)]
    large = [{"returns": returns, "cpu": returns**1.05} for returns in (8_000, 32_000, 229_000)]
    assert plot.exponent(small, "cpu") == pytest.approx(0, abs=1e-9)
    assert plot.exponent([*small, *large], "cpu") == pytest.approx(1.05)
    assert plot.said([*small, *large]) == "8,000 to 229,000"


def test_the_page_shows_what_was_measured_between_its_marks(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"a row stands twice": {"floor": "wrong", "ours": "rejected"}}')
    cost = {"cpu": 40.0, "wall": 1.0, "peak": 900.0, "written": 1.0}
    asked = {name: {way: {"median": 1.5, "p95": 2.5} for way in lookups.WAYS} for name in lookups.QUESTIONS}
    session = {
        "size": "city", "returns": 800, "figures": 160_800, "machine": "", "versions": {}, "compared": {}, "kept": {},
        "costs": {"ours": [cost | {"cpu": 120.0}]}, "fixed": [cost | {"cpu": 20.0}],
        "stages": {"intake": 1.25, "release": 2.0},
        "waits": {"rows": 7, "questions": asked},
        "corrected": {"middle": cost, "last": cost | {"cpu": 25.0}, "equal": True},
    }  # fmt: skip
    (tmp_path / "city.json").write_text(json.dumps(session))
    written = tmp_path / "benchmark.md"
    shutil.copyfile(page.PAGE, written)
    page.write(tmp_path, written)
    text = written.read_text(encoding="utf-8")
    assert "| a row stands twice | **wrong figure** | rejected |" in text
    assert "clock of the last run: intake 1.2, release 2.0." in text
    assert "| city | 100.0 | 20.0 | 20% | 5.0 | 5% | 900 | yes |" in text
    assert f"| city | 7 | {lookups.TITLES['series']} | 1.5 | 2.5 | 1.5 | 2.5 | 1.5 | 2.5 |" in text


def test_the_page_tells_commands_that_there_are() -> None:
    told = re.findall(r'^make bench ARGS="(.*?)"', (PROJECT / "pipelines/docs/benchmark.md").read_text("utf-8"), re.M)
    assert len(told) > 3
    for words in told:
        given, chosen = arguments(words.split())
        assert chosen and (given.size or given.faults or given.page), words
