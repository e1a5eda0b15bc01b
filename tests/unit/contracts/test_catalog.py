"""What the loader makes of the documents: headers, areas, expected rows, and the relations that dbt reads."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load, tables
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.expression import side
from pipelines.home import PROJECT

KEYS = {
    "area": 1, "area_closure": 2, "office": 1, "return_table": 1, "due_level": 2, "breakdown": 2,
    "breakdown_part": 4, "measure": 2, "measure_part": 3, "rule": 2, "rule_term": 5, "agreement": 2,
    "agreement_term": 8, "reported": 2, "indicator": 1, "indicator_level": 2, "indicator_breakdown": 2,
    "indicator_term": 7, "indicator_meeting": 2, "target": 3, "postponement": 3, "correction": 1,
    "area_event": 1, "area_name": 2, "area_reshaped": 2, "series_break": 1, "series_break_scope": 3,
    "series_break_figure": 4, "revision_limit": 2,
}  # fmt: skip
"""How many of a relation's first columns tell its rows apart."""

TYPES = {"text": str, "int": int, "bigint": int, "bool": bool}


@pytest.mark.parametrize("name", tables.COLUMNS)
def test_rows_fit_their_columns_and_have_keys(catalog: Catalog, name: str) -> None:
    rows = tables.rows(catalog)[name]
    kinds = [TYPES[kind] for _, kind in tables.columns(name)]
    for row in rows:
        assert [type(value) for value in row] == kinds, row
    keys = [row[: KEYS[name]] for row in rows]
    assert len(set(keys)) == len(keys)


def test_a_formula_and_its_terms_agree(catalog: Catalog) -> None:
    rows = [row for row in tables.rows(catalog)["indicator_term"] if row[0] == "violent_crime_rate"]
    violent = [f"offence_class={code}" for code in ("homicide", "assault", "robbery")]
    assert [row[2:6] for row in rows] == [
        *(("numerator", "recorded_crime", "cases_recorded", breakdown) for breakdown in violent),
        ("denominator", "public_safety", "resident_population", TOTAL),
    ]


def test_titles_and_house_headers_are_headers(catalog: Catalog) -> None:
    table = catalog.returns["caseload"]
    accepted = table.measure("accepted")
    assert accepted is not None
    assert {"收案数", "Cases accepted", "cases filed"} <= set(accepted.aliases)
    assert "行政区划代码" in table.area.aliases
    assert "年度" in table.period.aliases
    assert "备注" in table.ignored_headers


def test_expected_rows_are_areas_times_codes(catalog: Catalog) -> None:
    areas, breakdowns = catalog.expected_rows(catalog.returns["recorded_crime"], "990101", "2004")
    assert (len(areas), areas[0], len(breakdowns), breakdowns[0]) == (17, "990101", 10, "offence_class=all")
    areas, breakdowns = catalog.expected_rows(catalog.returns["safety_survey"], "990101", "2004")
    assert (areas, breakdowns) == (["990101"], [TOTAL])


def test_areas_are_those_valid_at_the_end_of_the_period(documents: Path) -> None:
    path = documents / "codelists" / "area.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in (("Rowan Township,花楸乡,,", "Rowan Township,花楸乡,2005-07,"), ("刺柏乡,,", "刺柏乡,,2004")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    words = "{en: x, zh: 某}"
    (documents / "area_events" / "juniper_closed.yaml").write_text(
        "event: juniper_closed\nkind: close\narea: '990101010'\neffective: 2005-01-01\n"
        f"because: {words}\nsource: {words}\n",
        encoding="utf-8",
    )
    catalog = load(documents)
    assert (catalog.areas["990101015"].valid_from, catalog.areas["990101010"].valid_to) == (
        "2005-07-01",
        "2004-12-31",
    )
    table = catalog.returns["mediation"]
    before, after = (set(catalog.expected_rows(table, "990101", period)[0]) for period in ("2004", "2005"))
    assert (before - after, after - before) == ({"990101010"}, {"990101015"})


def test_a_dimension_not_named_stands_for_its_total(catalog: Catalog) -> None:
    def breakdowns(text: str) -> list[str]:
        return [one.breakdown for term in side(text) for one in catalog.resolve(term, None, None)]

    assert breakdowns("recorded_crime.suspects_dealt_with") == ["offence_class=all"]
    assert breakdowns("legal_education.eligible") == [
        "audience=cadres",
        "audience=employees",
        "audience=residents",
    ]
    assert breakdowns("areas.township") == [TOTAL]


def test_the_catalog_knows_the_bytes_it_read(catalog: Catalog) -> None:
    root = PROJECT / "data_contracts"
    assert set(catalog.sources.values()) < set(catalog.files)
    for file, digest in catalog.files.items():
        assert hashlib.sha256((root / file).read_bytes()).hexdigest() == digest
    assert {"programme.yaml", "calendar.yaml", "codelists/area.csv"} <= set(catalog.files)


def test_a_new_table_and_a_new_indicator_are_a_document_each(documents: Path) -> None:
    (documents / "returns" / "courts" / "judges.yaml").write_text(
        """
table: judges
office: courts
version: 1.0.0
title: {en: Judges, zh: 法官}
grain: {en: Each row is one county., zh: 每行是一个县。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county], from: "2004"}
measures:
  - {id: judges, title: {en: Judges, zh: 法官数}, unit: posts, over_time: last}
""",
        encoding="utf-8",
    )
    (documents / "indicators" / "cases_per_judge.yaml").write_text(
        """
indicator: cases_per_judge
title: {en: Cases per judge, zh: 法官人均结案数}
definition: {en: Cases concluded per judge., zh: 结案数与法官数之比。}
kind: flow_ratio
numerator: caseload.concluded
denominator: judges.judges
per: 1
""",
        encoding="utf-8",
    )
    catalog = load(documents)
    assert len(tables.rows(catalog)["return_table"]) == 14
    assert [term.times for term in catalog.sides(catalog.indicators["cases_per_judge"])[TOTAL][1]] == [1]
