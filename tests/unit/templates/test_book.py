"""A template as a file: pure function of the documents, what is open and locked, drop-downs, colours, properties."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.intake import read_xlsx, shape
from pipelines.intake.plan import Plan
from pipelines.intake.text import letters
from pipelines.templates import book
from pipelines.templates.asked import Asked, ask
from pipelines.templates.layout import Grid
from tests.filled import grids, sheet


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture(scope="module")
def asked(catalog: Catalog) -> Asked:
    return ask(catalog, "justice", catalog.returns["mediation"].due.start)


def opened(asked: Asked, language: str = "en") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(book.write(asked, language)))


def mediation(asked: Asked, workbook: Workbook, language: str = "en") -> tuple[Worksheet, Grid]:
    index = [table.table for table, _ in asked.tables].index("mediation")
    return sheet(workbook, index), grids(asked, language)[index]


def letter(layout: Grid, id: str) -> str:
    """The letters of a measure's column."""
    (number,) = (one.number for one in layout.figures if one.id == id)
    return letters(number)


def coloured(found: Worksheet) -> list[str]:
    """The formulas that colour cells of a sheet."""
    return [rule.formula[0] for ones in found.conditional_formatting for rule in ones.rules]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_documents_make_the_same_bytes(asked: Asked, language: str) -> None:
    assert book.write(asked, language) == book.write(asked, language)


def test_only_the_cells_to_fill_in_are_open(asked: Asked) -> None:
    found, layout = mediation(asked, opened(asked))
    open_ = {column.number for column in layout.figures}
    assert found.protection.sheet and not found.protection.password
    for row in found.iter_rows(min_row=1, max_row=layout.last):
        for cell in row:
            is_open = cell.row > layout.head and cell.column in open_
            assert cell.protection.locked is not is_open, cell.coordinate
    guide = opened(asked).worksheets[0]
    assert guide.protection.sheet
    assert len([cell for row in guide.iter_rows() for cell in row if not cell.protection.locked]) == 5


def test_areas_periods_and_classes_are_given(catalog: Catalog) -> None:
    period = catalog.returns["recorded_crime"].due.start
    asked = ask(catalog, "public_security", period, ["recorded_crime"])
    workbook, (layout,) = opened(asked, "zh"), grids(asked, "zh")
    rows = [[cell.value for cell in row] for row in sheet(workbook, 0).iter_rows(min_row=layout.head)]
    areas, breakdowns = catalog.expected_rows(catalog.returns["recorded_crime"], asked.unit, period)
    assert len(rows) - 1 == len(areas) * len(breakdowns)
    assert rows[0][:5] == ["区划代码", "地区名称（不读取）", "年度", "案件类别", "立案数"]
    assert [row[3] for row in rows[1:3]] == ["全部刑事案件", "故意杀人"]
    assert {row[2] for row in rows[1:]} == {period} and [row[0] for row in rows[1:]] == sorted(
        row[0] for row in rows[1:]
    )


def test_a_drop_down_offers_the_marks_and_says_the_limits(asked: Asked) -> None:
    workbook = opened(asked)
    found, layout = mediation(asked, workbook)
    for column in layout.figures:
        (one,) = [
            each for each in found.data_validations.dataValidation
            if f"{letters(column.number)}{layout.last}" in each.sqref
        ]  # fmt: skip
        assert (one.type, one.formula1, bool(one.showErrorMessage)) == ("list", "offered_mediation", False)
        assert one.promptTitle and one.prompt.startswith("A whole number from 0 to 1,000,000,000,000.")
    place = workbook.defined_names["offered_mediation"].attr_text
    name, _, cells = place.rpartition("!")
    offered = [row[0].value for row in workbook[name.strip("'")][cells.replace("$", "")]]
    assert offered == ["..", "-", "n/a", "保密"]
    assert workbook[name.strip("'")].sheet_state == "hidden"


def test_the_rules_of_the_contract_are_coloured(asked: Asked) -> None:
    found, layout = mediation(asked, opened(asked))
    formulas = coloured(found)
    whole, part = (letter(layout, id) for id in ("disputes_investigated", "disputes_settled"))
    row = layout.head + 1
    assert f"AND(COUNT(${whole}{row},${part}{row})=2,${part}{row}>${whole}{row})" in formulas, "part and whole"
    below = f"${whole}{row}<SUM(${whole}{row + 1}:${whole}{layout.last})"
    assert any(below in one for one in formulas), "an area and those below it"
    limits = f"{whole}{row}<0,${whole}{row}>1000000000000,${whole}{row}<>INT(${whole}{row})"
    assert any(limits in one for one in formulas), "limits"
    last = found.cell(row, layout.columns[-1].number).value
    assert "Disputes settled ≤ Disputes investigated" in last


