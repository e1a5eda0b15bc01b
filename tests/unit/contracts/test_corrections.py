"""Corrections as documents: what is refused, with file and line; what enters dbt; which of them are public."""

# ruff: noqa: E501  (a case is a line)

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Fault, load, tables
from pipelines.contracts.disclosure import hidden_corrections, public_documents
from pipelines.release.protect import Protection
from tests.unit.contracts.test_faults import CRIME, change, faults_of

FILE = "corrections/homicide_recorded.yaml"
TEXT = """\
correction: homicide_recorded
table: recorded_crime
measure: cases_recorded
area: "990101"
period: "2004"
breakdown: {offence_class: homicide}
expect: 7
value: 6
reason: correction
because: {en: One case was counted twice., zh: 一案重复计数。}
decided_by: Statistics section
decided_on: 2005-06-01
"""
RELEASED = """\
correction: {id}
table: resettlement
measure: released_in_year
area: "{area}"
period: "2004"
expect: 7
value: 654321
reason: correction
because: {{en: Misread., zh: 误读。}}
decided_by: Statistics section
decided_on: 2005-06-01
"""


def write(documents: Path, text: str = TEXT, file: str = FILE) -> None:
    (documents / "corrections").mkdir(exist_ok=True)
    (documents / file).write_text(text, encoding="utf-8")


def test_a_correction_enters_as_a_row(documents: Path) -> None:
    write(documents)
    catalog = load(documents)
    (row,) = tables.rows(catalog)["correction"]
    assert dict(zip([name for name, _ in tables.columns("correction")], row, strict=True)) == {
        "correction_id": "homicide_recorded", "table_id": "recorded_crime", "measure_id": "cases_recorded",
        "area_code": "990101", "period": "2004", "breakdown": "offence_class=homicide", "year": 2004,
        "expects_missing": False, "expected_value": 7, "gives_missing": False, "value": 6, "obs_status": "",
        "qualifier": "", "reason": "correction", "because_en": "One case was counted twice.",
        "because_zh": "一案重复计数。", "decided_by": "Statistics section", "decided_on": "2005-06-01", "until_on": "",
        "document": FILE,
    }  # fmt: skip
    write(documents, TEXT.replace("expect: 7", "expect: missing"))
    (row,) = tables.rows(load(documents))["correction"]
    assert row[7:11] == (True, 0, False, 6)


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("table: recorded_crime", "table: recorded_crimes", "there is no return table recorded_crimes; did you mean `recorded_crime`?", 2),
        ("cases_recorded", "case_recorded", "the measure recorded_crime.case_recorded does not exist; did you mean `cases_recorded`?", 3),
        ('"990101"', '"990109"', "there is no area 990109; did you mean", 4),
        ('"990101"', "990101", "put it in quotes", 4),
        ('"2004"', '"1990"', "is not asked for", 5),
        ("offence_class: homicide", "offence: homicide", "recorded_crime has no dimension offence; did you mean `offence_class`?", 6),
        ("offence_class: homicide", "offence_class: homicides", "offence_class has no code homicides; did you mean `homicide`?", 6),
        ("breakdown: {offence_class: homicide}\n", "", "say under `breakdown` of which offence_class the figure is", 1),
        ("expect: 7", "expect: seven", "write a whole number, or the word missing", 7),
        ("expect: 7", "expect: 7.5", "write a whole number, or the word missing", 7),
        ("expect: 7", "expect: true", "write a whole number, or the word missing", 7),
        ("value: 6", "value: -1", "-1 cannot be; cases_recorded lies from 0 to", 8),
        ("value: 6", "value: 7", "it corrects nothing", 8),
        ("value: 6", "value: missing", "needs an obs_status that says why: M, L, O, Q, U", 8),
        ("value: 6", "value: 6\nobs_status: O", "a figure cannot have the status O; it is one of A, E, P", 9),
        ("value: 6", "value: missing\nobs_status: U\nqualifier: estimated", "what is missing has no qualifier", 10),
        ("reason: correction", "reason: mistake", "should be 'late_return', 'correction'", 9),
        ("One case was counted twice.", "One protester was counted twice.", "`because` concerns protest", 10),
        ("Statistics section", '"Statistics\\nsection"', "write printable characters on one line", 11),
        ("2005-06-01", "2005-06-31", "`decided_on`", 12),
        ("2005-06-01", "2005-06-01\nuntil: 2005-05-31", "`until` lies before `decided_on`", 13),
        ("expect: 7\n", "", "`expect` is missing", 1),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line(documents: Path, old: str, new: str, says: str, line: int) -> None:
    assert old in TEXT
    if says == "is not asked for":
        change(documents, CRIME, "  - id: cases_recorded\n", '  - id: cases_recorded\n    from: "1997"\n')
    write(documents, TEXT.replace(old, new, 1))
    found = [fault for fault in faults_of(documents) if says in fault.message]
    assert [(fault.file, fault.line) for fault in found] == [(FILE, line)], faults_of(documents)


