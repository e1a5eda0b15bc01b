"""The shipped returns and code lists against the programme's own lists, written out here once more on purpose.

Whoever changes a table changes this page too, and thereby says that it was meant. Indicators have a page of their own.
"""

from __future__ import annotations

import csv

import pytest

from pipelines.contracts import Catalog
from pipelines.contracts.families import family_of
from pipelines.home import PROJECT

TABLES = """
public_security recorded_crime offence_class: cases_recorded cases_cleared cases_cleared_of_year suspects_dealt_with
public_security organised_crime_and_drugs -: gangs_disrupted gang_members_apprehended drug_cases_cleared drug_offenders_apprehended
public_security public_safety -: resident_population registered_vehicles traffic_deaths major_accidents fires fire_deaths urban_fire_facilities_planned urban_fire_facilities_completed_of_planned new_buildings_needing_fire_facilities new_buildings_fire_facilities_fitted key_venue_fire_facilities_inspected key_venue_fire_facilities_intact villages_communities_units villages_communities_units_without_preventable_cases units safe_units villages villages_meeting_standard
public_security safety_survey -: respondents respondents_satisfied
courts caseload case_type: pending_at_start accepted concluded pending_at_end decisions_changed decisions_remanded decisions_revoked
courts defendants -: defendants_sentenced juvenile_defendants_sentenced
justice mediation -: disputes_investigated disputes_settled suicides_prevented civil_to_criminal_cases_prevented group_fights_prevented civil_disputes_turned_criminal villages_and_neighbourhoods villages_and_neighbourhoods_with_mediation_committee townships_with_mediation_committee inspection_rounds_held_county inspection_rounds_held_township inspection_rounds_held_village
justice resettlement -: released_in_year released_in_year_supported released_urban released_urban_resettled released_rural released_rural_resettled release_cohort release_cohort_reconvicted
justice legal_education audience: eligible enrolled
justice legal_education_schools -: schools schools_with_legal_vice_principal
justice legal_publicity -: booklets_distributed
petitions petitions subject: received due_in_year concluded_on_time_of_due repeat joint
petitions petitioned_cases handling_office: cases_petitioned
"""  # noqa: E501  (a line is a table)

CODES = {
    "offence_class": "all homicide assault robbery snatching burglary other_theft fraud drugs other",
    "case_type": "criminal civil administrative enforcement",
    "petition_subject": "land labour housing law_enforcement other",
    "audience": "cadres employees residents",
    "handling_office": "public_security courts justice",
}

WHOLES = {
    "cases_cleared_of_year": "cases_recorded",
    "urban_fire_facilities_completed_of_planned": "urban_fire_facilities_planned",
    "new_buildings_fire_facilities_fitted": "new_buildings_needing_fire_facilities",
    "key_venue_fire_facilities_intact": "key_venue_fire_facilities_inspected",
    "villages_communities_units_without_preventable_cases": "villages_communities_units",
    "safe_units": "units",
    "villages_meeting_standard": "villages",
    "respondents_satisfied": "respondents",
    "juvenile_defendants_sentenced": "defendants_sentenced",
    "disputes_settled": "disputes_investigated",
    "villages_and_neighbourhoods_with_mediation_committee": "villages_and_neighbourhoods",
    "released_in_year_supported": "released_in_year",
    "released_urban_resettled": "released_urban",
    "released_rural_resettled": "released_rural",
    "release_cohort_reconvicted": "release_cohort",
    "enrolled": "eligible",
    "schools_with_legal_vice_principal": "schools",
    "concluded_on_time_of_due": "due_in_year",
    "repeat": "received",
    "joint": "received",
}


def test_every_table_and_no_other(catalog: Catalog) -> None:
    found: list[str] = []
    for line in TABLES.strip().splitlines():
        place, _, measures = line.partition(": ")
        office, id, dimension = place.split()
        table = catalog.returns[id]
        dimensions = [one.id for one in table.dimensions] or ["-"]
        assert (table.office, dimensions, [one.id for one in table.measures]) == (
            office,
            [dimension],
            measures.split(),
        )
        assert (table.due.every, table.due.days_after_end, table.reporting_unit) == ("year", 31, "county")
        assert table.due.areas == (["county"] if id == "safety_survey" else ["county", "township"])
        found.append(id)
    assert sorted(found) == sorted(catalog.returns)


