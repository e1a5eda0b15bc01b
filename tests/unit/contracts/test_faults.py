"""Every kind of fault of a document: found, with file and line, in words that say how to mend it.

A case changes one text of one shipped document. The fault must name that document and the line of `at` (the
changed text, if not said; `*` is the whole file), and its sentence must hold `says`.
"""

# ruff: noqa: E501  (in CASES a line is a case)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.contracts import ContractError, Fault, load


@dataclass(frozen=True)
class Case:
    file: str
    old: str
    new: str
    says: str
    at: str = ""

    def __str__(self) -> str:
        return self.says.replace(" ", "_")[:60]


CRIME = "returns/public_security/recorded_crime.yaml"
SAFETY = "returns/public_security/public_safety.yaml"
DRUGS = "returns/public_security/organised_crime_and_drugs.yaml"
COURT = "returns/courts/caseload.yaml"
PETITIONS = "returns/petitions/petitions.yaml"
RELEASED = "returns/justice/resettlement.yaml"
CLEARANCE = "indicators/clearance_rate.yaml"
CURRENT = "indicators/current_case_clearance_rate.yaml"
TRAFFIC = "indicators/traffic_death_rate.yaml"
VIOLENT = "indicators/violent_crime_rate.yaml"
SAFE = "indicators/safe_township_share.yaml"
MEDIATION = "indicators/dispute_mediation_success_rate.yaml"
APPROVAL = "indicators/public_approval.yaml"
PETITIONED = "indicators/petitioned_case_rate.yaml"

