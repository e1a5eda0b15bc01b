"""New Jersey municipal courts by documents alone: every printed rate, against the release and an independent reader."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.flow.test_trace import CELLS, regain, seeded
from tests.real_data import compare, independent_nj

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
FILES = [DATA / "nj_municourt" / f"municipal-courts-{year}-06.csv" for year in (2019, 2020, 2023)]
DOCUMENTS = Path(compare.HERE) / "nj"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not FILES[0].is_file(), reason=f"the real returns are not on this machine ({DATA})"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nj") / "home"


@pytest.fixture(scope="module")
def counts(home: Path) -> list[dict[str, Any]]:
    """How the printed rates of each file compare in the release made when it came."""
    return compare.compared(home, "nj", FILES)


@pytest.fixture(scope="module")
def traces(home: Path, counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Traces of 200 figures; made before `releases` holds the database open in another way."""
    assert counts
    return seeded(home, DOCUMENTS, seed=1)


@pytest.fixture(scope="module")
def releases(home: Path, traces: list[dict[str, Any]]) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    """The three releases, one after each file."""
    assert traces
    files = sorted((home / "releases").glob("versions/*/*.duckdb"))
    assert len(files) == len(FILES)
    connections = [duckdb.connect(file, read_only=True) for file in files]
    yield connections
    for connection in connections:
        connection.close()


def test_every_printed_rate_is_reproduced(counts: list[dict[str, Any]]) -> None:
    print(compare.markdown("nj", counts))
    ours: Counter[tuple[str, str, str]] = Counter()
    names = {"equal": "equal", "different": "different", "zero_over_zero": "zero_over_zero",
             "over_zero": "over_zero", "not_printed": "not_printed"}  # fmt: skip
    for row in counts:
        for name, verdict in names.items():
            ours[row["file_name"], row["rate"], verdict] += row[name]
    expected: Counter[tuple[str, str, str]] = Counter()
    for file in FILES:
        for cell in independent_nj.read(file):
            expected[file.name, cell.rate, cell.verdict] += 1
    assert +ours == +expected
    assert not [row for row in counts if row["different"] or row["unrounded"] or row["not_computed"]]
    changes = sum(row["equal"] for row in counts if row["rate"] in ("filings_change", "resolutions_change"))
    nothing = sum(row["zero_over_zero"] + row["over_zero"] for row in counts if row["rate"] == "clearance_rate")
    assert (changes, nothing) == (28_961, 1_346)


def test_the_tracked_comparison_is_that_of_the_releases(counts: list[dict[str, Any]]) -> None:
    tracked = (DOCUMENTS / "COMPARISON.md").read_text(encoding="utf-8")
    assert tracked == compare.markdown("nj", counts), "run: make compare"


PRINTED = """
select
    r.reported_id, c.name_en, a.name_en, r.period, split_part(r.breakdown, '=', 2), r.comparison, r.numerator,
    r.denominator, cast(r.value as integer)
from mart_reported r
join mart_submission s using (submission_id)
join dim_area a on r.area_code = a.area_code
join dim_area c on a.parent_code = c.area_code
where s.file_name = ?
"""


@pytest.mark.parametrize("number", range(len(FILES)), ids=[file.stem for file in FILES])
def test_each_cell_of_the_release_is_that_of_the_file(releases: list[duckdb.DuckDBPyConnection], number: int) -> None:
    """Both sides of every printed rate, its figure and its verdict; nothing of a file is left out or added."""
    rows = releases[number].execute(PRINTED, [FILES[number].name]).fetchall()
    ours = {
        (rate.removesuffix("_reported"), county.upper(), court, *key): tuple(of)
        for rate, county, court, *key, a, b, c, d in rows
        for of in [(a, b, c, d)]
    }
    assert len(ours) == len(rows)
    for cell in independent_nj.read(FILES[number]):
        found = ours.pop((cell.rate, cell.county, cell.court, cell.period, cell.case))
        verdict = {"over_zero": "not_computed", "not_printed": "not_reported"}.get(cell.verdict, cell.verdict)
        assert found == (verdict, cell.numerator, cell.denominator, cell.whole), cell
    assert not ours, "printed rates of which the independent reader knows nothing"


FIGURES = """
select c.name_en, a.name_en, split_part(o.breakdown, '=', 2), o.measure_id, o.value
from mart_observation o
join dim_area a on o.area_code = a.area_code
join dim_area c on a.parent_code = c.area_code
where o.table_id = 'court_year' and o.period = ? and o.area_level = 'court' and o.value is not null
"""
MEASURES = {"Filings": "filings", "Resolutions": "resolutions", "Clearance": "clearance", "Backlog": "backlog",
            "ActivePending": "active_pending"}  # fmt: skip


def figures(file: Path, edition: str) -> dict[tuple[str, str, str, str], int]:
    return {
        (row["County"], row["Municipality"], code, name): independent_nj.count(row, measure, edition, case)
        for row in independent_nj.rows(file)
        for case, code in independent_nj.CASES.items()
        for measure, name in MEASURES.items()
    }


