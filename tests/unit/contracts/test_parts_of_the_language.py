"""Positions, spans of measures, codes of a table, agreements by a dimension: taken, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, ContractError, load, tables
from pipelines.contracts.codelists import Codelist, Item
from pipelines.contracts.periods import within
from pipelines.contracts.rules import resolved
from pipelines.home import PROJECT
from tests.unit.validation.private import documents

CRIME = "returns/police/crime.yaml"
TABLE = """
table: crime
office: police
version: 1.0.0
title: {en: Crime, zh: 案件}
grain: {en: Each row is a class in an area., zh: 每行一类。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county, township], from: "2003"}
dimensions:
  - id: kind
    codelist: kind
    codes: [all, drugs]
    optional: [drugs]
measures:
  - {id: recorded, title: {en: Recorded, zh: 立案}, unit: cases, over_time: sum, fully_allocable: true}
  - {id: cleared, title: {en: Cleared, zh: 破案}, unit: cases, over_time: sum, part_of: recorded}
  - id: residents
    title: {en: Residents, zh: 人口}
    unit: persons
    over_time: last
    additive_over_areas: false
    position: 7
    from: "2004"
    until: "2005"
reported:
  - {id: rate_printed, indicator: clearance, position: 8}
agreements:
  - id: as_registered
    check: recorded >= register.entries
    by: kind
    because: {en: Every entry was recorded., zh: 登记的都立了案。}
"""
REGISTER = """
table: register
office: courts
version: 1.0.0
title: {en: Register, zh: 登记}
grain: {en: Each row is a class in an area., zh: 每行一类。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county], from: "2003"}
dimensions: [{id: kind, codelist: kind, codes: [drugs, other]}]
measures:
  - {id: entries, title: {en: Entries, zh: 登记数}, unit: cases, over_time: sum, additive_over: []}