CASES = [
    # --- shape and types
    Case(CRIME, "  factor: 10\n", "  factor: 1\n", "input should be greater than or equal to 2"),
    Case(CRIME, "  factor: 10\n", "", "`revision_limit.factor` is missing", at="revision_limit:"),
    Case(CRIME, "table: recorded_crime\n", "table recorded_crime\n", "is not valid YAML", at="office:"),
    Case(CRIME, "version: 1.0.0\n", "version: 1.0.0\nversion: 1.0.1\n", "`version` stands twice", at="version: 1.0.1"),
    Case(CRIME, "version: 1.0.0\n", "verzion: 1.0.0\n", "`verzion` is not a field of this kind of document; known here:"),
    Case(CRIME, "version: 1.0.0\n", "version: one\n", "write a version like 1.0.0 (found 'one')"),
    Case(CRIME, "office: public_security\n", "", "`office` is missing", at="table: recorded_crime"),
    Case(CRIME, "  - id: suspects_dealt_with", "  - id: Suspects", "write it in small letters, digits and _"),
    Case(CRIME, "    over_time: none", "    over_time: never", "should be 'sum', 'first', 'last' or 'none'"),
    Case(CRIME, '  from: "1997"', "  from: 1997", "put it in quotes"),
    Case(CRIME, '  from: "1997"', '  from: "97"', "'97' is not a period; write it like 2004, 2004-07 or 2018-07-01/P1Y"),
    Case(TRAFFIC, "decimals: 2", "decimals: two", "`decimals`: input should be a valid integer"),
    Case(TRAFFIC, "  zh: 当年道路", "  cn: 当年道路", "`definition.cn` is not a field"),
    Case(TRAFFIC, "numerator: public_safety.traffic_deaths", "numerator: 5", "put it in quotes"),
    Case("calendar.yaml", "postponements: []", 'postponements: [{period: "2004", due_on: 2005-02-30}]', "2005-02-30 is not a day; write it like", at="postponements: ["),
    Case("calendar.yaml", "time_zone: Asia/Shanghai", "time_zone: Asia/Shanghai\ntime_zone: UTC", "`time_zone` stands twice", at="time_zone: UTC"),
    Case(CRIME, '  until: "2006"', '  until: "2006"\nformat: {encodings: [utf-9]}', "'utf-9' is not an encoding that can be read", at="format:"),
    Case("programme.yaml", "  encodings: [utf-8-sig, gb18030]", "  encodings: [utf-8-sig, hex]", "'hex' is not an encoding", at="  encodings:"),
    Case(CRIME, '  until: "2006"', '  until: "2006"\nformat: {delimiter: "\\""}', "cannot separate cells", at="format:"),
    Case("programme.yaml", '  - "{table}_{unit}_{period}_{prepared_on}"', '  - "{tabel}_{unit}_{period}"', "{tabel} is not a field of file names; known are table,"),
    Case(CRIME, '  until: "2006"', '  until: "2006"\nfile_names: ["{period}_{period}"]', "{period} stands twice", at="file_names:"),
    Case(CRIME, '  until: "2006"', '  until: "2006"\nfile_names: ["{period"]', "a brace in '{period' has no partner", at="file_names:"),
    Case("calendar.yaml", "Asia/Shanghai", "Asia/Xanadu", "is not a time zone; write one like Asia/Shanghai"),
    # --- documents and their places
    Case(CRIME, "table: recorded_crime\n", "table: crime\n", "says table: crime, but the file is called recorded_crime.yaml"),
    Case(CRIME, "office: public_security\n", "office: publicsecurity\n", "the office publicsecurity is not in programme.yaml; did you mean `public_security`?"),
    Case(CRIME, "office: public_security\n", "office: courts\n", "belongs to courts; move it to returns/courts/"),
    Case("programme.yaml", "  - id: courts\n", "  - id: justice\n", "the office justice is listed twice", at="  - id: justice\n    title: {en: Justice"),
    Case("programme.yaml", "  lowest_level: county", "  lowest_level: conty", "the forms name the unknown level conty; did you mean `county`?"),
    # --- returns
    Case(RELEASED, "    sensitive: true\n    family: release\n  - id: released_in_year_supported", "  - id: released_in_year_supported", "released_in_year tells of the sensitive released_in_year_supported (released_in_year_supported is part of released_in_year); say `sensitive: true` of it too", at="  - id: released_in_year\n"),
    Case(RELEASED, "    family: release\n  - id: released_in_year_supported", "    family: other\n  - id: released_in_year_supported", "released_in_year_supported is part of released_in_year), but is of another family (other, not release); give both one `family`", at="  - id: released_in_year\n"),
    Case(TRAFFIC, "denominator: public_safety.registered_vehicles", "denominator: resettlement.release_cohort - resettlement.released_in_year\nacross_offices: true", "its measures are of several families (reoffending, release), which are not published together", at="indicator: "),
    Case(CRIME, "    unit: cases\n    over_time: sum", "    unit: cases\n    over_time: sum\n    family: crime", "`family` is said of sensitive measures; cases_recorded is not `sensitive: true`", at="    family: crime"),
    Case(CRIME, "    unit: cases\n    over_time: sum", "    unit: cases\n    over_time: sum\n    zero_sensitive: true", "`zero_sensitive` is said of sensitive measures; cases_recorded is not", at="    zero_sensitive"),
    Case(CRIME, "    unit: persons\n", "    unit: persons\n    sensitive: true\n", "suspects_dealt_with does not add up over areas, so it cannot be published together with others", at="    sensitive: true"),
    Case(CRIME, "reporting_unit: county", "reporting_unit: district", "`district` is not a level of programme.yaml"),
    Case(CRIME, "  areas: [county, township]", "  areas: [county, townships]", "did you mean `township`?"),
    Case(CRIME, "  areas: [county, township]", "  areas: [city, county]", "a county cannot answer for a city"),
    Case(CRIME, '  until: "2006"', '  until: "1996"', "`until` 1996 lies before `from` 1997"),
    Case(CRIME, "  every: year", "  every: month", "1997 is not a month; write a period like \"2004-07\"", at='  from: "1997"'),
    Case(CRIME, "codelist: offence_class,", "codelist: offense_class,", "there is no code list codelists/offense_class.csv; did you mean `offence_class`?"),
    Case(CRIME, "    part_of: cases_recorded", "    part_of: cases_record", "which is not a measure of this table; did you mean `cases_recorded`?"),
    Case(PETITIONS, "    unit: petitions\n    over_time: sum\n    part_of: due_in_year", "    unit: persons\n    over_time: sum\n    part_of: due_in_year", "concluded_on_time_of_due counts persons but its whole due_in_year counts petitions"),
    Case(CRIME, "    additive_over: []", "    additive_over: [offence]", "names the unknown dimension offence; did you mean `offence_class`?"),
    Case(CRIME, "aliases: [suspects, ", "aliases: [Recorded  Cases, ", "the header 'Recorded  Cases' would mean both cases_recorded and suspects_dealt_with", at="  - id: suspects_dealt_with"),
    Case(COURT, "  - id: accepted", "  - id: concluded", "the column concluded stands twice", at="  - id: concluded\n    title: {en: Cases concluded"),
    Case("programme.yaml", "  - remark\n", "  - 年度\n", "the ignored header '年度' is one of the column period"),
    Case(CRIME, '{pattern: "{measure}_{offence_class}"}', '{pattern: "{measure}_{class}"}', "the pattern names the unknown field class"),
    Case(CRIME, '{pattern: "{measure}_{offence_class}"}', '{pattern: "{offence_class}"}', "write {measure} into it"),
    Case(COURT, "+ accepted - concluded", "+ acepted - concluded", "names the unknown measure acepted; did you mean `accepted`?"),
    Case(COURT, "= pending_at_end", "+ pending_at_end", "must hold exactly one of =, <=, >="),
    Case(COURT, "= pending_at_end", "= decisions_changed", "the rule pending_identity compares different units: cases, decisions"),
    Case(COURT, "= pending_at_end", "= caseload.pending_at_end", "a rule holds within a row"),
    Case(DRUGS, "cases_cleared[offence_class=drugs]", "cases_cleared[offence_class=drug]", "offence_class has no code drug; did you mean `drugs`?"),
    Case(DRUGS, "recorded_crime.cases_cleared[offence_class=drugs]", "crime.cases_cleared[offence_class=drugs]", "the measure crime.cases_cleared does not exist"),
    Case(DRUGS, "recorded_crime.cases_cleared[offence_class=drugs]", "recorded_crime.suspects_dealt_with[offence_class=drugs]", "compares different units: cases, persons"),
    Case(DRUGS, "suspects_dealt_with[offence_class=drugs]", "suspects_dealt_with[offence_class=drugs|fraud]", "recorded_crime.suspects_dealt_with does not add up over offence_class"),
    # --- the founding rule
    Case(CRIME, "    aliases: [suspects, ", "    aliases: [姓名, ", "the column suspects_dealt_with concerns a person (“姓名”); this product holds no such figures", at="  - id: suspects_dealt_with"),
    Case(SAFETY, "  - id: fire_deaths", "  - id: religious_venues", "the column religious_venues concerns belief or religion"),
    Case(SAFETY, "title: {en: Fires, zh: 火灾起数}", "title: {en: Protests, zh: 火灾起数}", "concerns protest", at="  - id: fires"),
    Case(MEDIATION, "title: {en: ", "title: {en: Protesters arrested in ", "the indicator concerns protest (“protesters”); this product computes no such figures"),
    Case(MEDIATION, "definition:\n  en: ", "definition:\n  en: Christians who ", "the indicator concerns belief or religion", at="definition:"),
    Case(MEDIATION, "known_limits:\n  en: ", "known_limits:\n  en: Christians who ", "the indicator concerns belief or religion", at="known_limits:"),
    Case(CRIME, "title: {en: Recorded crime,", "title: {en: Crime by race,", "the table concerns ethnicity (“race”)"),
    Case("codelists/petition_subject.csv", "labour,,Labour", "muslims,,Labour", "the code muslims concerns belief or religion (“muslims”)"),
    Case(PETITIONS, "{id: subject,", "{id: gender,", "the column gender concerns a person"),
    Case(PETITIONS, "{id: subject,", "{id: ethnicity,", "the column ethnicity concerns ethnicity"),
    Case("codelists/petition_subject.csv", "labour,,Labour", "labour,,Political opinion", "the code labour concerns political opinion"),
    # --- code lists and areas
    Case("codelists/area.csv", "990101003,990101,township", "990101002,990101,township", "the code 990101002 stands twice; the first is on line 7", at="990101002,990101,township,Cedar"),
    Case("codelists/area.csv", "990101003,990101,", "990101003,990102,", "the parent 990102 of 990101003 is not in the list"),
    Case("codelists/area.csv", "990101003,990101,township", "990101003,990101,village", "has the unknown level 'village'"),
    Case("codelists/area.csv", "990101003,990101,township", "990101003,990101,county", "990101003 (county) cannot lie in 990101 (county)"),
    Case("codelists/area.csv", "99,XA,province", "99,990101,province", "99 is its own ancestor (through 990101); break the cycle"),
    Case("codelists/area.csv", "Cedar Town", "Cedar, Town", "has more or fewer cells than the header; quote names with commas"),
    Case("codelists/offence_class.csv", "code,parent,", "kode,parent,", "lacks the column(s) code"),
    Case("codelists/offence_class.csv", "homicide,all,", 'homicide,all,"', "a quotation mark (\") is opened in this row and never closed", at='homicide,all,"'),
    Case("codelists/offence_class.csv", "homicide,all,", 'homicide,all,"x"', "is closed before the end of its cell", at='homicide,all,"'),
    Case("codelists/offence_class.csv", "drugs,all", "drugs=,all", "'drugs=' cannot be a code"),
    Case("codelists/area.csv", "XA,,country,Fictia,虚构国,,", "XA,,country,Fictia,虚构国,soon,", "the validity of XA: 'soon' is neither a day nor a period", at="XA,,"),
    # --- indicators
    Case(CLEARANCE, "recorded_crime.cases_cleared", "recorded_crime.cases_clear", "the measure recorded_crime.cases_clear does not exist; did you mean `recorded_crime.cases_cleared`?"),
    Case(CLEARANCE, "numerator: recorded_crime.cases_cleared", "numerator: cases_cleared", "the measure cases_cleared does not exist; write recorded_crime.cases_cleared"),
    Case(CLEARANCE, "numerator: recorded_crime.cases_cleared", "numerator: recorded_crime.cases_cleared +", "cannot be read from `+`"),
    Case(CLEARANCE, "by: offence_class", "by: offence", "no table of the formulas has the dimension offence"),
    Case(CLEARANCE, "denominator: recorded_crime.cases_recorded\n", "", "a flow_ratio needs a denominator", at="indicator:"),
    Case(CLEARANCE, "kind: flow_ratio", "kind: proportion", "is not declared part_of the denominator; declare it, or call the kind flow_ratio"),
    Case(CLEARANCE, "by: offence_class", "by: offence_class\nwith_total: true", "with_total would count things twice over offence_class", at="with_total"),
    Case(VIOLENT, "homicide|assault|", "homicide|all|", "offence_class=homicide is part of all; recorded_crime.cases_recorded would count it twice"),
    Case(VIOLENT, "[offence_class=", "[class=", "recorded_crime has no dimension class"),
    Case(VIOLENT, "cases_recorded[", "suspects_dealt_with[", "recorded_crime.suspects_dealt_with does not add up over offence_class"),
    Case(APPROVAL, "safety_survey.respondents\n", "public_safety.units\n", "a survey_share needs one unit on both sides, not persons of units", at="kind:"),
    Case(TRAFFIC, "numerator: public_safety.traffic_deaths", "numerator: public_safety.traffic_deaths + public_safety.fires", "the numerator adds different units: deaths, fires"),
    Case(TRAFFIC, "numerator: public_safety.traffic_deaths", "numerator: mediation.suicides_prevented", "say across_offices: true", at="indicator:"),
    Case(PETITIONED, "across_offices: true\n", "", "the formulas use courts, justice, petitions, public_security; say across_offices: true", at="indicator:"),
    Case(PETITIONED, "  courts: caseload.concluded", "  court: caseload.concluded", "handling_office has no code court; did you mean `courts`?"),
    Case(MEDIATION, "headline_decimals: 0", "headline_decimals: 2", "headline_decimals are the fewer decimals"),
    Case(TRAFFIC, "  max: 40", "  min: 50\n  max: 40", "plausible.max lies below plausible.min", at="plausible:"),
    Case(TRAFFIC, "decimals: 2", "decimals: 2\nlevel: township", "`level` is for share_of_areas only", at="level:"),
    Case(SAFE, "level: township", "level: townships", "`townships` is not a level of programme.yaml; did you mean `township`?"),
    Case(SAFE, "  - major_accidents", "  - mayor_accidents", "the indicator mayor_accidents does not exist; did you mean `major_accidents`?"),
    Case(SAFE, "  - major_accidents", "  - safe_township_share", "is itself a share of areas"),
    Case(SAFE, "  - major_accidents", "  - released_support_rate", "rests on a sensitive measure, which may not rate an area"),
    Case(SAFE, "  - major_accidents", "  - public_approval", "targets/public_approval.yaml sets no target for a township"),
    Case(SAFE, "level: township\n", "numerator: areas.township\n", "it takes no formula and no `by`", at="indicator:"),
    # --- the programme
    Case("programme.yaml", "  web: https:", "  web: javascript:", "write an address that begins with https://"),
    Case("programme.yaml", "  mail: statistics@", "  mail: statistics at ", "write a mail address like"),
    # --- targets
    Case("targets/safe_unit_share.yaml", "indicator: safe_unit_share", "indicator: safe_units_share", "did you mean `safe_unit_share`?"),
    Case("targets/safe_unit_share.yaml", "[county, township]", "[county, parish]", "`parish` is not a level of programme.yaml"),
    Case("targets/safe_township_share.yaml", "[county]", "[township]", "safe_township_share is not computed for a township"),
    Case("targets/safe_unit_share.yaml", '    from: "2005"', '    from: "2005"\n    until: "2004"', "`until` lies before `from`", at="    until:"),
    Case("targets/major_accidents.yaml", "    direction: lower_is_better\n", "", "Say `direction`", at="  - level:"),
    Case("targets/safe_unit_share.yaml", "    value: 50", "    value: 50\n    direction: lower_is_better", "`>=` contradicts lower_is_better", at="    direction:"),
    Case("targets/safe_unit_share.yaml", "    value: 50", "    value: 50\n    breakdown: {audience: cadres}", "safe_unit_share has no figure for audience=cadres", at="    breakdown:"),
    Case("targets/recorded_crime_rate.yaml", "rank_in_parent: lower_is_better", "targets: []", "sets no target and no rank_in_parent", at="indicator:"),
]  # fmt: skip