def test_a_printed_rate_is_never_corrected(documents: Path) -> None:
    rates = "reported:\n  - {id: printed_rate, indicator: homicide_clearance_rate}\nmeasures:\n"
    change(documents, CRIME, "measures:\n", rates)
    write(documents, TEXT.replace("cases_recorded", "printed_rate"))
    assert any("is a rate that the office printed" in fault.message for fault in faults_of(documents))


def test_two_corrections_of_one_cell_follow_each_other(documents: Path) -> None:
    write(documents)
    again = TEXT.replace("homicide_recorded", "homicide_again").replace("2005-06-01", "2005-09-01")
    write(documents, again, "corrections/homicide_again.yaml")
    assert faults_of(documents) == [
        Fault(
            FILE,
            1,
            "corrections/homicide_again.yaml corrects the same cell at the same time; keep one, or end the older with "
            "`until`",
        )
    ]
    write(documents, f"{TEXT}until: 2005-08-31\n")
    assert set(load(documents).corrections) == {"homicide_recorded", "homicide_again"}
    write(documents, again.replace("homicide}", "robbery}"), "corrections/homicide_again.yaml")
    write(documents)
    assert len(load(documents).corrections) == 2, "another cell"


def test_all_faults_come_out_together_and_none_twice(documents: Path) -> None:
    wrong = TEXT.replace("expect: 7", "expect: seven").replace("990101", "990109")
    write(documents, wrong.replace("decided_by: Statistics section\n", ""))
    change(documents, CRIME, "version: 1.0.0\n", "version: one\n")
    found = [(fault.file, fault.message.split(" ")[0]) for fault in faults_of(documents)]
    assert found == [(FILE, "`decided_by`"), (FILE, "`expect`:"), (CRIME, "`version`:")]
    write(documents, TEXT.replace("decided_by: Statistics section\n", "").replace("990101", "990109"))
    found = [fault.message.split(";")[0] for fault in faults_of(documents) if fault.file == FILE]
    assert found == ["`decided_by` is missing", "there is no area 990109"], "a fault of shape hides no other"


def test_a_document_with_a_figure_that_is_kept_back_is_not_public(documents: Path) -> None:
    for id, area in (("of_the_county", "990101"), ("of_a_township", "990101002")):
        write(documents, RELEASED.format(id=id, area=area), f"corrections/{id}.yaml")
    catalog = load(documents)
    assert hidden_corrections(catalog) == {"of_a_township"}
    assert set(catalog.files) - set(public_documents(catalog)) == {"corrections/of_a_township.yaml"}


def test_nor_is_one_of_an_area_that_is_published_together_with_others(documents: Path) -> None:
    change(documents, "returns/justice/resettlement.yaml", "lowest_published_level: county", "# published everywhere:")
    for id, area in (("of_the_county", "990101"), ("of_a_township", "990101002"), ("of_another", "990101003")):
        write(documents, RELEASED.format(id=id, area=area), f"corrections/{id}.yaml")
    catalog = load(documents)
    assert hidden_corrections(catalog) == set()
    protected = Protection(hidden=frozenset({("release", "990101002", 2004), ("reoffending", "990101003", 2004)}))
    hidden = protected.hidden_corrections(catalog)
    assert hidden == {"of_a_township"}, "the others are of other families"
    assert set(catalog.files) - set(public_documents(catalog, hidden)) == {"corrections/of_a_township.yaml"}
