"""The shipped indicators and targets against the programme's own lists, written out here once more on purpose.

Whoever changes an indicator or a target changes this page too, and thereby says that it was meant.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL, ResolvedTerm

# id, kind, per, decimals, numerator / denominator of its first figure (table.measure; + for several)
INDICATORS = """
current_case_clearance_rate proportion 100 1 recorded_crime.cases_cleared_of_year / recorded_crime.cases_recorded
clearance_rate flow_ratio 100 1 recorded_crime.cases_cleared / recorded_crime.cases_recorded
homicide_clearance_rate flow_ratio 100 1 recorded_crime.cases_cleared / recorded_crime.cases_recorded
recorded_crime_rate rate_per_n 10000 2 recorded_crime.cases_recorded / public_safety.resident_population
violent_crime_rate rate_per_n 10000 2 recorded_crime.cases_recorded / public_safety.resident_population
recorded_crime_change change 100 0 recorded_crime.cases_recorded / recorded_crime.cases_recorded
homicide_change change 100 0 recorded_crime.cases_recorded / recorded_crime.cases_recorded
criminal_cases_cleared count 1 0 recorded_crime.cases_cleared
suspects_dealt_with count 1 0 recorded_crime.suspects_dealt_with
drug_cases_cleared count 1 0 organised_crime_and_drugs.drug_cases_cleared
drug_offenders_apprehended count 1 0 organised_crime_and_drugs.drug_offenders_apprehended
gangs_disrupted count 1 0 organised_crime_and_drugs.gangs_disrupted
gang_members_apprehended count 1 0 organised_crime_and_drugs.gang_members_apprehended
suicides_prevented count 1 0 mediation.suicides_prevented
civil_to_criminal_cases_prevented count 1 0 mediation.civil_to_criminal_cases_prevented
group_fights_prevented count 1 0 mediation.group_fights_prevented
booklets_distributed count 1 0 legal_publicity.booklets_distributed
major_accidents count 1 0 public_safety.major_accidents
civil_disputes_turned_criminal count 1 0 mediation.civil_disputes_turned_criminal
traffic_death_rate rate_per_n 10000 2 public_safety.traffic_deaths / public_safety.registered_vehicles
urban_fire_facility_completion census_share 100 1 public_safety.urban_fire_facilities_completed_of_planned / public_safety.urban_fire_facilities_planned
new_building_fire_facility_fitting census_share 100 1 public_safety.new_buildings_fire_facilities_fitted / public_safety.new_buildings_needing_fire_facilities
key_venue_fire_facility_integrity census_share 100 1 public_safety.key_venue_fire_facilities_intact / public_safety.key_venue_fire_facilities_inspected
units_without_preventable_cases_share census_share 100 1 public_safety.villages_communities_units_without_preventable_cases / public_safety.villages_communities_units
safe_unit_share census_share 100 1 public_safety.safe_units / public_safety.units
public_approval survey_share 100 1 safety_survey.respondents_satisfied / safety_survey.respondents
dispute_mediation_success_rate proportion 100 1 mediation.disputes_settled / mediation.disputes_investigated
mediation_committee_coverage census_share 100 1 mediation.villages_and_neighbourhoods_with_mediation_committee / mediation.villages_and_neighbourhoods
township_mediation_committee_coverage census_share 100 1 mediation.townships_with_mediation_committee / areas.township
inspection_rounds_county flow_ratio 100 1 mediation.inspection_rounds_held_county / 12*areas.county
inspection_rounds_township flow_ratio 100 1 mediation.inspection_rounds_held_township / 12*areas.township
inspection_rounds_village flow_ratio 100 1 mediation.inspection_rounds_held_village / 52*public_safety.villages
released_support_rate proportion 100 1 resettlement.released_in_year_supported / resettlement.released_in_year
urban_resettlement_rate proportion 100 1 resettlement.released_urban_resettled / resettlement.released_urban
rural_resettlement_rate proportion 100 1 resettlement.released_rural_resettled / resettlement.released_rural
reoffending_rate proportion 100 1 resettlement.release_cohort_reconvicted / resettlement.release_cohort
legal_education_cadres census_share 100 1 legal_education.enrolled / legal_education.eligible
legal_education_employees census_share 100 1 legal_education.enrolled / legal_education.eligible
legal_education_residents census_share 100 1 legal_education.enrolled / legal_education.eligible
legal_vice_principal_coverage census_share 100 1 legal_education_schools.schools_with_legal_vice_principal / legal_education_schools.schools
court_clearance_rate flow_ratio 100 1 caseload.concluded / caseload.accepted
decision_reversal_rate flow_ratio 100 1 caseload.decisions_changed + caseload.decisions_remanded + caseload.decisions_revoked / caseload.concluded
juvenile_defendant_share proportion 100 1 defendants.juvenile_defendants_sentenced / defendants.defendants_sentenced
petition_timely_conclusion_rate proportion 100 1 petitions.concluded_on_time_of_due / petitions.due_in_year
repeat_petition_share proportion 100 1 petitions.repeat / petitions.received
joint_petition_share proportion 100 1 petitions.joint / petitions.received
petitioned_case_rate rate_per_n 100 2 petitioned_cases.cases_petitioned / recorded_crime.cases_cleared
safe_township_share share_of_areas 100 1
safe_village_share census_share 100 1 public_safety.villages_meeting_standard / public_safety.villages
return_completeness census_share 100 1 returns.received / returns.due
return_punctuality census_share 100 1 returns.received_on_time / returns.due
"""  # noqa: E501  (a line is an indicator)

# indicator, operator, value, levels (c county, t township), first year, which way is better
TARGETS = """
current_case_clearance_rate >= 70 ct - higher
homicide_clearance_rate >= 90 ct - higher
major_accidents = 0 ct - lower
civil_disputes_turned_criminal = 0 ct - lower
traffic_death_rate <= 15 ct - lower
urban_fire_facility_completion = 100 ct - higher
new_building_fire_facility_fitting = 100 ct - higher
key_venue_fire_facility_integrity = 100 ct - higher
units_without_preventable_cases_share >= 90 ct - higher
safe_unit_share >= 50 ct 2005 higher
public_approval >= 90 c - higher
mediation_committee_coverage = 100 ct - higher
township_mediation_committee_coverage = 100 ct - higher
inspection_rounds_county >= 100 c - higher
inspection_rounds_township >= 100 ct - higher
inspection_rounds_village >= 100 ct - higher
released_support_rate = 100 ct - higher
urban_resettlement_rate >= 90 ct - higher
rural_resettlement_rate = 100 ct - higher
reoffending_rate <= 3 ct - lower
legal_education_cadres = 100 ct - higher
legal_education_employees >= 95 ct - higher
legal_education_residents >= 90 ct - higher
legal_vice_principal_coverage = 100 ct - higher
decision_reversal_rate <= 3 ct - lower
petitioned_case_rate <= 1 ct - lower
safe_township_share >= 50 c 2005 higher
safe_village_share >= 80 ct - higher
return_completeness = 100 c - higher
return_punctuality = 100 c - higher
"""

RANKED = (
    "recorded_crime_rate violent_crime_rate major_accidents civil_disputes_turned_criminal reoffending_rate "
    "juvenile_defendant_share"
)


def _names(terms: list[ResolvedTerm]) -> str:
    """table.measure of the terms, each once; a factor before it; those of an earlier year left out."""
    names = [
        f"{t.table}.{t.measure}" if t.times == 1 else f"{t.times}*{t.table}.{t.measure}" for t in terms if t.times > 0
    ]
    return " + ".join(dict.fromkeys(names))


def test_every_indicator_and_no_other(catalog: Catalog) -> None:
    lines = [line.split(maxsplit=4) for line in INDICATORS.strip().splitlines()]
    assert sorted(line[0] for line in lines) == sorted(catalog.indicators)
    for id, kind, per, decimals, *formula in lines:
        found = catalog.indicators[id]
        assert (found.kind, found.multiplier, found.decimals) == (kind, int(per), int(decimals)), id
        for top, bottom in list(catalog.sides(found).values())[:1]:
            assert " / ".join(filter(None, (_names(top), _names(bottom)))) == formula[0], id


def _breakdowns(catalog: Catalog, id: str, side: int = 0) -> dict[str, set[str]]:
    return {
        code: {term.breakdown for term in both[side]} for code, both in catalog.sides(catalog.indicators[id]).items()
    }


def test_what_the_formulas_filter(catalog: Catalog) -> None:
    def only(id: str, side: int = 0) -> set[str]:
        return _breakdowns(catalog, id, side)[TOTAL]

    for id in (
        "current_case_clearance_rate",
        "recorded_crime_rate",
        "recorded_crime_change",
        "criminal_cases_cleared",
    ):
        assert only(id) == {"offence_class=all"}
    assert only("homicide_clearance_rate") == only("homicide_change") == {"offence_class=homicide"}
    assert only("violent_crime_rate") == {f"offence_class={code}" for code in ("homicide", "assault", "robbery")}
    assert only("decision_reversal_rate") == {f"case_type={code}" for code in ("criminal", "civil", "administrative")}
    assert only("decision_reversal_rate", 1) == only("decision_reversal_rate")
    assert len(only("court_clearance_rate")) == 4
    assert only("legal_education_cadres") == {"audience=cadres"}
    assert list(_breakdowns(catalog, "clearance_rate")) == [
        f"offence_class={code}" for code in catalog.codelists["offence_class"].items
    ]


def test_change_is_this_year_less_the_last_over_the_last(catalog: Catalog) -> None:
    top, bottom = catalog.sides(catalog.indicators["homicide_change"])[TOTAL]
    assert [(term.lag, term.times) for term in top] == [(0, 1), (1, -1)]
    assert [(term.lag, term.times) for term in bottom] == [(1, 1)]


def test_petitioned_cases_are_set_against_each_office_and_their_sum(catalog: Catalog) -> None:
    sides = catalog.sides(catalog.indicators["petitioned_case_rate"])
    assert {code: _names(bottom) for code, (_, bottom) in sides.items()} == {
        "handling_office=public_security": "recorded_crime.cases_cleared",
        "handling_office=courts": "caseload.concluded",
        "handling_office=justice": "mediation.disputes_settled",
        TOTAL: "recorded_crime.cases_cleared + caseload.concluded + mediation.disputes_settled",
    }
    assert len(sides[TOTAL][0]) == 3
    assert {term.breakdown for term in sides[TOTAL][1] if term.table == "recorded_crime"} == {"offence_class=all"}


@pytest.mark.parametrize("id", ["return_completeness", "return_punctuality"])
def test_returns_are_counted_by_office_and_in_total(catalog: Catalog, id: str) -> None:
    offices = ["public_security", "courts", "justice", "petitions"]
    assert list(catalog.sides(catalog.indicators[id])) == [*(f"office={office}" for office in offices), TOTAL]


def test_a_safe_township(catalog: Catalog) -> None:
    found = catalog.indicators["safe_township_share"]
    assert found.level == "township"
    assert found.meeting == [
        "current_case_clearance_rate", "major_accidents", "civil_disputes_turned_criminal",
        "units_without_preventable_cases_share", "mediation_committee_coverage",
    ]  # fmt: skip


def test_mediation_is_printed_at_one_decimal_and_at_none(catalog: Catalog) -> None:
    found = catalog.indicators["dispute_mediation_success_rate"]
    assert (found.decimals, found.headline_decimals) == (1, 0)


def test_every_target_and_no_other(catalog: Catalog) -> None:
    lines = [line.split() for line in TARGETS.strip().splitlines()]
    assert sorted(line[0] for line in lines) == sorted(id for id, found in catalog.targets.items() if found.targets)
    for id, operator, value, levels, start, better in lines:
        (target,) = catalog.targets[id].targets
        assert (target.operator, target.value, target.better) == (
            operator,
            Decimal(value),
            f"{better}_is_better",
        ), id
        assert target.level == [{"c": "county", "t": "township"}[sign] for sign in levels], id
        assert (target.start, target.until, target.breakdown) == (
            None if start == "-" else start,
            None,
            {},
        ), id


def test_inclusive_words_are_kept(catalog: Catalog) -> None:
    words = {">=": ("over", "at least"), "<=": ("below", "within")}
    for found in catalog.targets.values():
        for target in found.targets:
            if target.operator in words:
                assert target.source_wording.en.startswith(words[target.operator]), found.indicator


def test_ranked(catalog: Catalog) -> None:
    ranked = {id: found.rank_in_parent for id, found in catalog.targets.items() if found.rank_in_parent}
    assert ranked == dict.fromkeys(RANKED.split(), "lower_is_better")