@pytest.mark.parametrize(
    ("release", "period", "file", "edition"),
    [
        (0, "2018-07-01/P1Y", 0, "Current"),
        (1, "2018-07-01/P1Y", 1, "Prior"),  # printed twice: the later edition counts
        (2, "2017-07-01/P1Y", 0, "Prior"),
        (2, "2018-07-01/P1Y", 1, "Prior"),
        (2, "2019-07-01/P1Y", 1, "Current"),
        (2, "2021-07-01/P1Y", 2, "Prior"),
        (2, "2022-07-01/P1Y", 2, "Current"),
    ],
)
def test_the_figures_of_a_year_are_those_of_the_latest_edition_that_prints_it(
    releases: list[duckdb.DuckDBPyConnection], release: int, period: str, file: int, edition: str
) -> None:
    rows = releases[release].execute(FIGURES, [period]).fetchall()
    ours = {(county.upper(), court, case, measure): value for county, court, case, measure, value in rows}
    assert ours == figures(FILES[file], edition)
    assert min(ours.values()) < 0, "balances below 0"
    source = releases[release].execute(
        "select distinct s.file_name from mart_coverage c join mart_submission s using (submission_id) "
        "where c.period = ? and c.table_id = 'court_year'",
        [period],
    )
    assert source.fetchall() == [(FILES[file].name,)]


def test_what_both_editions_print_of_one_year_differs_nowhere() -> None:
    """No revision in these files; were there one, the edition prepared later would win."""
    assert figures(FILES[0], "Current") == figures(FILES[1], "Prior")


def test_the_state_is_the_sum_of_its_courts(releases: list[duckdb.DuckDBPyConnection]) -> None:
    for period, file, edition in (("2019-07-01/P1Y", 1, "Current"), ("2022-07-01/P1Y", 2, "Current")):
        rows = releases[-1].execute(
            "select measure_id, value from mart_observation where area_code = '34' and period = ? "
            "and breakdown = 'case_type=total'",
            [period],
        )
        of_file = figures(FILES[file], edition)
        assert dict(rows.fetchall()) == {
            name: sum(value for (_, _, case, measure), value in of_file.items() if (case, measure) == ("total", name))
            for name in MEASURES.values()
        }


def test_nothing_is_overdue_or_unexpected_of_a_series_that_nobody_owes(home: Path, counts: list[Any]) -> None:
    told = json.loads(compare.yearbook(home, "nj", "status", "--json"))
    assert counts and told["last_run"]["outcome"] == "released"
    assert (told["last_run"]["warnings"], told["rejected"]) == ([], [])


def test_two_hundred_figures_are_regained_from_the_files_by_their_trace(
    home: Path, traces: list[dict[str, Any]], tmp_path: Path
) -> None:
    done = regain(home, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CELLS} of {CELLS} published figures regained" in done.stdout


def _copy(file: Path, folder: Path, changes: dict[str, str]) -> Path:
    """A copy of an edition with other cells in its first row, by header."""
    lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    for header, text in changes.items():
        lines[1][lines[0].index(header)] = text
    copy = folder / file.name
    with copy.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return copy


def test_a_revision_changes_its_own_cells_and_shifted_digits_change_nothing(
    home: Path, releases: list[duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    """Last of all, because it delivers: the edition of 2020 mended in 2022, that of 2023 with a digit moved in 2024."""
    cells = {"DWI": 64, "TrafficTotal": 3_588, "GrandTotal": 4_830}
    one_more = {f"Resolutions_Prior_{case}": f"{count + 1:,}" for case, count in cells.items()}
    one_more |= {"Clearance_Prior_DWI": "7", "Clearance_Prior_TrafficTotal": "103", "Clearance_Prior_GrandTotal": "483"}
    shifted = {"Filings_Current_Indictables": "43", "Filings_Current_DPAndPDP": "4385"}
    for file, changes, day in ((FILES[1], one_more, "2022-01-31"), (FILES[2], shifted, "2024-12-31")):
        compare.yearbook(home, "nj", "deliver", str(_copy(file, tmp_path, changes)), "--prepared-on", day)
    told = json.loads(compare.yearbook(home, "nj", "run", "--json"))
    assert (told["last_run"]["outcome"], told["rejected_count"]) == ("released", 1), told
    with duckdb.connect(sorted((home / "releases").glob("versions/*/*.duckdb"))[-1], read_only=True) as now:
        sql = FIGURES.replace("and o.period = ?", "").replace("select c.name_en", "select o.period, c.name_en")
        before, after = (set(one.execute(sql).fetchall()) for one in (releases[-1], now))
    place = ("2018-07-01/P1Y", "Atlantic", "ABSECON")
    assert after - before == {
        (*place, "dwi", "resolutions", 65), (*place, "traffic", "resolutions", 3_589),
        (*place, "total", "resolutions", 4_831), (*place, "dwi", "clearance", 7), (*place, "traffic", "clearance", 103),
        (*place, "total", "clearance", 483),
    }  # fmt: skip
    assert len(before) == len(after)
