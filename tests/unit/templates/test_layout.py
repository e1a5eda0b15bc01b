"""Layouts of unusual tables: intake takes what their templates hold once it is filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.intake.gate import Gate
from pipelines.intake.plan import Plan
from pipelines.intake.text import letters
from pipelines.templates import book
from pipelines.templates.asked import TemplateError, ask
from pipelines.templates.checks import checks
from pipelines.templates.layout import grid
from tests.filled import fact, grids, sheet
from tests.unit.intake.conftest import DOCUMENTS, all_findings

MONTHLY = """
table: monthly
office: police
version: 1.0.0
title: {en: "Months: of the counties", zh: 月报}
grain: {en: Each row is a county in a month., zh: 每行是一个县一个月。}
reporting_unit: province
due: {every: month, days_after_end: 31, areas: [county], from: "2003-01"}
period: {header: Year, calendar: roc, month: {header: Month, aliases: [月份]}}
status: {header: Phase, aliases: [阶段], codes: {Entwurf: provisional, "3": final}}
measures:
  - {id: cases, title: {en: Cases, zh: 案件}, unit: cases, over_time: sum}
  - {id: balance, title: {en: Balance, zh: 差额}, unit: cases, over_time: sum, signed: true}
  - {id: people, title: {en: People, zh: 人口}, unit: persons, over_time: last, fractional: true}
  - {id: later, title: {en: Later, zh: 以后}, unit: cases, over_time: sum, from: "2004-01"}
reported:
  - {id: rate, title: {en: Rate, zh: 比率}, decimals: 2}
"""
SINGLE = """
table: single
office: courts
version: 1.0.0
title: {en: Single, zh: 单表}
grain: {en: One row., zh: 一行。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county], from: "2000-07-01/P1Y"}
area: {fixed: "0101"}
measures:
  - {id: rounds, title: {en: Rounds, zh: 次数}, unit: rounds, over_time: sum}
format:
  missing: {}
  qualifiers: {}
"""
SHARES = {
    "indicators/within.yaml": """
indicator: within
title: {en: Concluded of accepted, zh: 结案占收案}
definition: {en: Part of the cases accepted., zh: 收案中的一部分。}
kind: census_share
numerator: caseload.concluded
denominator: caseload.accepted
""",
    "indicators/across.yaml": """
indicator: across
title: {en: Pending of accepted elsewhere, zh: 别表之比}
definition: {en: Sides in two tables., zh: 两张表。}
kind: census_share
numerator: caseload.pending_at_end
denominator: rates.accepted
""",
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = tmp_path_factory.mktemp("documents")
    returns = {"returns/police/monthly.yaml": MONTHLY, "returns/courts/single.yaml": SINGLE}
    for name, text in (DOCUMENTS | SHARES | returns).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return load(root)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("office", "table", "period", "figures"),
    [
        ("police", "monthly", "2003-03", [12, -4, 10.5, "1.25"]),
        ("courts", "single", "2001-07-01/P1Y", [3]),
        ("courts", "rates", "2004", [3, "#DIV/0!", "12,5"]),
    ],
)
def test_unusual_tables_are_taken(
    catalog: Catalog, tmp_path: Path, office: str, table: str, period: str, figures: list[object], language: str
) -> None:
    asked = ask(catalog, office, period, [table])
    path = tmp_path / book.file_name(asked)
    path.write_bytes(book.write(asked, language))
    workbook, (layout,) = openpyxl.load_workbook(path), grids(asked, language)
    for row, _, _ in layout.rows():
        for column, figure in zip(layout.figures, figures, strict=True):
            sheet(workbook, 0).cell(row, column.number).value = figure
    fact(workbook, "prepared_on", "2010-01-20")
    workbook.save(path)
    verdict, landings = Gate(catalog).judge(str(path), path.name, {}, "0" * 64, "2010-02-01")
    assert verdict.verdict == "accepted", all_findings(verdict)
    (landing,) = (landing for _, landing in landings)
    assert landing.period == period
    assert sum(len(run.values) for run in landing.runs()) == len(figures) * len(layout.rows())


def test_a_share_of_two_columns_shows_where_its_part_exceeds_its_whole(catalog: Catalog) -> None:
    (layout,) = grids(ask(catalog, "courts", "2004", ["caseload"], "0101"), "en")
    (found,) = (one for one in checks(layout)[2] if "the part" in one.words)
    assert found.words == "Concluded of accepted: the part ≤ the whole"
    accepted, concluded = (letters(one.number) for one in layout.figures if one.id in ("accepted", "concluded"))
    assert found.at(2) == f"AND(COUNT(${accepted}2,${concluded}2)=2,${concluded}2>${accepted}2)"


def test_years_are_written_as_the_contract_counts_them(catalog: Catalog) -> None:
    (layout,) = grids(ask(catalog, "police", "2003-03", ["monthly"]), "en")
    given = {one.kind: layout.words(one, *layout.rows()[0][1:]) for one in layout.columns[:-1] if not one.is_figure}
    assert (given["period"], given["month"], given["status"]) == ("92", "3", "3")


def test_a_unit_gets_the_tables_that_it_reports(catalog: Catalog) -> None:
    courts = replace(catalog, returns={id: one for id, one in catalog.returns.items() if id != "single"})
    for unit, table in (("0101", "caseload"), ("01", "rates")):
        assert [one.table for one, _ in ask(courts, "courts", "2004", unit=unit).tables] == [table]
    with pytest.raises(TemplateError, match="01 does not report caseload"):
        ask(courts, "courts", "2004", ["caseload", "rates"], "01")


def test_the_header_is_a_name_that_means_the_column_alone(catalog: Catalog) -> None:
    documents = load(PROJECT / "data_contracts")
    table = documents.returns["mediation"]
    first, second, *others = table.measures
    twins = table.model_copy(update={"measures": [first, second.model_copy(update={"title": first.title}), *others]})
    plan = Plan(replace(documents, returns=documents.returns | {table.table: twins}), twins)
    layout = grid(plan, "990101", table.due.start, "en")
    assert [one.header for one in layout.figures][:2] == [first.title.en, second.id]


def test_lines_stand_above_the_header_only_where_it_is_looked_for_below(catalog: Catalog) -> None:
    assert grids(ask(catalog, "courts", "2004", ["rates"]), "en")[0].head == 3
    assert grids(ask(catalog, "courts", "2004", ["caseload"], "0101"), "en")[0].head == 1