def change(root: Path, file: str, old: str, new: str) -> str:
    path = root / file
    before = path.read_text(encoding="utf-8")
    assert old in before, f"{file} no longer holds {old!r}; mend this test"
    after = before.replace(old, new, 1)
    path.write_text(after, encoding="utf-8")
    return after


def faults_of(root: Path) -> list[Fault]:
    with pytest.raises(ContractError) as caught:
        load(root)
    return caught.value.faults


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_named_with_file_and_line(documents: Path, case: Case) -> None:
    after = change(documents, case.file, case.old, case.new)
    faults = faults_of(documents)
    hits = [fault for fault in faults if case.says in fault.message]
    assert hits, "\n".join(map(str, faults))
    if case.file == "programme.yaml" and hits[0].file != case.file:
        assert hits[0].file.startswith("returns/")  # a house header clashes where it is used
        return
    assert case.file in {fault.file for fault in hits}
    at = case.at or case.new.strip("\n") or case.old
    expected = 0 if at == "*" else after[: after.index(at)].count("\n") + 1
    assert expected in {fault.line for fault in hits if fault.file == case.file}, (expected, hits)
    assert all(str(fault).startswith(f"{fault.file}:{fault.line}: ") for fault in hits if fault.line)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("indicators/new.yml", "documents end in .yaml"),
        ("indicators/crime/new.yaml", "stands where no document is read; the places are"),
        ("indicator/new.yaml", "stands where no document is read"),
        ("returns/new.yaml", "must stand in the folder of its office: returns/<office>/new.yaml"),
    ],
)
def test_no_document_is_forgotten_in_silence(documents: Path, file: str, says: str) -> None:
    path = documents / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("indicator: new\n", encoding="utf-8")
    (fault,) = faults_of(documents)
    assert fault.file == file
    assert says in fault.message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty; a document must say what it describes"),
        (b"\xb2\xbb", "is not UTF-8 text (byte 0); save it as UTF-8"),
        (b"indicator: \x00", "is not valid YAML"),
        (b"- a\n- b\n", "valid dictionary"),
        (b"&a [*a]\n", "holds itself"),
        (b"a: 1\n---\nb: 2\n", "is not valid YAML"),
        (b"indicator: !!python/object/apply:os.getcwd []\n", "is not valid YAML"),
    ],
)
def test_what_is_no_document_is_a_sentence(documents: Path, content: bytes, says: str) -> None:
    (documents / TRAFFIC).write_bytes(content)
    faults = [fault for fault in faults_of(documents) if fault.file == TRAFFIC]
    assert any(says in fault.message for fault in faults), faults


