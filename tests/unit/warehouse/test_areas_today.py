"""The compiled models: a township changes county, a definition changes, years are partial or begin in July."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.validation import run_rules
from tests.unit.warehouse.synthetic import Built, Cell, complete

AREAS = """code,parent,level,name_en,name_zh,valid_from,valid_to
XA,,country,Fictia,虚构国,,
99,XA,province,Specimen Province,样本省,,
9901,99,city,Pattern City,样板市,,
990101,9901,county,Kay County,甲县,,
990102,9901,county,Ell County,乙县,,
990101001,990101,township,One,一乡,,
990101002,990101,township,Two,二乡,,1998-12-31
990102001,990102,township,Three,三乡,,
990102002,990102,township,Two,二乡,1999-01-01,
"""
EVENT = """event: two_goes_over
kind: recode
effective: 1999-01-01
flows: [{from: "990101002", to: "990102002"}]
because: {en: x, zh: 某}
source: {en: x, zh: 某}
"""
BREAK = """series_break: counted_anew
figures: [recorded_crime.cases_recorded]
areas: ["990101"]
from: "2000"
because: {en: x, zh: 某}
"""
K, L, TWO, TOO = "990101", "990102", "990101002", "990102002"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Four years, 1997 to 2000, of two counties; in 1998 one county's crime covers half a year."""
    folder = tmp_path_factory.mktemp("areas")
    documents = Path(shutil.copytree(PROJECT / "data_contracts", folder / "documents"))
    shutil.rmtree(documents / "area_events")
    for name, text in (
        ("codelists/area.csv", AREAS),
        ("area_events/two_goes_over.yaml", EVENT),
        ("breaks/counted_anew.yaml", BREAK),
    ):
        (documents / name).parent.mkdir(exist_ok=True)
        (documents / name).write_text(text, encoding="utf-8")

    def no_zero(cell: Cell, chance: random.Random) -> dict[str, Any]:
        return {"value": chance.randrange(10, 90)}

    landed = complete(load(documents), 4, seed=3, change=no_zero)
    for row in landed.submissions:
        if row["table_id"] == "recorded_crime" and (row["period"], row["unit"]) == ("1998", L):
            row["coverage_months"] = 6
    return landed.build(load(documents), folder / "run", date(2026, 1, 1))


def test_the_counties_of_today_are_put_together_from_their_townships(built: Built) -> None:
    sql = """
        select t.area_code, t.period, t.value, t.conversion, (
            select sum(o.value) from marts.mart_observation o
            where o.table_id = t.table_id and o.measure_id = t.measure_id and o.period = t.period
            and o.breakdown = t.breakdown and list_contains($1, o.area_code)
        )
        from marts.mart_observation_today t
        where t.table_id = 'recorded_crime' and t.measure_id = 'cases_recorded'
            and t.breakdown = 'offence_class=all' and t.period in ('1997', '1998') and t.area_code = $2
    """
    import duckdb

    with duckdb.connect(str(built.path), read_only=True) as connection:
        for county, parts in ((K, ["990101001"]), (L, ["990102001", TWO])):
            rows = connection.execute(sql, [parts, county]).fetchall()
            assert len(rows) == 2 and all(value == total and how == "whole" for _, _, value, how, total in rows), rows
    assert built.rows(
        "select count(*), bool_and(t.value = o.value and t.conversion = 'none') from marts.mart_observation_today t "
        f"join marts.mart_observation o using (table_id, measure_id, area_code, period, breakdown) "
        f"where period >= '1999' and area_code in ('{K}', '{L}') and o.value is not null"
    )[0][1], "from then on what the county delivered is what it has today"


def test_validation_makes_the_same_of_counties_and_townships(built: Built, tmp_path: Path) -> None:
    catalog = load(built.path.parent.parent / "documents")
    found = [r for r in run_rules(catalog, built.path, tmp_path).results if r.rule == "areas__on_todays_boundaries"]
    assert {(r.status, *r.first) for r in found} == {("pass",)}
    assert {r.year for r in found if r.decided > 100} == set(range(1997, 2001))


def test_what_only_the_county_returned_is_missing_before(built: Built) -> None:
    rows = built.rows(
        "select period, value is null, reason from marts.mart_observation_today "
        f"where table_id = 'safety_survey' and measure_id = 'respondents' and area_code = '{K}' order by period"
    )
    assert rows == [
        ("1997", True, "boundary_change"),
        ("1998", True, "boundary_change"),
        ("1999", False, ""),
        ("2000", False, ""),
    ]
    assert built.rows(
        "select distinct reason from marts.mart_observation_today where measure_id = 'suspects_dealt_with' "
        f"and area_code = '{L}' and period < '1999'"
    ) == [("not_additive",)], "persons of two townships are no sum"
    assert built.rows(
        "select distinct reason, value is null from marts.mart_observation_today "
        f"where measure_id = 'suspects_dealt_with' and area_code = '{TOO}'"
    ) == [("", False)], "of one whole township they stay"
    assert built.rows("select count(*) from marts.mart_observation_today where area_code in ('9901', '99', 'XA')") == [
        (0,)
    ]


