"""German police statistics by documents alone: every printed rate, against the release and an independent reader."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.release import manifest
from pipelines.release.database import DATABASE, engine
from pipelines.release.forms import sdmx, site, workbook
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source
from tests.flow.test_trace import CELLS, regain, seeded
from tests.real_data import compare, independent, judged

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "pks"
NAMES = ("2017", "2019", "2020", "2021", "bl_2019", "bl_2021", "bund_2019", "bund_2021")
FILES = [DATA / f"{name}.csv" for name in NAMES]

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real returns are not on this machine ({DATA})"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the tables of all years, delivered and released at once."""
    home = tmp_path_factory.mktemp("pks") / "home"
    told = compare.release(home, "pks", FILES)
    assert told["last_run"]["outcome"] == "released", told
    assert told["rejected"] == []
    (warning,) = told["last_run"]["warnings"]
    assert warning.startswith("returns__expected"), "editions that the documents do not ask for, and nothing else"
    return home


@pytest.fixture(scope="module")
def traces(home: Path) -> list[dict[str, Any]]:
    """Traces of 200 figures; made before `release` holds the database open in another way."""
    return seeded(home, Path(compare.HERE) / "pks", seed=1)


@pytest.fixture(scope="module")
def release(home: Path, traces: list[dict[str, Any]]) -> Iterator[duckdb.DuckDBPyConnection]:
    (file,) = (home / "releases").glob("versions/*/*.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


def test_every_printed_rate_is_reproduced(home: Path) -> None:
    counts = compare.counted(home, "pks")
    ours = {(row["file_name"], row["rate"]): row for row in counts if row["compared"] or row["zero_over_zero"]}
    print(compare.markdown("pks", counts))
    expected = {(file.name, rate): each for file in FILES for rate, each in independent.compare(file).items()}
    assert ours.keys() == expected.keys()
    for key, each in expected.items():
        assert {name: ours[key][name] for name in each} == each, key
    assert not [row for row in counts if row["different"] or row["not_printed"]]
    assert {row["year"]: row["equal"] for row in counts if row["rate"] == "case_rate"} == {
        2017: 0, 2019: 0, 2020: 16_842, 2021: 0,
    }, "cases per 100,000 where the population is known"  # fmt: skip
    left = {(row["file_name"], row["rate"]) for row in counts if row["not_computed"]}
    assert left == {(f"{year}.csv", "case_rate") for year in (2017, 2019, 2021)}
    assert sum(row["equal"] for row in counts) > 300_000


def test_what_was_never_rounded_is_told_apart(home: Path) -> None:
    unrounded = {
        (row["file_name"], row["rate"]): row["unrounded"] for row in compare.counted(home, "pks") if row["unrounded"]
    }
    assert unrounded == {("bl_2021.csv", "clearance_rate"): 168, ("bl_2021.csv", "attempt_share"): 160}


def test_the_tracked_comparison_is_that_of_the_release(home: Path) -> None:
    tracked = (Path(compare.HERE) / "pks" / "COMPARISON.md").read_text(encoding="utf-8")
    assert tracked == compare.markdown("pks", compare.counted(home, "pks")), "run: make compare"


def test_the_tracked_verdicts_are_those_of_the_release(home: Path) -> None:
    made = judged.markdown(compare.asking(home, "pks"), "pks")
    assert judged.path("pks").read_text(encoding="utf-8") == made, "run: make compare"


@pytest.mark.parametrize("year", ["2017", "2019", "2020", "2021"])
def test_homicide_is_judged_by_the_exact_ratio(home: Path, year: str) -> None:
    """Each county's verdict at 90 %, and on how few cases it rests, from the file alone."""
    rows = compare.asking(home, "pks")(
        "select area_code, n, n > 0 and numerator > n as above, verdict, reliability from mart_scorecard "
        f"where indicator_id = 'clearance_rate' and breakdown = 'offence_key=892500' and year = {year}"
    )
    ours = {row["area_code"]: (row["n"], row["above"], row["verdict"], row["reliability"]) for row in rows}
    cells = [cell for rate, cell in independent.read(DATA / f"{year}.csv") if rate == "clearance_rate"]
    theirs = {}
    for cell in (cell for cell in cells if cell.key == "892500"):
        known = cell.denominator > 0
        verdict = ("met" if 10 * cell.numerator >= 9 * cell.denominator else "not_met") if known else "no_data"
        reliability = ("small_base" if cell.denominator < 20 else "not_applicable") if known else None
        theirs[cell.area] = (cell.denominator, known and cell.numerator > cell.denominator, verdict, reliability)
    assert ours == theirs and len(ours) > 390
    assert {"met", "not_met", "no_data"} == {verdict for _, _, verdict, _ in ours.values()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_cell_of_the_release_is_that_of_the_file(release: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Both sides of every printed rate, its figure and its verdict; nothing of a file is left out or added."""
    rows = release.execute(
        """
        select reported_id, r.area_code, split_part(r.breakdown, '=', 2), comparison, r.numerator, r.denominator,
            value_text
        from mart_reported r
        join mart_submission s using (submission_id)
        left join mart_indicator i
            on r.indicator_id = i.indicator_id and r.area_code = i.area_code and r.period = i.period
            and r.breakdown = i.breakdown
        where s.file_name = ? and not (reported_id = 'case_rate_reported' and comparison = 'not_computed')
        """,
        [file.name],
    ).fetchall()
    ours = {(rate.removesuffix("_reported"), area, key): tuple(of) for rate, area, key, *of in rows}
    assert len(ours) == len(rows)
    compared: Counter[str] = Counter()
    for rate, cell in independent.read(file):
        verdict, numerator, denominator, text = ours.pop((rate, cell.area, cell.key))
        assert verdict == {"over_zero": "not_computed"}.get(cell.verdict, cell.verdict), (rate, cell)
        assert (numerator, denominator) == (cell.numerator, cell.denominator), (rate, cell)
        published = None if cell.scaled is None else Decimal(cell.scaled).scaleb(-cell.decimals)
        assert (Decimal(text) if text else None) == published, (rate, cell)
        compared[rate] += 1
    assert not ours, "printed rates of which the independent reader knows nothing"
    assert len(set(compared.values())) == 1, compared


SUMS = """
select
    f.year, f.breakdown, f.value as federal, n.value as national, n.not_allocable, sum(s.value) as states,
    count(s.value) as n
from mart_observation f
join mart_observation n on n.table_id = 'pks_state' and n.area_code = 'DE'
    and n.measure_id = f.measure_id and n.year = f.year and n.breakdown = f.breakdown
left join mart_observation s on s.table_id = 'pks_state' and s.area_level = 'state'
    and s.measure_id = f.measure_id and s.year = f.year and s.breakdown = f.breakdown
where f.table_id = 'pks_federal' and f.measure_id = ?
group by all
"""


@pytest.mark.parametrize("measure", ["cases_recorded", "attempts", "cases_cleared"])
def test_federal_cases_are_the_sum_of_the_states(release: duckdb.DuckDBPyConnection, measure: str) -> None:
    rows = release.execute(SUMS, [measure]).fetchall()
    assert Counter(year for year, *_ in rows) == {2019: 1_105, 2021: 1_102}
    left_out = [row for row in rows if row[-1] == 0]
    assert [(row[:4]) for row in left_out] == [(2019, "offence_key=212030", 0, 0)], "a key without a case"
    for row in rows:
        year, key, federal, national, not_allocable, states, count = row
        if row not in left_out:
            assert (federal, federal, 0, 16) == (national, states, not_allocable, count), (year, key)


@pytest.mark.parametrize("measure", ["suspects", "suspects_non_german"])
def test_federal_suspects_are_not_the_sum_of_the_states(release: duckdb.DuckDBPyConnection, measure: str) -> None:
    """One who is seen in two states counts once in the country: sums exceed it, and never fall short."""
    rows = release.execute(SUMS, [measure]).fetchall()
    assert all(federal == national and not_allocable is None for _, _, federal, national, not_allocable, *_ in rows)
    differences = [states - federal for _, _, federal, _, _, states, count in rows if count]
    assert min(differences) == 0
    assert sum(difference > 0 for difference in differences) > 800


def test_the_truths_between_the_tables_were_decided(home: Path) -> None:
    (file,) = (home / "runs").glob("*/validation/results.json")
    text = json.loads(file.read_text(encoding="utf-8"))
    results: list[dict[str, Any]] = text.get("content", text)["results"]
    found = {(one["rule"], one["year"]): (one["status"], one["decided"]) for one in results}
    for measure in ("cases", "attempts", "cases_cleared"):
        rule = f"pks_federal__{measure}_are_those_of_the_states"
        assert (found[rule, 2019], found[rule, 2021]) == (("pass", 1_105), ("pass", 1_102))
    assert found["pks_state__parents_equal_children", 2021] == ("pass", 3 * 1_109)
    assert "pks_state__parents_hold_children" not in {rule for rule, _ in found}


def test_two_hundred_figures_are_regained_from_the_files_by_their_trace(
    home: Path, traces: list[dict[str, Any]], tmp_path: Path
) -> None:
    tables = {term["table"] for trace in traces for term in trace["numerator"]}
    assert len(traces) == CELLS and tables == {"pks_county", "pks_state", "pks_federal"}
    done = regain(home, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CELLS} of {CELLS} published figures regained" in done.stdout


def test_the_forms_of_four_hundred_areas_are_made_in_time_and_of_a_size_that_can_be_copied(
    home: Path, tmp_path: Path
) -> None:
    (made,) = (home / "releases").glob("versions/*")
    folder = Path(shutil.copytree(made, tmp_path / made.name))
    with engine(folder / DATABASE, read_only=True) as connection:
        said = {name: value for name, value in manifest.read(made).items() if name != "files"}
        facts = Facts(Source(folder, load(folder / "documents"), connection, said))
        began = time.process_time()
        site.write(facts)
        spent = time.process_time() - began
        sdmx.write(facts)
        workbook.write(facts)
    files = [path for path in (folder / site.FOLDER).rglob("*") if path.is_file()]
    assert spent < 60 and sum(path.stat().st_size for path in files) < 60_000_000
    assert len(list((folder / site.FOLDER / "en" / "areas").glob("*.html"))) == 1 + len(facts.areas)
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        for name, mart in (("indicators", "mart_indicator"), ("observations", "mart_observation")):
            with (folder / sdmx.FOLDER / f"{name}.xml").open(encoding="utf-8") as stream:
                told = sum(line.startswith("<Obs ") for line in stream)
            assert connection.execute(f"select count(*) from {mart}").fetchone() == (told,)
    with zipfile.ZipFile(folder / workbook.FILE.format("en")) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) > len(facts.breakdowns) and book.testzip() is None