def test_two_targets_may_not_hold_in_one_year(documents: Path) -> None:
    path = documents / "targets" / "safe_unit_share.yaml"
    text = path.read_text(encoding="utf-8")
    second = text[text.index("  - level") :].replace("50", "60", 1).replace('"2005"', '"2006"')
    path.write_text(text + second, encoding="utf-8")
    assert [fault.message.split(" in the")[0] for fault in faults_of(documents)] == [
        "two targets hold for a county",
        "two targets hold for a township",
    ]
    path.write_text(text.replace('from: "2005"', 'from: "2005"\n    until: "2005"') + second, encoding="utf-8")
    assert len(load(documents).targets["safe_unit_share"].targets) == 2


def test_postponements_name_what_exists(documents: Path) -> None:
    moved = '\n  - {table: recorded_crimes, period: "2004", due_on: 2005-02-28, because: {en: Snow., zh: 大雪。}}'
    moved += '\n  - {period: "2004", due_on: 2005-02-28, because: {en: Snow., zh: 大雪。}}'
    change(documents, "calendar.yaml", "postponements: []", f"postponements:{moved}")
    first, second = faults_of(documents)
    assert "unknown table recorded_crimes; did you mean `recorded_crime`?" in first.message
    assert "name one" in second.message
    assert second.line == first.line + 1


def test_the_same_table_in_two_offices(documents: Path) -> None:
    text = (documents / COURT).read_text(encoding="utf-8")
    (documents / "returns" / "justice" / "caseload.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults_of(documents)
    assert fault.message == "table caseload is already described in returns/courts/caseload.yaml"
