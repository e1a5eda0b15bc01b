"""Which tables a template holds, and a sentence where none can be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.contracts import Catalog, load
from pipelines.contracts.periods import shift
from pipelines.contracts.returns import AreaColumn, Due, OuterColumn, Return
from pipelines.home import PROJECT
from pipelines.templates.asked import TemplateError, ask


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture(scope="module")
def start(catalog: Catalog) -> str:
    return catalog.returns["mediation"].due.start


def changed(catalog: Catalog, table: str, **fields: object) -> Catalog:
    """The documents with other fields of one return."""
    return replace(catalog, returns=catalog.returns | {table: catalog.returns[table].model_copy(update=fields)})


def due(table: Return, **fields: object) -> Due:
    return table.due.model_copy(update=fields)


def test_all_tables_of_an_office_are_asked_for(catalog: Catalog, start: str) -> None:
    for name in ("justice", "司法局", "Justice Office"):
        found = ask(catalog, name, start)
        own = [one.table for one in catalog.returns.values() if one.office == "justice"]
        assert [table.table for table, _ in found.tables] == own
        assert (found.office, found.period, found.unit) == ("justice", start, "990101")


def test_one_table_is_asked_for_by_its_id_or_title(catalog: Catalog, start: str) -> None:
    for name in ("mediation", "人民调解情况"):
        assert [table.table for table, _ in ask(catalog, "justice", start, [name]).tables] == ["mediation"]


@pytest.mark.parametrize(
    ("office", "tables", "unit", "words"),
    [
        ("nobody", [], "", "There is no office 'nobody'; known are public_security, courts"),
        ("justice", ["caseload"], "", "justice owes no table 'caseload'; its tables are legal_education"),
        ("justice", ["zzz"], "", "justice owes no table 'zzz'"),
        ("justice", [], "99", "'99' reports none of these tables"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(
    catalog: Catalog, start: str, office: str, tables: list[str], unit: str, words: str
) -> None:
    with pytest.raises(TemplateError) as error:
        ask(catalog, office, start, tables, unit)
    assert words in str(error.value)


def test_a_year_before_the_first_and_one_after_the_last(catalog: Catalog, start: str) -> None:
    last = catalog.returns["mediation"].due.until
    assert last
    for year in (shift(start, -1), shift(last, 1)):
        with pytest.raises(
            TemplateError, match=rf"for {year}: due are .*mediation for every year from {start} to {last}"
        ):
            ask(catalog, "justice", year)
    with pytest.raises(TemplateError, match="is not a period"):
        ask(catalog, "justice", "soon")


def test_months_are_asked_for_one_by_one(catalog: Catalog, start: str) -> None:
    table = catalog.returns["mediation"]
    monthly = changed(catalog, "mediation", due=due(table, every="month", start=f"{start}-01", until=None))
    assert "mediation" not in [one.table for one, _ in ask(monthly, "justice", start).tables]
    assert [one.table for one, _ in ask(monthly, "justice", f"{start}-03").tables] == ["mediation"]
    with pytest.raises(TemplateError, match=r"every month from .* Ask for a month like YYYY-MM"):
        ask(monthly, "justice", start, ["mediation"])


def test_different_periods_need_a_choice(catalog: Catalog, start: str) -> None:
    table = catalog.returns["mediation"]
    courtly = changed(catalog, "mediation", due=due(table, start=f"{shift(start, -1)}-07-01/P1Y", until=None))
    with pytest.raises(TemplateError, match=r"different periods .* --table"):
        ask(courtly, "justice", start)
    assert ask(courtly, "justice", start, ["mediation"]).period == f"{shift(start, -1)}-07-01/P1Y"


def test_several_units_need_a_choice(catalog: Catalog, start: str) -> None:
    several = changed(catalog, "mediation", reporting_unit="township")
    with pytest.raises(TemplateError, match=r"areas report .* --unit: 990101001 Alder Subdistrict"):
        ask(several, "justice", start, ["mediation"])
    assert ask(several, "justice", start, ["mediation"], "990101001").unit == "990101001"


def test_tables_nobody_owes_and_rows_nobody_knows(catalog: Catalog, start: str) -> None:
    table = catalog.returns["mediation"]
    with pytest.raises(TemplateError, match="it owes no returns"):
        ask(changed(catalog, "mediation", due=due(table, owed=False)), "justice", start, ["mediation"])
    with pytest.raises(TemplateError, match="its areas come and go"):
        ask(changed(catalog, "mediation", due=due(table, complete=False)), "justice", start, ["mediation"])
    outer = AreaColumn(within=[OuterColumn(header="State")])
    with pytest.raises(TemplateError, match=r"names around them \(State\)"):
        ask(changed(catalog, "mediation", area=outer), "justice", start, ["mediation"])
