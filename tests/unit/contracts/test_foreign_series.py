"""What documents of other offices' series may say, and what of it the loader refuses with file and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, ContractError, load, tables
from pipelines.contracts.periods import ending_in
from pipelines.validation.figures import not_negative
from pipelines.validation.rules import rules
from pipelines.warehouse import due
from tests.unit.validation.private import documents

CRIME = "returns/police/crime.yaml"
TABLE = """
table: crime
office: police
version: 1.0.0
title: {en: Crime, zh: 案件}
grain: {en: Each row is a class in an area., zh: 每行一类。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county], from: "2003", owed: false, complete: false}
area: {header: Town, within: [{header: County, position: 2}]}
dimensions: [{id: kind, codelist: kind}]
blocks: {dimension: kind, codes: [all, drugs]}
measures:
  - {id: recorded, title: {en: Recorded, zh: 立案}, unit: cases, over_time: sum}
  - {id: cleared, title: {en: Cleared, zh: 破案}, unit: cases, over_time: sum, part_of: recorded}
  - {id: balance, title: {en: Balance, zh: 差额}, unit: cases, over_time: sum, signed: true, maximum: 50}
reported:
  - {id: rate_printed, indicator: clearance}
  - {id: rate_kept, title: {en: Rate kept, zh: 原样比率}, position: 8}