def test_a_part_of_the_county_is_protected_like_its_townships(built: Built) -> None:
    assert built.rows("select distinct area_code, from_level from marts.mart_observation_today order by 1") == [
        (K, "township"), (L, "township"), (TOO, "township"),
    ]  # fmt: skip


def test_a_break_is_told_and_nothing_compared_across_it(built: Built) -> None:
    change = (
        "select area_code, period, reason, break_id from marts.mart_indicator "
        "where indicator_id = 'recorded_crime_change'"
    )
    assert built.rows(f"{change} and area_code in ('{K}', '990101001') and period = '2000' order by 1") == [
        (K, "2000", "break_in_series", "counted_anew"), ("990101001", "2000", "break_in_series", "counted_anew"),
    ]  # fmt: skip
    assert built.rows(f"{change} and area_code = '{K}' and period = '1999'") == [
        (K, "1999", "boundary_change", "two_goes_over")
    ]
    assert built.rows(f"{change} and area_code = '9901' and period = '1999'") == [
        ("9901", "1999", "part_of_period", None)
    ]
    assert built.rows(f"{change} and area_code = '990102001' and period = '2000'") == [("990102001", "2000", "", None)]
    assert built.rows(
        "select area_code, break_id from marts.mart_indicator where indicator_id = 'recorded_crime_rate' "
        "and obs_status = 'B' order by 1, 2"
    ) == [(K, "counted_anew"), (K, "two_goes_over"), ("990101001", "counted_anew"), (L, "two_goes_over")]
    today = "select reason from marts.mart_indicator_today where indicator_id = 'recorded_crime_change' and "
    assert built.rows(f"{today} area_code = '{L}' and period = '2000'") == [("",)]
    assert built.rows(f"{today} area_code = '{K}' and period = '2000'") == [("break_in_series",)], (
        "the area's county changed"
    )


def test_a_partial_year_never_passes_as_a_full_one(built: Built) -> None:
    of = "where period = '1998' and area_code in ('990102', '9901', '99', 'XA', '990102001')"
    for mart, only in (
        ("mart_observation", "table_id = 'recorded_crime'"),
        ("mart_indicator", "indicator_id = 'recorded_crime_rate'"),
    ):
        assert built.rows(f"select bool_or(covers_period) from marts.{mart} {of} and {only}") == [(False,)], mart
    told = {("D", "part_of_period")}
    for mart, only in (
        ("mart_observation", "table_id = 'recorded_crime' and area_code in ('990102', '990102001')"),
        ("mart_observation_today", f"table_id = 'recorded_crime' and area_code = '{L}'"),
        ("mart_indicator", "indicator_id = 'clearance_rate' and area_code = '990102'"),
        ("mart_indicator_today", f"indicator_id = 'clearance_rate' and area_code = '{L}'"),
    ):
        of_value = "period = '1998' and value is not null"
        found = built.rows(f"select distinct obs_status, reason from marts.{mart} where {of_value} and {only}")
        assert set(found) == told, (mart, found)
    assert built.rows(
        "select count(*) from marts.mart_observation where (obs_status = 'D' or reason = 'part_of_period') "
        "and (period <> '1998' or covers_period)"
    ) == [(0,)]
    for indicator in ("current_case_clearance_rate", "clearance_rate", "recorded_crime_rate", "criminal_cases_cleared"):
        rows = built.rows(
            "select bool_or(covers_period), count(value) > 0 from marts.mart_indicator "
            f"{of} and indicator_id = '{indicator}'"
        )
        assert rows == [(False, True)], indicator
    assert built.rows(
        "select distinct verdict, reason from marts.mart_scorecard "
        f"{of} and indicator_id = 'current_case_clearance_rate'"
    ) == [("no_data", "part_of_period")]
    assert built.rows(
        "select distinct years_met_in_a_row, rank_in_parent, distance from marts.mart_scorecard "
        f"{of} and indicator_id = 'current_case_clearance_rate'"
    ) == [(0, None, None)]
    changes = (
        "select distinct reason from marts.mart_indicator "
        "where indicator_id = 'homicide_change' and area_code = '990102001'"
    )
    assert built.rows(f"{changes} and period in ('1998', '1999')") == [("part_of_period",)], "neither from it nor to it"
    assert built.rows(f"{changes} and period = '2000'") == [("",)]
    (share,) = built.rows(
        "select numerator, upper_numerator from marts.mart_indicator "
        f"where indicator_id = 'safe_township_share' and period = '1998' and area_code = '{L}'"
    )
    assert share[0] in (0, None), "no township is safe by half a year"
    (today,) = built.rows(
        "select bool_or(covers_period) from marts.mart_observation_today where table_id = 'recorded_crime' "
        f"and period = '1998' and area_code = '{L}'"
    )
    assert today == (False,), "half a year of a part is half a year of the whole"
