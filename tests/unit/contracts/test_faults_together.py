"""All faults of a folder come out together; none is invented because of another, and none is told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import ContractError, load
from tests.unit.contracts.test_faults import (
    APPROVAL,
    CLEARANCE,
    COURT,
    CRIME,
    CURRENT,
    RELEASED,
    SAFE,
    SAFETY,
    TRAFFIC,
    change,
    faults_of,
)  # fmt: skip


def test_all_faults_come_out_together(documents: Path) -> None:
    """One of each kind that the loader must know, in six documents of five kinds."""
    change(
        documents,
        CLEARANCE,
        "numerator: recorded_crime.cases_cleared",
        "numerator: recorded_crime.cases_solved",
    )
    change(documents, SAFE, "  - major_accidents", "  - no_such_indicator")
    change(documents, APPROVAL, "safety_survey.respondents\n", "public_safety.units\n")
    change(
        documents,
        RELEASED,
        "    unit: persons\n    over_time: none\n    sensitive: true",
        "    unit: persons\n    over_time: none\n    part_of: released_in_year_supported\n    sensitive: true",
    )
    change(documents, SAFETY, "  - id: fire_deaths", "  - id: person_name")
    change(documents, TRAFFIC, "decimals: 2", "decimals: two")
    change(documents, "codelists/area.csv", "99,XA,province", "99,990101,province")
    text = "\n".join(map(str, faults_of(documents)))
    for words in (
        "recorded_crime.cases_solved does not exist",
        "the indicator no_such_indicator does not exist",
        "needs one unit on both sides",
        "released_in_year is part of itself (released_in_year -> released_in_year_supported -> released_in_year)",
        "concerns a person",
        "`decimals`: input should be a valid integer",
        "is its own ancestor",
    ):
        assert words in text
    with pytest.raises(ContractError, match=r"The documents have \d+ faults:"):
        load(documents)


def test_a_fault_is_not_told_again_by_all_who_refer_to_its_document(documents: Path) -> None:
    """A return that cannot be read is one fault, not one for every formula that uses it."""
    change(documents, CRIME, "version: 1.0.0\n", "version: one\n")
    change(documents, CURRENT, "kind: proportion", "kind: portion")
    assert [fault.file for fault in faults_of(documents)] == [CURRENT, CRIME]


def test_a_fault_hides_no_other_of_its_document(documents: Path) -> None:
    """What is wrong with the form of a document does not keep its other faults from the author, nor those of others."""
    change(documents, CRIME, "version: 1.0.0\n", "version: one\n")
    change(documents, CRIME, "codelist: offence_class,", "codelist: offense_class,")
    change(documents, TRAFFIC, "decimals: 2", "decimals: two")
    change(documents, TRAFFIC, "public_safety.traffic_deaths", "public_safety.traffic_death")
    change(documents, CURRENT, "cases_cleared_of_year", "cases_cleared_of_years")
    change(documents, COURT, "version: 1.0.0\n", "verzion: 1.0.0\n")
    change(documents, COURT, "= pending_at_end", "= pending_at_ends")
    found = [(fault.file, fault.message) for fault in faults_of(documents)]
    words = [
        (CURRENT, "recorded_crime.cases_cleared_of_years does not exist"),
        (TRAFFIC, "traffic_death does not exist"),
        (TRAFFIC, "`decimals`"),
        (COURT, "`version` is missing"),
        (COURT, "`verzion` is not a field"),
        (COURT, "names the unknown measure pending_at_ends"),
        (CRIME, "`version`: write a version"),
        (CRIME, "there is no code list codelists/offense_class.csv"),
    ]
    assert len(found) == len(words), found
    for file, part in words:
        assert any(file == at and part in message for at, message in found), part


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("programme.yaml", "programme: county_yearbook", "programme: County", "write it in small letters"),
        ("programme.yaml", "  - id: courts", "  - id: Courts", "write it in small letters"),
        ("programme.yaml", "levels: [country,", "levels: [Country,", "write it in small letters"),
        ("programme.yaml", "levels: [", "levels: {", "is not valid YAML"),
        ("programme.yaml", "language: en", "language: fr", "should be 'en' or 'zh'"),
        ("calendar.yaml", "postponements: []", "postponements: none", "valid list"),
        ("calendar.yaml", "time_zone: Asia/Shanghai", "time_zones: Asia/Shanghai", "is not a field"),
        ("calendar.yaml", "time_zone: Asia/Shanghai", "time_zone: [", "is not valid YAML"),
    ],
)
def test_a_faulty_programme_or_calendar_hides_nothing_and_invents_nothing(
    documents: Path, file: str, old: str, new: str, says: str
) -> None:
    change(documents, file, old, new)
    alone = faults_of(documents)
    assert {fault.file for fault in alone} == {file} and any(says in fault.message for fault in alone), alone
    change(documents, SAFE, "  - major_accidents", "  - no_such_indicator")
    both = faults_of(documents)
    assert set(both) - set(alone) == {fault for fault in both if "no_such_indicator" in fault.message} != set()


def test_codes_of_a_broken_list_are_not_missed_by_others(documents: Path) -> None:
    change(documents, "codelists/offence_class.csv", "drugs,all", "drugs=,all")
    change(documents, "codelists/area.csv", "99,XA,province", '99,XA,"province')
    assert [fault.file for fault in faults_of(documents)] == ["codelists/area.csv", "codelists/offence_class.csv"]


def test_what_editors_leave_is_ignored_and_what_is_no_file_is_named(documents: Path) -> None:
    (documents / "indicators" / ".#new.yaml").symlink_to("somebody@somewhere.1234")
    (documents / ".git").mkdir()
    (documents / ".git" / "config.yaml").write_text("a: 1\n")
    load(documents)
    (documents / "indicators" / "folder.yaml").mkdir()
    (documents / "indicators" / "gone.yaml").symlink_to("nowhere.yaml")
    (documents / "codelists" / "folder.csv").mkdir()
    assert [str(fault) for fault in faults_of(documents)] == [
        "codelists/folder.csv: is a folder; a document is a file",
        "indicators/folder.yaml: is a folder; a document is a file",
        "indicators/gone.yaml: is a link to a file that does not exist; remove it",
    ]


def test_a_missing_code_list_is_one_fault_per_table_that_needs_it(documents: Path) -> None:
    (documents / "codelists" / "offence_class.csv").unlink()
    assert [(fault.file, "there is no code list" in fault.message) for fault in faults_of(documents)] == [(CRIME, True)]


def test_a_missing_programme_and_a_missing_area_list(documents: Path) -> None:
    (documents / "programme.yaml").unlink()
    (documents / "codelists" / "area.csv").unlink()
    assert [(fault.file, fault.line) for fault in faults_of(documents)] == [
        ("codelists/area.csv", 0),
        ("programme.yaml", 0),
    ]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="is not a folder; set YEARBOOK_CONTRACTS"):
        load(tmp_path / "nowhere")