@pytest.mark.parametrize("name", CODES)
def test_codes(catalog: Catalog, name: str) -> None:
    codelist = catalog.codelists[name]
    assert list(codelist.items) == CODES[name].split()
    assert codelist.total == ("all" if name == "offence_class" else None)
    if codelist.total:
        assert codelist.parts == {"all": tuple(CODES[name].split()[1:])}


def test_parts_and_wholes(catalog: Catalog) -> None:
    measures = [measure for table in catalog.returns.values() for measure in table.measures]
    assert {measure.id: measure.part_of for measure in measures if measure.part_of} == WHOLES


def test_how_measures_go_over_time_classes_and_areas(catalog: Catalog) -> None:
    measures = {m.id: m for table in catalog.returns.values() for m in table.measures}
    assert measures["pending_at_start"].over_time == "first"
    assert measures["pending_at_end"].over_time == "last"
    assert measures["resident_population"].over_time == measures["registered_vehicles"].over_time == "last"
    assert measures["cases_recorded"].over_time == "sum"
    assert measures["suspects_dealt_with"].over_time == "none"
    assert measures["suspects_dealt_with"].additive_over == []
    assert {m.id for m in measures.values() if not m.additive_over_areas} == {
        "suspects_dealt_with", "drug_offenders_apprehended", "respondents", "respondents_satisfied",
    }  # fmt: skip


def test_what_concerns_persons_before_a_court_or_released_is_sensitive(catalog: Catalog) -> None:
    for table in catalog.returns.values():
        assert {measure.sensitive for measure in table.measures} == {table.table in ("resettlement", "defendants")}
    assert set(family_of(catalog).values()) == {"defendants", "release", "reoffending"}
    table = catalog.returns["resettlement"]
    assert table.lowest_published_level == "county"
    cohort = {measure.id for measure in table.measures if measure.follow_up_years}
    assert cohort == {"release_cohort", "release_cohort_reconvicted"}


def test_pending_identity_and_drug_agreement(catalog: Catalog) -> None:
    assert [rule.check for rule in catalog.returns["caseload"].rules] == [
        "pending_at_start + accepted - concluded = pending_at_end"
    ]
    assert [rule.check for rule in catalog.returns["organised_crime_and_drugs"].agreements] == [
        "drug_cases_cleared = recorded_crime.cases_cleared[offence_class=drugs]",
        "drug_offenders_apprehended = recorded_crime.suspects_dealt_with[offence_class=drugs]",
    ]


def test_the_area_tree_is_fictitious_and_whole(catalog: Catalog) -> None:
    assert catalog.programme.fictitious
    levels = [area.level for area in catalog.areas.values()]
    assert [levels.count(level) for level in catalog.programme.levels] == [1, 1, 1, 1, 20]
    townships = [code for code, area in catalog.areas.items() if area.level == "township"]
    assert townships == [f"990101{number:03d}" for number in range(1, 21)]
    assert all(catalog.ancestor(code, "county") == "990101" for code in townships)


def test_iccs_crosswalk(catalog: Catalog) -> None:
    with (PROJECT / "data_contracts" / "codelists" / "offence_class_iccs.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        rows = list(csv.DictReader(stream))
    classes = {row["offence_class"] for row in rows}
    assert classes == set(CODES["offence_class"].split()) - {"all", "other"}
    assert {row["match"] for row in rows} <= {"exact", "broader", "narrower", "partial"}
    assert all(row["iccs"].isdigit() and row["iccs"].startswith("0") and row["counting_unit"] for row in rows)


def test_both_languages_say_something_of_their_own(catalog: Catalog) -> None:
    labels = [i.title for i in catalog.indicators.values()] + [i.definition for i in catalog.indicators.values()]
    labels += [m.title for table in catalog.returns.values() for m in table.measures]
    for label in labels:
        assert label.en.isascii(), label.en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in label.zh), label.zh
