"""The documents of a forest: two sensitive families over many small hierarchies, and a public population.

`sentence` has seven linked figures (a total of four classes; a part of it and the rest, in a table of their own);
`release` two, where that there is none of the part tells as much as a small figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

CLASSES = ("a1", "a2", "a3", "a4")
LEVELS = ("province", "county", "township")

_TEXTS = {
    "programme.yaml": """
        programme: forest
        title: {en: A forest, zh: 森林}
        publisher: {en: Nobody, zh: 无}
        fictitious: true
        offices:
          - {id: courts, title: {en: Courts, zh: 法院}}
          - {id: justice, title: {en: Justice, zh: 司法}}
          - {id: police, title: {en: Police, zh: 公安}}
        levels: [province, county, township]
        confidentiality: {threshold: 5}
        """,
    "calendar.yaml": "time_zone: Asia/Shanghai\n",
    "returns/courts/sentences.yaml": """
        table: sentences
        office: courts
        version: 1.0.0
        title: {en: Sentences, zh: 判决}
        grain: {en: Each row is an area and a class in a year., zh: 每行一个地区一类。}
        reporting_unit: province
        due: {every: year, days_after_end: 31, areas: [province, county, township], from: "2000"}
        dimensions: [{id: kind, codelist: kind}]
        measures:
          - id: sentenced
            title: {en: Sentenced, zh: 判处}
            unit: persons
            over_time: none
            sensitive: true
            family: sentence
        """,
    "returns/courts/outcomes.yaml": """
        table: outcomes
        office: courts
        version: 1.0.0
        title: {en: Outcomes, zh: 刑罚}
        grain: {en: Each row is an area in a year., zh: 每行一个地区。}
        reporting_unit: province
        due: {every: year, days_after_end: 31, areas: [province, county, township], from: "2000"}
        measures:
          - id: suspended
            title: {en: Suspended, zh: 缓刑}
            unit: persons
            over_time: none
            sensitive: true
            family: sentence
          - id: served
            title: {en: Served, zh: 实刑}
            unit: persons
            over_time: none
            sensitive: true
            family: sentence
        agreements:
          - id: suspended_or_served
            check: suspended + served = sentences.sentenced
            because: {en: A sentence is suspended or served., zh: 非缓即实。}
        """,
    "returns/justice/release.yaml": """
        table: release
        office: justice
        version: 1.0.0
        title: {en: Release, zh: 释放}
        grain: {en: Each row is an area in a year., zh: 每行一个地区。}
        reporting_unit: province
        due: {every: year, days_after_end: 31, areas: [province, county, township], from: "2000"}
        measures:
          - {id: released, title: {en: Released, zh: 释放}, unit: persons, over_time: none, sensitive: true}
          - id: resettled
            title: {en: Resettled, zh: 安置}
            unit: persons
            over_time: none
            part_of: released
            sensitive: true
            zero_sensitive: true
        """,
    "returns/police/people.yaml": """
        table: people
        office: police
        version: 1.0.0
        title: {en: People, zh: 人口}
        grain: {en: Each row is an area in a year., zh: 每行一个地区。}
        reporting_unit: province
        due: {every: year, days_after_end: 31, areas: [province, county, township], from: "2000"}
        measures:
          - {id: residents, title: {en: Residents, zh: 居民}, unit: persons, over_time: last}
        """,
    "indicators/suspended_share.yaml": """
        indicator: suspended_share
        title: {en: Share suspended, zh: 缓刑率}
        definition: {en: Suspended of sentenced., zh: 缓刑比判处。}
        kind: flow_ratio
        numerator: outcomes.suspended
        denominator: sentences.sentenced
        """,
    "indicators/sentenced_rate.yaml": """
        indicator: sentenced_rate
        title: {en: Sentenced per 10000 residents, zh: 判处率}
        definition: {en: Sentenced of residents., zh: 判处比居民。}
        kind: rate_per_n
        numerator: sentences.sentenced
        denominator: people.residents
        per: 10000
        decimals: 2
        across_offices: true
        """,
    "indicators/resettlement_rate.yaml": """
        indicator: resettlement_rate
        title: {en: Resettlement rate, zh: 安置率}
        definition: {en: Resettled of released., zh: 安置比释放。}
        kind: proportion
        numerator: release.resettled
        denominator: release.released
        """,
    "targets/resettlement_rate.yaml": """
        indicator: resettlement_rate
        targets:
          - level: [county, township]
            operator: ">="
            value: 90
            source_wording: {en: over 90 per cent, zh: 达90%以上}
        rank_in_parent: higher_is_better
        """,
    "codelists/kind.csv": "code,parent,name_en,name_zh\nall,,All,合计\n"
    + "".join(f"{code},all,Class {code},{code}类\n" for code in CLASSES),
}


def write(folder: Path, areas: Iterable[tuple[str, str, str]]) -> Path:
    """Writes the documents with these areas (code, parent, level). Returns the folder."""
    rows = [f"{code},{parent},{level},Area {code},地区{code}\n" for code, parent, level in areas]
    area = "code,parent,level,name_en,name_zh\n" + "".join(rows)
    for place, text in {**_TEXTS, "codelists/area.csv": area}.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder
