"""Rio de Janeiro by documents alone: four vintages of months, delivered as they were prepared, against an independent
reader: every figure of each, what stands of doubled keys, years, printed rates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.home import Home
from pipelines.landing import batches, register
from pipelines.warehouse import inputs
from tests import compiled
from tests.flow.test_trace import regain, seeded
from tests.real_data import compare, independent_rio
from tests.real_data.independent_rio import Cell, Rate, Vintage
from tests.real_data.test_rio_documents import DATA, DOCUMENTS, FLEET, MONTHLY, PEOPLE, RATES

RIO = ("3304557", "2025-04")
"""The key that two of the vintages have twice."""
NEWEST = [0, 1, 1, 3]
"""After each delivery the vintage prepared last: the third is the first sent again."""

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not RATES.is_file(), reason=f"the real returns are not on this machine ({DATA})"),
]

FIGURES = """
select area_code, period, measure_id, value from {schema}.mart_observation
where table_id = 'monthly_counts' and area_level = 'municipality' and {where} and value is not null
"""
MONTHS = "period like '____-__'"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vintages delivered in the order of their names, a run after each; the tables of years with the first."""
    home = tmp_path_factory.mktemp("rio") / "home"
    for number, file in enumerate(MONTHLY):
        told = compare.release(home, "rio", [file, *((RATES, PEOPLE, FLEET) if not number else ())])
        assert told["last_run"]["outcome"] == "released", told
        assert (told["rejected"], told["last_run"]["warnings"]) == ([], [])
    return home


@pytest.fixture(scope="module")
def vintages() -> list[Vintage]:
    return [independent_rio.read(file) for file in MONTHLY]


@pytest.fixture(scope="module")
def printed(vintages: list[Vintage]) -> list[Rate]:
    return list(independent_rio.rates(RATES, vintages[-1], PEOPLE))


@pytest.fixture(scope="module")
def traces(home: Path) -> list[dict[str, Any]]:
    """Traces of figures; made before `releases` holds the databases open in another way."""
    return seeded(home, DOCUMENTS, seed=1, cells=60)


@pytest.fixture(scope="module")
def releases(home: Path, traces: list[Any]) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    assert traces
    files = sorted((home / "releases").glob("versions/*/*.duckdb"))
    assert len(files) == len(MONTHLY)
    connections = [duckdb.connect(file, read_only=True) for file in files]
    yield connections
    for connection in connections:
        connection.close()


def figures(connection: duckdb.DuckDBPyConnection, where: str = MONTHS, schema: str = "main") -> dict[Cell, int]:
    rows = connection.execute(FIGURES.format(where=where, schema=schema)).fetchall()
    return {(area, period, measure): value for area, period, measure, value in rows}


def apart(found: dict[Cell, int], vintage: Vintage) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """(figures of keys that the vintage has once, of keys that it has doubled)."""
    held = {cell: value for cell, value in found.items() if cell[:2] in vintage.doubled}
    return {cell: value for cell, value in found.items() if cell not in held}, held


@pytest.mark.parametrize("delivered", range(4))
def test_after_each_delivery_the_release_has_the_figures_of_the_file_prepared_last(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage], delivered: int
) -> None:
    vintage = vintages[NEWEST[delivered]]
    ours, held = apart(figures(releases[delivered]), vintage)
    different = {cell for cell in ours.keys() | vintage.figures.keys() if ours.get(cell) != vintage.figures.get(cell)}
    print(f"{MONTHLY[delivered].name}: {len(ours)} cells compared, {len(different)} different, {len(held)} held")
    assert (len(ours), len(different)) == (len(vintage.figures), 0)
    assert set(vintage.doubled) == (set() if NEWEST[delivered] == 0 else {RIO})
    before = independent_rio.standing(vintages[number] for number in dict.fromkeys(NEWEST[: delivered + 1]))
    assert held == apart(before, vintage)[1]


def test_what_was_known_at_each_time_is_the_file_prepared_last(
    home: Path, vintages: list[Vintage], tmp_path: Path
) -> None:
    where = Home(home, DOCUMENTS)
    rows = list(register.export(where))
    times = sorted({row["accepted_at"] for row in rows})
    assert len(times) == len(MONTHLY)
    files = [batches.path(where, row["batch_id"]) for row in register.batches(where)]
    folder = inputs.write(load(DOCUMENTS), tmp_path, rows, files)
    models = compiled.compiled(tmp_path / "dbt")
    for time, number in zip(times, NEWEST, strict=True):
        with models.built(folder, as_of=time, tests=False) as known:
            ours, _ = apart(figures(known, schema="marts"), vintages[number])
        assert ours == vintages[number].figures
    sql = f"select sum(value)::bigint as n from mart_observation where {MONTHS} and area_level = 'municipality'"
    told = compare.yearbook(home, "rio", "query", sql, "--as-of", times[1], "--json")
    assert json.loads(told)["rows"][0]["n"] == sum(independent_rio.standing(vintages[:2]).values())