def test_identities_are_coloured(catalog: Catalog) -> None:
    asked = ask(catalog, "courts", catalog.returns["caseload"].due.start, ["caseload"])
    formulas, (layout,) = coloured(sheet(opened(asked), 0)), grids(asked, "en")
    names = ("pending_at_start", "accepted", "concluded", "pending_at_end")
    start, come, gone, end = (f"${letter(layout, id)}{layout.head + 1}" for id in names)
    assert any(one.endswith(f"({start}+{come}-{gone})<>{end})") for one in formulas)


def test_totals_of_classes_are_coloured_where_they_add_up(catalog: Catalog) -> None:
    asked = ask(catalog, "public_security", catalog.returns["recorded_crime"].due.start, ["recorded_crime"])
    formulas, (layout,) = coloured(sheet(opened(asked), 0)), grids(asked, "en")
    first = layout.head + 1
    last = layout.head + len(layout.breakdowns)

    def total(id: str) -> str:
        return f"${letter(layout, id)}{first}<>SUM(${letter(layout, id)}{first + 1}:${letter(layout, id)}{last}))"

    assert any(one.endswith(total("cases_recorded")) for one in formulas)
    assert not any(total("suspects_dealt_with") in one for one in formulas), "one person may be in two classes"
    of_areas = {id: f"${letter(layout, id)}{first}<SUM(" for id in ("cases_recorded", "suspects_dealt_with")}
    found = {id for id, beginning in of_areas.items() if any(beginning in one for one in formulas)}
    assert found == {"cases_recorded"}, "and in two areas"


def test_a_bounded_share_of_two_columns_is_coloured(catalog: Catalog) -> None:
    asked = ask(catalog, "justice", catalog.returns["resettlement"].due.start, ["resettlement"])
    column = sheet(opened(asked), 0).max_column
    words = sheet(opened(asked), 0).cell(4, column).value
    assert "≤" in words


def test_headers_have_notes_with_units(asked: Asked) -> None:
    for language, unit in (("en", "Counted: villages and neighbourhoods"), ("zh", "计量单位：个（村、居）")):
        found, layout = mediation(asked, opened(asked, language), language)
        column = layout.column("villages_and_neighbourhoods")
        note = found.cell(layout.head, column.number).comment if column else None
        assert note and unit in note.text


def test_the_file_says_what_it_is(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(book.write(asked, "en"))
    properties = read_xlsx.read(str(path)).properties
    facts = {"yearbook_template": "1", "yearbook_office": "justice", "yearbook_period": asked.period}
    assert properties.items() >= (facts | {"yearbook_unit": asked.unit}).items()
    table = asked.catalog.returns["mediation"]
    digest = shape.digest(shape.shape(Plan(asked.catalog, table), asked.unit, asked.period))
    assert properties["yearbook_contract_mediation"] == f"{table.version} {digest}"
    assert "yearbook_table" not in properties


def test_the_guide_says_what_by_when_and_how(asked: Asked) -> None:
    words = "\n".join(str(cell.value) for row in opened(asked).worksheets[0].iter_rows() for cell in row)
    due = asked.tables[0][1].isoformat()
    for one in (
        "Justice Office",
        asked.unit,
        due,
        "People's mediation",
        "at least so many",
        "not collected",
        "invented",
    ):
        assert one in words


def test_the_name_is_that_of_the_pattern_without_the_day(catalog: Catalog, asked: Asked) -> None:
    assert book.file_name(asked) == f"justice_{asked.unit}_{asked.period}.xlsx"
    one = ask(catalog, "justice", asked.period, ["mediation"])
    assert book.file_name(one) == f"mediation_{asked.unit}_{asked.period}.xlsx"


def test_what_is_not_asked_for_in_a_period_has_no_column(catalog: Catalog, asked: Asked) -> None:
    for table, layout in zip(asked.tables, grids(asked, "en"), strict=True):
        wanted = [one.id for one in table[0].measures if one.asked_in(asked.period)]
        assert [column.id for column in layout.figures if column.kind == "measure"] == wanted
