"""The shipped documents against the programme's own lists, written out here once more on purpose.

Whoever changes a table, an indicator or a target changes this page too, and thereby says that it was meant.
"""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL, ResolvedTerm
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


def test_resettlement_is_sensitive_and_nothing_else(catalog: Catalog) -> None:
    for table in catalog.returns.values():
        assert {measure.sensitive for measure in table.measures} == {table.table == "resettlement"}
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
        f"offence_class={c}" for c in CODES["offence_class"].split()
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


def test_the_area_tree_is_fictitious_and_whole(catalog: Catalog) -> None:
    assert catalog.programme.fictitious
    levels = [area.level for area in catalog.areas.values()]
    assert [levels.count(level) for level in catalog.programme.levels] == [1, 1, 1, 1, 15]
    townships = [code for code, area in catalog.areas.items() if area.level == "township"]
    assert townships == [f"990101{number:03d}" for number in range(1, 16)]
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
