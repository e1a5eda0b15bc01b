"""Corrections in a whole build: what they change, what they leave, and from which day on."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT
from tests.unit.warehouse.synthetic import Built, Landed

DAY = date(2005, 6, 1)
TEMPLATE = """\
correction: {id}
table: mediation
measure: {measure}
area: "{area}"
period: "2004"
expect: {expect}
value: {value}
reason: correction
because: {{en: Misread., zh: 误读。}}
decided_by: Registry
decided_on: {on}
"""
TOWNS = ["990101001", "990101002"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The same landing on the day of the decisions and on the day before."""
    folder = tmp_path_factory.mktemp("corrections")
    documents = Path(shutil.copytree(PROJECT / "data_contracts", folder / "documents"))
    (documents / "corrections").mkdir()

    def correct(
        id: str, measure: str, area: str, expect: object, value: object, more: str = "", on: date = DAY
    ) -> None:
        text = TEMPLATE.format(id=id, measure=measure, area=area, expect=expect, value=value, on=on) + more
        (documents / "corrections" / f"{id}.yaml").write_text(text, encoding="utf-8")

    correct("county", "disputes_settled", "990101", 50, 60)
    correct("town", "disputes_investigated", TOWNS[0], 40, 44)
    correct("taken_away", "suicides_prevented", TOWNS[0], 3, "missing", "obs_status: U\n")
    correct("found", "suicides_prevented", TOWNS[1], "missing", 2)
    correct("differs", "group_fights_prevented", "990101", 8, 9)
    correct("no_cell", "inspection_rounds_held_county", "990101", 1, 2)
    correct("later", "disputes_investigated", TOWNS[1], 30, 33, on=date(2005, 6, 2))
    correct("ended", "disputes_investigated", "990101", 100, 1, "until: 2005-05-31\n", on=date(2005, 5, 1))
    catalog = load(documents)
    landed = Landed()
    figures = {
        ("990101", "disputes_investigated"): 100, (TOWNS[0], "disputes_investigated"): 40,
        (TOWNS[1], "disputes_investigated"): 30, ("990101", "disputes_settled"): 50,
        (TOWNS[0], "suicides_prevented"): 3, (TOWNS[1], "suicides_prevented"): None,
        ("990101", "group_fights_prevented"): 7,
    }  # fmt: skip
    rows = [
        {
            "area_code": area,
            "measure_id": measure,
            "breakdown": "_T",
            "value": value,
            "obs_status": "A" if value else "L",
        }
        for (area, measure), value in figures.items()
    ]
    landed.add("mediation", "2004", "990101", rows)
    return {
        "then": landed.build(catalog, folder / "then", DAY),
        "before": landed.build(catalog, folder / "before", date(2005, 5, 31)),
    }


def figure(built: Built, measure: str, area: str) -> tuple[object, ...]:
    (row,) = built.rows(
        "select value, obs_status, reason, origin, correction_id from marts.mart_observation "
        f"where table_id = 'mediation' and measure_id = '{measure}' and area_code = '{area}'"
    )
    return row


def test_the_figure_is_the_corrected_one_and_keeps_its_cell(built: dict[str, Built]) -> None:
    assert figure(built["then"], "disputes_settled", "990101") == (60, "A", "", "delivered", "county")
    assert built["then"].rows(
        "select value_text from marts.mart_indicator where indicator_id = 'dispute_mediation_success_rate' "
        "and area_code = '990101' and period = '2004'"
    ) == [("60.0",)]
    assert built["then"].rows(
        "select count(*) from marts.mart_observation where correction_id is not null and submission_id = 's0000001' "
        "and source_row is not null"
    ) == [(4,)]
    assert figure(built["then"], "suicides_prevented", TOWNS[0]) == (None, "U", "corrected", "delivered", "taken_away")
    assert figure(built["then"], "suicides_prevented", TOWNS[1]) == (2, "A", "", "delivered", "found")


def test_sums_above_take_it_over_and_what_was_delivered_by_itself_stays(built: dict[str, Built]) -> None:
    assert figure(built["then"], "disputes_settled", "9901") == (60, "A", "", "summed", None)
    assert figure(built["then"], "disputes_investigated", "990101") == (100, "A", "", "delivered", None)
    assert figure(built["then"], "disputes_investigated", TOWNS[0])[0] == 44


def test_a_correction_that_does_not_fit_changes_nothing_and_says_so(built: dict[str, Built]) -> None:
    assert figure(built["then"], "group_fights_prevented", "990101") == (7, "A", "", "delivered", None)
    found = built["then"].rows("select correction_id, state, source_value, value from marts.mart_correction order by 1")
    assert found == [
        ("county", "in_effect", 50, 60),
        ("differs", "source_differs", 7, 9),
        ("ended", "ended", 100, 1),
        ("found", "in_effect", None, 2),
        ("no_cell", "no_cell", None, 2),
        ("taken_away", "in_effect", 3, None),
        ("town", "in_effect", 40, 44),
    ]


def test_before_it_was_decided_it_is_not_known(built: dict[str, Built]) -> None:
    assert built["before"].rows("select correction_id, state from marts.mart_correction") == [("ended", "in_effect")]
    assert figure(built["before"], "disputes_settled", "990101") == (50, "A", "", "delivered", None)
    assert figure(built["before"], "disputes_investigated", "990101") == (1, "A", "", "delivered", "ended")