"""
Loaded = Callable[..., Catalog]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """The documents, with texts of the table changed."""

    def make(*changes: tuple[str, str]) -> Catalog:
        text = TABLE
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        register = {"returns/courts/register.yaml": REGISTER}
        return load(documents(tmp_path / "documents", {CRIME: text, **register}))

    return make


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("position: 8", "position: 7", "position: 7}", "the position 7 is already that of residents"),
        ("position: 7", "position: 0", "position: 0", "should be greater than or equal to 1"),
        ('until: "2005"', 'until: "2003"', "until:", "`until` 2003 lies before `from` 2004"),
        ('from: "2004"', 'from: "2004-01"', 'from: "2004-01"', '2004-01 is not a year; write a period like "2004"'),
        ('from: "2004"', "from: 2004", "from: 2004", "put it in quotes"),
        ("codes: [all, drugs]", "codes: [all, drugz]", "codes:", "kind has no code drugz; did you mean `drugs`?"),
        ("codes: [all, drugs]", "codes: [all, drugs, all]", "codes:", "the code all stands twice"),
        ("optional: [drugs]", "optional: [other]", "optional:", "kind has no code other"),
        ("fully_allocable: true", "fully_allocable: true, additive_over_areas: false", "fully", "cannot be fully"),
        ("by: kind", "by: kinds", "check:", "is by kinds, which crime does not have; did you mean `kind`?"),
        ("by: kind", "by: area_code", "check:", "is by area_code, which register does not have"),
        (
            "recorded >= register.entries",
            "recorded[kind=all] >= register.entries[kind=other]",
            "check:",
            "names the kind of every term; leave out the filters, or `by`",
        ),
        ("codes: [all, drugs]\n    optional: [drugs]", "codes: [all]", "check:", "of which its tables share no code"),
        ("    by: kind\n", "", "check:", "register.entries does not add up over kind"),
        ("register.entries", "caseload.accepted", "check:", "is by kind, which caseload does not have"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses(loaded: Loaded, old: str, new: str, at: str, says: str) -> None:
    with pytest.raises(ContractError) as caught:
        loaded((old, new))
    hits = [fault for fault in caught.value.faults if says in fault.message]
    assert hits, str(caught.value)
    lines = TABLE.lstrip().replace(old, new).splitlines()
    assert at in lines[hits[0].line - 1], (hits[0], lines[hits[0].line - 1])
    assert hits[0].file == CRIME


def test_the_codes_of_a_table_are_all_that_anyone_sees_of_the_list(loaded: Loaded) -> None:
    catalog = loaded()
    assert list(catalog.dimensions("crime")["kind"].items) == ["all", "drugs"]
    assert list(catalog.dimensions("register")["kind"].items) == ["drugs", "other"]
    rows = tables.rows(catalog)
    assert [row[1] for row in rows["breakdown"] if row[0] == "crime"] == ["kind=all", "kind=drugs"]
    assert not rows["breakdown_part"], "with a part left out, the others do not make the total"
    assert not rows["measure_part"]
    assert catalog.expected_rows(catalog.returns["crime"], "110101", "2004")[1] == ["kind=all"]


def test_a_list_cut_down_keeps_families_whole_or_not_at_all() -> None:
    tree = {"a": "", "b": "a", "c": "b", "d": "b", "e": "a"}
    whole = Codelist("x", {code: Item(code, parent, code, code) for code, parent in tree.items()})
    assert whole.only(["a", "b", "c", "e"]).parts == {"a": ("b", "e")}
    without_b = whole.only(["a", "c", "d", "e"])
    assert without_b.items["c"].parent == "a"
    assert (without_b.parts, without_b.total) == ({}, "a")
    assert whole.only(list(tree)).parts == whole.parts


def test_an_agreement_by_a_dimension_is_held_for_the_codes_that_all_its_tables_have(loaded: Loaded) -> None:
    catalog = loaded()
    table = catalog.returns["crime"]
    found = [
        (code, *(side[0].breakdown for side in sides)) for code, *sides in resolved(catalog, table, table.agreements[0])
    ]
    assert found == [("drugs", "kind=drugs", "kind=drugs")]
    rows = tables.rows(catalog)
    assert [row[0::6] for row in rows["agreement"] if row[0] == "as_registered"] == [("as_registered", "kind")]
    assert {row[2] for row in rows["agreement_term"] if row[0] == "as_registered"} == {"drugs"}


def test_a_filtered_term_stays_what_it_is_for_every_code(loaded: Loaded) -> None:
    catalog = loaded(("recorded >= register.entries", "cleared <= recorded[kind=all]"))
    table = catalog.returns["crime"]
    found = {
        code: [side[0].breakdown for side in sides] for code, *sides in resolved(catalog, table, table.agreements[0])
    }
    assert found == {"all": ["kind=all", "kind=all"], "drugs": ["kind=drugs", "kind=all"]}


def test_spans_are_days_where_others_join_them(loaded: Loaded) -> None:
    columns = [name for name, _ in tables.columns("measure")]
    rows = [dict(zip(columns, row, strict=True)) for row in tables.rows(loaded())["measure"]]
    spans = {row["measure_id"]: (row["valid_from"], row["valid_to"]) for row in rows if row["table_id"] == "crime"}
    assert spans == {"recorded": ("", ""), "cleared": ("", ""), "residents": ("2004-01-01", "2005-12-31")}


def test_within() -> None:
    assert within("2004", None, None)
    assert within("2004-07", "2004", "2004")
    assert not within("2003-12", "2004", None)
    assert not within("2004-07/P1Y".replace("-07", "-07-01"), None, "2004")


def test_a_measure_s_own_revision_limit_goes_before_that_of_its_table() -> None:
    found = load(PROJECT / "data_contracts")
    table = found.returns["recorded_crime"]
    assert table.revision_limit is not None
    own = table.revision_limit.model_copy(update={"factor": 3, "floor": 0})
    measures = [
        m.model_copy(update={"revision_limit": own if m.id == "cases_cleared" else None}) for m in table.measures
    ]
    changed = table.model_copy(update={"measures": measures})
    rows = tables.rows(replace(found, returns={**found.returns, "recorded_crime": changed}))["revision_limit"]
    assert {row[1]: row[2:4] for row in rows if row[0] == "recorded_crime"} == {
        m.id: (3, 0) if m.id == "cases_cleared" else (table.revision_limit.factor, table.revision_limit.floor)
        for m in table.measures
    }
