"""Taiwan police tables by documents alone: every printed rate, against the release and an independent reader."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.flow.test_trace import regain, seeded
from tests.real_data import compare, independent_taiwan

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "taiwan_npa"
NATIONAL = DATA / "police_indicators_national.csv"
COUNTIES = [DATA / f"offender_rate_by_county_{year}.csv" for year in (2015, 2016)]
DOCUMENTS = Path(compare.HERE) / "taiwan"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not NATIONAL.is_file(), reason=f"the real returns are not on this machine ({DATA})"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("taiwan") / "home"
    told = compare.release(home, "taiwan", compare.files_of("taiwan", DATA.parent))
    assert told["last_run"]["outcome"] == "released", told
    assert (told["rejected"], told["last_run"]["warnings"]) == ([], [])
    return home


@pytest.fixture(scope="module")
def counts(home: Path) -> list[dict[str, Any]]:
    return compare.counted(home, "taiwan")


@pytest.fixture(scope="module")
def traces(home: Path, counts: list[Any]) -> list[dict[str, Any]]:
    """Traces of all figures; made before `release` holds the database open in another way."""
    assert counts
    return seeded(home, DOCUMENTS, seed=1)


@pytest.fixture(scope="module")
def release(home: Path, traces: list[Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    assert traces
    (file,) = (home / "releases").glob("versions/*/*.duckdb")
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


def test_63_clearance_rates_are_reproduced(counts: list[dict[str, Any]]) -> None:
    print(compare.markdown("taiwan", counts))
    total = {
        name: sum(row[name] for row in counts) for name in ("compared", "equal", "different", "kept", "not_printed")
    }
    assert total == {"compared": 63, "equal": 63, "different": 0, "kept": 259, "not_printed": 1}


def test_the_tracked_comparison_is_that_of_the_release(counts: list[dict[str, Any]]) -> None:
    tracked = (DOCUMENTS / "COMPARISON.md").read_text(encoding="utf-8")
    assert tracked == compare.markdown("taiwan", counts), "run: make compare"


def test_each_clearance_rate_of_the_release_is_that_of_the_file(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select year, split_part(breakdown, '=', 2), denominator, numerator, value_text from mart_indicator "
        "where area_code = 'TW'"
    ).fetchall()
    ours = {(year, kind): tuple(of) for year, kind, *of in rows if of[-1]}
    of_file = independent_taiwan.clearances(NATIONAL)
    assert ours == {(one.year, one.kind): (one.recorded, one.cleared, one.computed) for one in of_file}
    assert {one.computed for one in of_file if one.computed != one.printed} == set()
    suspects = release.execute(
        "select year, split_part(breakdown, '=', 2), value from mart_observation where measure_id = 'suspects'"
    ).fetchall()
    assert {(year, kind): value for year, kind, value in suspects} == {
        (one.year, one.kind): one.suspects for one in of_file
    }


def test_rates_that_nothing_makes_are_kept_exactly(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select reported_id, area_code, year, split_part(breakdown, '=', 2), reported_value, comparison, value, "
        "table_id from mart_reported where indicator_id = ''"
    ).fetchall()
    ours = {(table, rate.removesuffix("_reported"), *key): printed for rate, *key, printed, _, _, table in rows}
    assert len(ours) == len(rows)
    assert {(how, value) for *_, printed, how, value, _ in rows if printed is not None} == {("as_printed", None)}
    of_files = {
        (file.stem.removesuffix(f"_{key[2]}"), *key): Decimal(text.replace(",", "")) if text else None
        for file in (NATIONAL, *COUNTIES)
        for key, text in independent_taiwan.kept(file).items()
    }
    assert ours == of_files
    assert [key for key, printed in ours.items() if printed is None] == [
        ("offender_rate_by_county", "juvenile_offender_rate", "09007", 2015, ""),
    ]  # fmt: skip


def test_what_may_be_published_holds_them_too(home: Path) -> None:
    told = json.loads(compare.yearbook(home, "taiwan", "query", "select count(*) as n from mart_reported", "--json"))
    assert told == [{"n": 63 + 260}]


def test_every_figure_is_regained_from_the_files_by_its_trace(
    home: Path, traces: list[dict[str, Any]], tmp_path: Path
) -> None:
    done = regain(home, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "63 of 63 published figures regained" in done.stdout