def test_revisions_between_vintages_are_the_cells_that_differ(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    for before, after in ((0, 1), (1, 2), (2, 3)):
        one, two = figures(releases[before]), figures(releases[after])
        ours = {cell: (one[cell], two[cell]) for cell in one.keys() & two.keys() if one[cell] != two[cell]}
        assert ours == independent_rio.revised(*(vintages[NEWEST[at]] for at in (before, after)))
        assert len(ours) == {(0, 1): 220, (1, 2): 0, (2, 3): 116}[before, after]
        assert not one.keys() - two.keys(), "nothing vanished"


REVISED = """
select area_code, period, measure_id, from_prepared_on::varchar, to_prepared_on::varchar, from_value, to_value
from mart_revision where table_id = 'monthly_counts' and area_level = 'municipality'
"""


def test_the_table_of_revisions_lists_exactly_the_cells_that_differ(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    """Cells whose figure differs, and those that a later vintage calls final; nothing of keys that are held."""
    ours: dict[tuple[str, str], dict[Cell, tuple[int, int]]] = {}
    for area, period, measure, before, after, one, two in releases[3].execute(REVISED).fetchall():
        ours.setdefault((before, after), {})[area, period, measure] = (one, two)
    days = [file.stem[-10:] for file in MONTHLY]
    assert set(ours) == {(days[0], days[1]), (days[1], days[3])}
    for before, after in ((0, 1), (1, 3)):
        one, two = vintages[before], vintages[after]
        found = ours[days[before], days[after]]
        assert {cell: of for cell, of in found.items() if of[0] != of[1]} == independent_rio.revised(one, two)
        final = one.provisional - two.provisional
        both = {cell for cell in one.figures.keys() & two.figures.keys() if cell[1] in final}
        assert set(found) == both | set(independent_rio.revised(one, two))


def test_copies_of_the_doubled_key_stand_side_by_side(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    first = {cell[2]: value for cell, value in vintages[0].figures.items() if cell[:2] == RIO}
    for release, number in ((1, 1), (2, 1), (3, 3)):
        rows = releases[release].execute(
            "select measure_id, copy_number, value, standing_value, file_name, source_row, standing_obs_status, "
            "area_code, period from mart_held_copy"
        )
        held = rows.fetchall()
        assert {row[-2:] for row in held} == {RIO} and {row[4] for row in held} == {MONTHLY[number].name}
        assert {row[-3] for row in held} == {"P"}, "provisional, until a person decides"
        copies = vintages[number].doubled[RIO]
        ours = {(measure, copy): value for measure, copy, value, *_ in held}
        assert ours == {
            (measure, at): int(copy[measure]) for at, copy in enumerate(copies, start=1) for measure in first
        }
        assert {row[0]: row[3] for row in held} == first
    assert releases[0].execute("select count(*) from mart_held_copy").fetchall() == [(0,)]


def test_years_are_the_sums_of_twelve_months(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    for release, number in enumerate(NEWEST):
        known = independent_rio.standing(vintages[at] for at in dict.fromkeys(NEWEST[: release + 1]))
        ours = figures(releases[release], "period like '____'")
        assert ours == independent_rio.years(known)
        assert (RIO[0], "2025", "cvli") not in ours or number == 3
    said = "select distinct value is null, reason, months_present, origin from mart_observation where " \
        "table_id = 'monthly_counts' and period = '2025'"  # fmt: skip
    assert releases[0].execute(said).fetchall() == [(True, "not_all_months", 7, "from_months")]
    assert releases[3].execute(said).fetchall() == [(False, "", 12, "from_months")]


def test_provisional_months_make_a_provisional_year(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    sql = "select distinct period from mart_observation where table_id = 'monthly_counts' and obs_status = 'P' " \
        "and value is not null"  # fmt: skip
    for release, number in enumerate(NEWEST):
        ours = {period for (period,) in releases[release].execute(sql).fetchall()}
        held = {period for _, period in vintages[number].doubled}
        assert ours == vintages[number].provisional | held | ({"2025"} if number == 3 else set())


def test_the_state_is_the_sum_of_its_municipalities(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    known = independent_rio.standing([vintages[0], vintages[1], vintages[3]])
    for (_, period, measure), value in [*known.items(), *independent_rio.years(known).items()]:
        sums[period, measure] += value
    rows = releases[3].execute(
        "select period, measure_id, value from mart_observation where table_id = 'monthly_counts' and area_code = '33'"
    )
    assert {(period, measure): value for period, measure, value in rows.fetchall()} == dict(sums)


def test_every_rate_by_inhabitants_is_reproduced(
    releases: list[duckdb.DuckDBPyConnection], printed: list[Rate]
) -> None:
    rows = (
        releases[3]
        .execute(
            "select area_code, period, replace(reported_id, '_reported', ''), comparison, numerator, denominator, "
            "reported_value from mart_reported"
        )
        .fetchall()
    )
    ours = {tuple(row[:3]): row[3:] for row in rows}
    names = {"not_printed": "not_reported", "vehicles": "as_printed", "officers": "as_printed"}
    assert len(ours) == len(printed)
    for rate in printed:
        comparison, top, bottom, text = ours[rate.area, rate.year, rate.measure]
        assert comparison == names.get(rate.verdict, rate.verdict)
        assert text == (None if rate.printed == "-" else Decimal(rate.printed.replace(",", ".")))
        if comparison in ("equal", "different"):
            assert (top, bottom) == (rate.count, rate.inhabitants)
    assert Counter(rate.verdict for rate in printed) == {
        "equal": 12_768, "not_printed": 19_656, "vehicles": 532, "officers": 532,
    }  # fmt: skip


def test_the_other_denominators_are_what_the_documents_say(printed: list[Rate]) -> None:
    """Vehicles of the municipality: two rates of one municipality and year have the same. Officers: all municipalities
    of a year have the same number, that of the state."""
    found = independent_rio.implied(printed)
    other = {cell[:2]: of for cell, of in found.items() if cell[2] == "recuperacao_veiculos"}
    pairs = [(of, other[cell[:2]]) for cell, of in found.items() if cell[2] == "furto_veiculos" and cell[:2] in other]
    assert len(pairs) == 266 and all(max(a[0], b[0]) <= min(a[1], b[1]) for a, b in pairs)
    for measure, many in (("pol_militares_mortos_serv", 40_000), ("pol_civis_mortos_serv", 8_000)):
        for year in {year for _, year, name in found if name == measure}:
            bounds = [of for (_, when, name), of in found.items() if (when, name) == (year, measure)]
            assert many < max(low for low, _ in bounds) <= min(high for _, high in bounds)


def test_thefts_of_vehicles_are_by_vehicles_where_those_are_known(
    releases: list[duckdb.DuckDBPyConnection], vintages: list[Vintage]
) -> None:
    rows = (
        releases[3]
        .execute(
            "select period, numerator, denominator, value_text from mart_indicator "
            "where indicator_id = 'furto_veiculos_rate' and value is not null"
        )
        .fetchall()
    )
    fleet = {row["ano"]: int(row["frota"]) for row in independent_rio.lines(FLEET) if row["frota"].strip()}
    thefts = Counter[str]()
    for (_, year, measure), value in independent_rio.years(vintages[3].figures).items():
        thefts[year] += value * (measure == "furto_veiculos")
    assert {row[0] for row in rows} == {str(year) for year in range(2014, 2022)}
    for year, top, bottom, text in rows:
        hundredths = (2 * thefts[year] * 10_000_000 + fleet[year]) // (2 * fleet[year])
        assert (top, bottom) == (thefts[year], fleet[year]) and text == f"{hundredths // 100}.{hundredths % 100:02d}"


def test_a_change_across_a_year_that_is_not_whole_is_none_and_says_so(
    releases: list[duckdb.DuckDBPyConnection],
) -> None:
    sql = "select distinct period, reason, value is null from mart_indicator where indicator_id = " \
        "'letalidade_violenta_change' and area_code = '33' and period >= '2024' order by 1"  # fmt: skip
    assert releases[0].execute(sql).fetchall() == [("2024", "", False), ("2025", "not_all_months", True)]
    assert releases[3].execute(sql).fetchall() == [("2024", "", False), ("2025", "", False)]


def test_the_tracked_comparison_is_that_of_the_release(home: Path, releases: list[Any]) -> None:
    tracked = (DOCUMENTS / "COMPARISON.md").read_text(encoding="utf-8")
    assert releases and tracked == compare.markdown("rio", compare.counted(home, "rio")), "run: make compare"


def test_figures_are_regained_from_the_files_by_their_trace(
    home: Path, traces: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert any("months" in term["figure"] for trace in traces for term in trace["numerator"])
    done = regain(home, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(traces)} of {len(traces)} published figures regained" in done.stdout
