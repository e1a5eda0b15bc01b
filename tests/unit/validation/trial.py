"""A small set of documents in which each kind of rule occurs once, for tests of validation and release."""

from __future__ import annotations

import textwrap
from pathlib import Path

DOCUMENTS = {
    "programme.yaml": """
        programme: trial
        title: {en: A trial, zh: 试验}
        publisher: {en: Nobody, zh: 无}
        contact:
          office: {en: "Desk of A & B", zh: 统计台}
          mail: desk@trial.example.org
          phone: "+86 10 0000 0000"
          web: https://trial.example.org/desk
        fictitious: true
        offices:
          - {id: police, title: {en: Police, zh: 公安}}
          - {id: courts, title: {en: Courts, zh: 法院}}
        levels: [county, township]
        """,
    "calendar.yaml": "time_zone: Asia/Shanghai\n",
    "codelists/area.csv": """
        code,parent,level,name_en,name_zh
        110101,,county,East County,东县
        110101001,110101,township,First Town,一镇
        110101002,110101,township,Second Town,二镇
        """,
    "codelists/kind.csv": """
        code,parent,name_en,name_zh
        all,,All,合计
        drugs,all,Drugs,毒品
        other,all,Other,其他
        """,
    "returns/police/crime.yaml": """
        table: crime
        office: police
        version: 1.0.0
        title: {en: Crime, zh: 案件}
        grain: {en: Each row is a class in an area., zh: 每行一类。}
        reporting_unit: county
        due: {every: year, days_after_end: 31, areas: [county, township], from: "2003"}
        dimensions: [{id: kind, codelist: kind}]
        measures:
          - {id: recorded, title: {en: Recorded, zh: 立案}, unit: cases, over_time: sum, maximum: 5000,
             change_limit: {percent: 50, base: 100, because: {en: Not by half., zh: 不过半。}}}
          - {id: cleared, title: {en: Cleared, zh: 破案}, unit: cases, over_time: sum, part_of: recorded}
        reported:
          - {id: rate_printed, indicator: clearance, decimals: 1}
        agreements:
          - id: cleared_of_each_kind
            check: cleared <= recorded
            by: kind
            because: {en: Of each kind., zh: 各类都是。}
        """,
    "returns/courts/caseload.yaml": """
        table: caseload
        office: courts
        version: 1.0.0
        title: {en: Caseload, zh: 案件量}
        grain: {en: Each row is a court in a year., zh: 每行一个法院。}
        reporting_unit: county
        due: {every: year, days_after_end: 31, areas: [county], from: "2003"}
        measures:
          - {id: pending_at_start, title: {en: Pending, zh: 旧存}, unit: cases, over_time: first}
          - {id: accepted, title: {en: Accepted, zh: 收案}, unit: cases, over_time: sum}
          - {id: concluded, title: {en: Concluded, zh: 结案}, unit: cases, over_time: sum}
          - {id: pending_at_end, title: {en: Left, zh: 未结}, unit: cases, over_time: last}
        rules:
          - id: flow
            check: pending_at_start + accepted - concluded = pending_at_end
            because: {en: What comes in goes out or stays., zh: 收支平衡。}
        agreements:
          - id: prosecuted
            check: accepted <= crime.cleared[kind=all]
            because: {en: The courts take up what was cleared., zh: 法院收案不多于破案。}
        """,
    "corrections/misread.yaml": """
        correction: misread
        table: caseload
        measure: accepted
        area: "110101"
        period: "2004"
        expect: 99
        value: 100
        reason: correction
        because: {en: A 9 was read for a 0., zh: 把0误读为9。}
        decided_by: Registry
        decided_on: 2005-02-01
        """,
    "indicators/clearance.yaml": """
        indicator: clearance
        title: {en: Clearance, zh: 破案率}
        definition: {en: Cleared of recorded., zh: 破案比立案。}
        kind: proportion
        numerator: crime.cleared[kind=all]
        denominator: crime.recorded[kind=all]
        plausible: {min: 20, max: 99.5, because: {en: Nobody clears all., zh: 不可能全破。}}
        """,
    "targets/clearance.yaml": """
        indicator: clearance
        targets:
          - level: [county, township]
            operator: ">="
            value: 60.3
            source_wording: {en: more than three in five, zh: 六成以上}
        """,
    "indicators/good_towns.yaml": """
        indicator: good_towns
        title: {en: Good towns, zh: 达标乡镇}
        definition: {en: Towns that clear enough., zh: 破案达标乡镇。}
        kind: share_of_areas
        level: township
        meeting: [clearance]
        levels: [county]
        """,
    "indicators/recorded_change.yaml": """
        indicator: recorded_change
        title: {en: Change, zh: 变化}
        definition: {en: Against last year., zh: 同比。}
        kind: change
        numerator: crime.recorded[kind=all]
        decimals: 0
        """,
    "indicators/cases_accepted.yaml": """
        indicator: cases_accepted
        title: {en: Accepted, zh: 收案}
        definition: {en: Accepted., zh: 收案。}
        kind: count
        numerator: caseload.accepted
        decimals: 0
        levels: [county]
        """,
}


def documents(folder: Path, changes: dict[str, str] | None = None, without: tuple[str, ...] = ()) -> Path:
    """Writes the documents (with `changes`: path -> text) below `folder`."""
    for name, text in (DOCUMENTS | (changes or {})).items():
        if name in without:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder
