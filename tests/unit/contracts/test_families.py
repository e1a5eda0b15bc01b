"""Which sensitive measures hang together, in the county's documents and in documents that were changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import ContractError, load
from pipelines.contracts.disclosure import hidden_details, hidden_indicators, hidden_measures
from pipelines.contracts.families import complements, family_of, shown_together
from pipelines.home import PROJECT
from tests.unit.contracts.test_faults import change

CRIME = "returns/public_security/recorded_crime.yaml"
DEFENDANTS = "returns/courts/defendants.yaml"


def test_a_part_and_what_is_left_of_its_whole() -> None:
    catalog = load(PROJECT / "data_contracts")
    whole = complements(catalog)
    assert whole["defendants", "juvenile_defendants_sentenced"] == ("defendants", "defendants_sentenced")
    assert set(whole) < set(family_of(catalog)) and ("recorded_crime", "cases_cleared_of_year") not in whole
    assert shown_together(catalog, catalog.indicators["reoffending_rate"]) == [
        ("resettlement", "release_cohort_reconvicted"), ("resettlement", "release_cohort"),
    ]  # fmt: skip
    assert shown_together(catalog, catalog.indicators["traffic_death_rate"]) == []


def test_a_rule_that_is_always_held_ties_and_a_warning_does_not(documents: Path) -> None:
    load(documents)
    change(documents, DEFENDANTS, "    severity: warning", "    severity: error")
    with pytest.raises(ContractError) as caught:
        load(documents)
    (fault,) = caught.value.faults
    assert fault.file == CRIME and (
        "suspects_dealt_with tells of the sensitive defendants_sentenced (the rule sentenced_beside_dealt_with holds); "
        "say `sensitive: true` of it too"
    ) in str(fault)


def test_a_family_has_the_levels_of_its_strictest_table(documents: Path) -> None:
    change(documents, DEFENDANTS, "reporting_unit: county", "lowest_published_level: city\nreporting_unit: county")
    text = (documents / DEFENDANTS).read_text()
    (documents / DEFENDANTS).write_text(text.replace("sensitive: true", "sensitive: true\n    family: reoffending"))
    levels = hidden_measures(load(documents))
    assert levels["resettlement", "release_cohort"] == levels["defendants", "defendants_sentenced"]
    assert levels["resettlement", "release_cohort"] == ["county", "township"]
    assert levels["resettlement", "released_in_year"] == ["township"]


def test_classes_of_a_sensitive_measure_stop_at_the_county(documents: Path) -> None:
    text = (documents / CRIME).read_text()
    (documents / CRIME).write_text(text.replace("    unit: cases\n", "    unit: cases\n    sensitive: true\n"))
    change(documents, "indicators/safe_township_share.yaml", "  - current_case_clearance_rate\n", "")
    drugs = documents / "returns/public_security/organised_crime_and_drugs.yaml"
    drugs.write_text(drugs.read_text().replace("  - id: drug_cases_as", "  - severity: warning\n    id: drug_cases_as"))
    catalog = load(documents)
    levels, total = hidden_details(catalog)["recorded_crime", "cases_recorded"]
    assert (levels, total) == (["township"], "offence_class=all")
    hidden = hidden_indicators(catalog)["clearance_rate"]
    assert hidden["offence_class=homicide"] == ["township"] and "offence_class=all" not in hidden
    assert hidden_indicators(catalog)["homicide_clearance_rate"] == {"_T": ["township"]}
    assert "current_case_clearance_rate" not in hidden_indicators(catalog)
