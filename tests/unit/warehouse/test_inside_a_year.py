"""Areas and a definition change in the middle of a year: what of it is a year, what is compared, on both boundaries."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, load
from pipelines.release.cells import Cells
from pipelines.release.trace import _broken
from pipelines.validation import frames, rules, run_rules
from pipelines.validation.engine import Engine
from pipelines.validation.run import _Run
from tests.flow.areas_by_hand import divided, half
from tests.unit.validation.private import change
from tests.unit.warehouse.midyear import (
    COUNTY,
    EAST,
    ELM,
    HAZEL,
    IVY,
    POND,
    QUARRY,
    STONE,
    WEST,
    figure,
    landed,
    write,
)  # fmt: skip
from tests.unit.warehouse.synthetic import Built

MONTHS = [f"2004-{month:02d}" for month in range(1, 13)]
FIFTH, QUARTER = half * 2 / 5, half / 2


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Built]:
    folder = tmp_path_factory.mktemp("midyear")
    catalog = load(write(folder / "documents"))
    return catalog, landed(catalog).build(catalog, folder / "run", date(2006, 6, 1))


def by_hand(measure: str, month: str) -> dict[str, int]:
    """A month on the boundaries of today."""
    of = {area: figure(measure, area, month) for area in (HAZEL, IVY, ELM, WEST, EAST, POND, QUARRY)}
    if month >= "2004-07":
        return {area: of[area] for area in (HAZEL, WEST, EAST, POND, QUARRY)}
    elm = divided(of[ELM], {WEST: 3 * FIFTH, EAST: 2 * FIFTH})
    pond = divided(of[POND], {POND: 3 * QUARTER, QUARRY: QUARTER})
    return elm | {HAZEL: of[HAZEL] + of[IVY], POND: pond[POND], QUARRY: pond[QUARRY] + of[QUARRY]}


def test_a_year_on_todays_boundaries_is_the_sum_of_its_converted_months(world: tuple[Catalog, Built]) -> None:
    _, built = world
    rows = built.rows(
        "select measure_id, area_code, value, obs_status, conversion, covers_period "
        "from marts.mart_observation_today where table_id = 'monthly' and period = '2004' and value is not null"
    )
    conversion = {HAZEL: "whole"} | dict.fromkeys((WEST, EAST, POND, QUARRY), "estimated")
    wanted = {
        ("cases", area, sum(by_hand("cases", month)[area] for month in MONTHS), "E" if how == "estimated" else "A", how)
        for area, how in conversion.items()
    } | {("pending", area, by_hand("pending", "2004-12")[area], "A", how) for area, how in conversion.items()}
    assert {row[:-1] for row in rows} == wanted and all(row[-1] for row in rows)
    (one,) = built.rows(
        "select numerator, conversion, obs_status from marts.mart_indicator_today "
        f"where indicator_id = 'cases' and period = '2004' and area_code = '{HAZEL}'"
    )
    assert one == (sum(by_hand("cases", month)[HAZEL] for month in MONTHS), "whole", "A")
    changes = built.rows(
        "select distinct reason from marts.mart_indicator_today "
        f"where indicator_id = 'cases_change' and area_code = '{HAZEL}' and period in ('2004', '2005')"
    )
    assert changes == [("",)], "of one shape in all three years"


def test_a_trace_leads_from_such_a_year_to_the_cells_of_its_months(world: tuple[Catalog, Built]) -> None:
    catalog, built = world
    with duckdb.connect(str(built.path), read_only=True) as connection:
        connection.execute("use marts")
        cells = Cells(connection, catalog)
        for area, conversion in ((HAZEL, "whole"), (QUARRY, "estimated"), (EAST, "estimated")):
            found = cells.figure_today("monthly", "cases", area, "2004", "_T")
            assert (found["origin"], found["conversion"], found["over_time"]) == ("from_months", conversion, "sum")
            assert [month["period"] for month in found["months"]] == MONTHS and not [*_broken(found)]
            assert found["value"] == sum(month["value"] for month in found["months"])
            assert all(month["parts"] for month in found["months"][:6])
            assert all(month["cells"] for month in found["months"][6:]), "the area was there already"
            found["value"] += 1
            assert [*_broken(found)] == [area]


def test_a_year_on_its_own_boundaries_is_marked_or_none(world: tuple[Catalog, Built]) -> None:
    _, built = world
    rows = built.rows(
        "select area_code, value, obs_status, reason, covers_period, months_present from marts.mart_observation "
        "where measure_id = 'cases' and period = '2004'"
    )
    found = {row[0]: row[1:] for row in rows}
    own = {area: sum(figure("cases", area, month) for month in MONTHS) for area in (HAZEL, POND, QUARRY, STONE)}
    for area in (HAZEL, POND, QUARRY):
        assert found[area] == (own[area], "B", "", True, 12), area
    assert found[STONE] == (own[STONE], "A", "", True, 12), "the area is the same"
    for area in (IVY, ELM, WEST, EAST):
        assert found[area] == (None, "O", "not_all_months", False, 6), area
    assert found[COUNTY][1] == "A" and found[COUNTY][0] == sum(
        figure("cases", area, month)
        for month in MONTHS
        for area in (HAZEL, POND, QUARRY, STONE, *((IVY, ELM) if month < "2004-07" else (WEST, EAST)))
    )


@pytest.mark.parametrize("indicator", ["cases_change", "fires_change"])
def test_nothing_is_compared_with_a_year_of_two_shapes_or_two_meanings(
    world: tuple[Catalog, Built], indicator: str
) -> None:
    _, built = world
    sql = "select area_code, period, reason, break_id from marts.mart_indicator where indicator_id = $1"
    rows = built.rows(sql.replace("$1", f"'{indicator}'"))
    found = {row[:2]: row[2:] for row in rows}
    breaks = {
        HAZEL: ("boundary_change", "ivy_into_hazel"), QUARRY: ("boundary_change", "pond_to_quarry"),
        POND: ("boundary_change", "pond_to_quarry"), STONE: ("break_in_series", "stone_counts_anew"),
    }  # fmt: skip
    for area, said in breaks.items():
        assert found[area, "2004"] == found[area, "2005"] == said, area
    for period in ("2004", "2005"):
        assert found[COUNTY, period] == ("", None)
    for area in (WEST, EAST):  # a yearly return speaks of a year of which half is another area's
        said = "boundary_change" if indicator == "fires_change" else found[area, "2005"][0]
        assert found[area, "2005"][0] == said and said in ("boundary_change", "earlier_not_delivered", "not_all_months")
    assert built.rows(
        "select area_code from marts.mart_indicator where indicator_id = 'fires' and obs_status = 'B' "
        "and period = '2004' order by 1"
    ) == [(area,) for area in (HAZEL, WEST, EAST, POND, QUARRY, STONE)]


def test_a_run_of_years_met_ends_before_and_after_such_a_year(world: tuple[Catalog, Built]) -> None:
    _, built = world
    rows = built.rows("select area_code, period, years_met_in_a_row from marts.mart_scorecard")
    found = {row[:2]: row[2] for row in rows}
    for area in (HAZEL, POND, QUARRY, STONE):
        assert [found[area, period] for period in ("2003", "2004", "2005")] == [1, 1, 1], area
    assert (IVY, "2004") not in found and (WEST, "2004") in found, "areas of a period are those of its last day"


def test_a_rename_that_is_announced_has_not_happened(world: tuple[Catalog, Built]) -> None:
    _, built = world
    of = "select name_en, name_zh from marts.dim_area where area_code = "
    assert built.rows(f"{of} '{STONE}'") == [("Stone Township", "旧")]
    assert built.rows(f"{of} '{IVY}'") == [(f"Town {IVY}", f"镇{IVY}")], "its last one, though it has ended"
    names = f"select name_en, valid_from::varchar from marts.dim_area_name where area_code = '{STONE}' order by 2"
    assert built.rows(names) == [(f"Town {STONE}", "2007-01-01"), ("Stone Township", None)], "each with its days"


def test_validation_agrees(world: tuple[Catalog, Built]) -> None:
    catalog, built = world
    results = run_rules(catalog, built.path, built.path.parent / "validation")
    assert [(r.rule, r.year, r.problem, r.first) for r in results.results if r.status == "fail"] == []
    assert {r.rule for r in results.results if r.year == 2004 and r.status == "pass"} >= {
        "verdicts__as_judged_again", "indicators__none_left_out", "years__as_their_months_make",
        "areas__on_todays_boundaries",
    }  # fmt: skip


YEARS, TODAY = "years__as_their_months_make", "areas__on_todays_boundaries"
HERE = f"where area_code = '{HAZEL}' and measure_id = 'cases' and period = '2004'"


@pytest.mark.parametrize(
    ("rule_id", "fault"),
    [
        (YEARS, f"update mart_observation set value = value + 1 {HERE}"),
        (YEARS, f"update mart_observation set value = null {HERE}"),
        (YEARS, f"update mart_observation set value = 7 where area_code = '{WEST}' and period = '2004'"),
        (YEARS, "update mart_observation set value = 7 where measure_id = 'people' and period = '2004'"),
        (YEARS, f"delete from mart_observation {HERE}"),
        (YEARS, "delete from mart_observation where table_id = 'monthly' and period = '2004'"),
        (TODAY, f"update mart_observation_today set value = value + 1 {HERE}"),
        (TODAY, f"update mart_observation_today set value = 260 {HERE}"),
        (TODAY, f"update mart_observation_today set value = null {HERE}"),
        (TODAY, f"delete from mart_observation_today {HERE}"),
        (TODAY, "delete from mart_observation_today where period >= '2004' and period < '2005'"),
        (TODAY, f"update mart_observation_today set value = 0 where period = '2004-03' and area_code = '{EAST}'"),
        (TODAY, f"insert into mart_observation_today by name select * replace ('{STONE}' as area_code) "
         f"from mart_observation_today {HERE}"),
    ],
)  # fmt: skip
def test_a_fault_in_a_mart_is_found(world: tuple[Catalog, Built], rule_id: str, fault: str, tmp_path: Path) -> None:
    catalog, built = world
    file = Path(shutil.copy(built.path, tmp_path / "warehouse.duckdb"))
    change(file, fault)
    (rule,) = [rule for rule in rules(catalog) if rule.id == rule_id]
    run = _Run(catalog, tmp_path)
    with frames.connect(file) as connection:
        run.years = frames.years(connection, catalog)
        frames.define(connection, catalog)
        run.check(connection, Engine(), [rule])
    assert {result.year: result.status for result in run.results} == {2003: "pass", 2004: "fail", 2005: "pass"}
    assert rule.severity == "error"