file_names: ["crime-{year}"]
"""
INDICATOR = """
indicator: clearance
title: {en: Clearance, zh: 破案率}
definition: {en: Cleared of recorded., zh: 破案与立案之比。}
kind: flow_ratio
numerator: crime.cleared
denominator: crime.recorded
"""
Loaded = Callable[..., Catalog]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """The documents, with texts of the table or of its indicator changed."""

    def make(*changes: tuple[str, str]) -> Catalog:
        texts = {CRIME: TABLE, "indicators/clearance.yaml": INDICATOR}
        for old, new in changes:
            (name,) = (name for name, text in texts.items() if text.count(old) == 1)
            texts[name] = texts[name].replace(old, new)
        return load(documents(tmp_path / "documents", texts))

    return make


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("header: County,", "header: Town,", "header: Town", "the column Town stands twice"),
        ("position: 8", "position: 2", "position: 2}", "the position 2 is already that of County"),
        ("{header: Town,", "{fixed: '110101', header: Town,", "within:", "of one fixed area has no columns that say"),
        ("dimension: kind, codes", "dimension: kinds, codes", "blocks:", "of this table; did you mean `kind`?"),
        ("codes: [all, drugs]", "codes: [all, drugz]", "blocks:", "kind has no code drugz; did you mean `drugs`?"),
        ("codes: [all, drugs]", "codes: [all, all]", "blocks:", "the code all stands twice"),
        ("codes: [all, drugs]", "codes: [all]", "blocks:", "should have at least 2 items"),
        ("measures:\n", 'wide: [{pattern: "{measure}_{kind}"}]\nmeasures:\n', "blocks:", "leave out `blocks`"),
        ("part_of: recorded", "part_of: balance", "part_of", "cleared is part_of balance, which is signed"),
        ("signed: true", "signed: true, part_of: recorded", "signed", "a balance is part of nothing"),
        ("title: {en: Rate kept, zh: 原样比率}, ", "", "rate_kept", "rate_kept has no indicator; give it a title"),
        ("indicator: clearance}", "indicator: clearence}", "rate_printed", "unknown indicator clearence"),
        ("dimensions: [", "period: {header: Y, month: {header: M}}\ndimensions: [", "period:", "due every month"),
        ("dimensions: [", "period: {header: Y, month: {header: Y}}\ndimensions: [", "period:", "Y stands twice"),
        ("dimensions: [", "status: {header: Town, codes: {a: final}}\ndimensions: [", "status:", "Town stands twice"),
        ("dimensions: [", "status: {header: S, codes: {}}\ndimensions: [", "status:", "should have at least 1 item"),
        ("dimensions: [", "status: {header: S, codes: {a: open}}\ndimensions: [", "status:", "be 'final' or"),
        ("kind: flow_ratio", "kind: flow_ratio\nfrequency: Q", "frequency", "should be 'A' or 'M'"),
        ("every: year", "every: month", "file_names", "{year} is the year in which a period of a year ends"),
        ("crime-{year}", "crime-{year}-{period}", "file_names", "{year} is the year in which a period of a year ends"),
        ("numerator: crime.cleared", "numerator: crime.balance", "numerator:", "crime.balance is signed, a balance"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses(loaded: Loaded, old: str, new: str, at: str, says: str) -> None:
    with pytest.raises(ContractError) as caught:
        loaded((old, new))
    hits = [fault for fault in caught.value.faults if says in fault.message]
    assert hits, str(caught.value)
    text = (TABLE if hits[0].file == CRIME else INDICATOR).lstrip().replace(old, new)
    assert at in text.splitlines()[hits[0].line - 1], (hits[0], text.splitlines()[hits[0].line - 1])


def test_a_table_without_anything_to_read(loaded: Loaded) -> None:
    measures = TABLE[TABLE.index("measures:") : TABLE.index("file_names")]
    with pytest.raises(ContractError, match="neither `measures` nor `reported`"):
        loaded((measures, ""))


def test_a_series_that_nobody_owes_is_never_due_and_has_no_expected_areas(loaded: Loaded) -> None:
    catalog = loaded()
    table = catalog.returns["crime"]
    assert not list(due.periods(table, date.max))
    owed = table.model_copy(update={"due": table.due.model_copy(update={"owed": True})})
    assert next(due.periods(owed, date.max)).text == "2003"
    rows = tables.rows(catalog)
    assert not [row for row in rows["due_level"] if row[0] == "crime"]
    assert {row[0]: row[-1] for row in rows["return_table"]}["crime"] is False


def test_a_rate_that_nothing_makes_is_held_against_nothing(loaded: Loaded) -> None:
    catalog = loaded()
    assert {rule.subject for rule in rules(catalog) if rule.kind == "reported"} == {"crime.rate_printed"}
    assert [row[2] for row in tables.rows(catalog)["reported"]] == ["clearance", ""]


def test_a_table_of_printed_rates_alone_has_one_rule(loaded: Loaded) -> None:
    catalog = loaded()
    table = catalog.returns["crime"].model_copy(update={"measures": [], "reported": []})
    alone = Catalog(
        catalog.programme, catalog.calendar, {"crime": table}, {}, {}, catalog.codelists, sources=catalog.sources
    )
    assert [rule.id for rule in rules(alone) if rule.subject == "crime"] == ["crime__all_accepted_stand"]


def test_a_period_by_the_year_in_which_it_ends() -> None:
    assert ending_in(2019, "2010-07-01/P1Y") == "2018-07-01/P1Y"
    assert ending_in(2019, "2010") == "2019"


@pytest.mark.parametrize(
    ("measure", "value", "origin", "decided", "holds"),
    [
        ("recorded", -1, "delivered", True, False),
        ("recorded", 0, "summed", True, True),
        ("balance", -50, "delivered", True, True),
        ("balance", -51, "delivered", True, False),
        ("balance", -51, "summed", False, True),
    ],
)
def test_a_balance_is_held_against_its_own_bound(
    loaded: Loaded, measure: str, value: int, origin: str, decided: bool, holds: bool
) -> None:
    (rule,) = (rule for rule in rules(loaded()) if rule.id == "crime__not_negative")
    assert rule.compare == "at_least"
    sql, parameters = not_negative(rule)
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.mart_observation as select 'crime' as table_id, ? as measure_id, 'a' as area_code, "
            "'2004' as period, '_T' as breakdown, 2004 as year, ? as value, 'A' as obs_status, ? as origin",
            [measure, value, origin],
        )
        connection.execute(
            "create temp table doc_measure as select 'crime' as table_id, measure_id, "
            "measure_id = 'balance' as signed, 50 as maximum from (values ('recorded'), ('balance')) t(measure_id)"
        )
        found = connection.execute(f'select "left", "right", explained from ({sql})', parameters).fetchone()
    assert found is not None
    left, right, explained = found
    assert (right is not None, explained) == (decided, True)
    assert right is None or (left >= right) == holds
