"""The yearbook as a workbook: every figure as the marts have it, nothing that a spreadsheet could take for more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.messages import LANGUAGES
from pipelines.release import edition, manifest, publish
from pipelines.release.database import DATABASE
from pipelines.release.forms import workbook
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source
from tests.unit.release.conftest import Line
from tests.unit.release.forms import books
from tests.unit.release.test_explanations import RULE, explained, one

CELL = "table_id = 'crime' and breakdown = 'kind=drugs' and measure_id = 'recorded' and area_code = '110101'"
RATE = "indicator_id = 'clearance' and area_code = '110101001' and year = 2004"


@contextmanager
def source(folder: Path, **said: Any) -> Iterator[Facts]:
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        yield Facts(Source(folder, load(folder / "documents"), connection, manifest.read(folder) | said))


def marts(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_is_one_table_as_the_guidance_asks(line: Line, language: str) -> None:
    found = books.book(line.publish().folder, language)
    names = [sheet.title for sheet in found.worksheets]
    assert len({name.casefold() for name in names}) == len(names) > 10
    marked = [name for sheet in found.worksheets for name in sheet.tables]
    assert len({name.casefold() for name in marked}) == len(marked) == len(names) - 1, "all but the cover"
    for sheet in found.worksheets:
        assert len(sheet.title) <= 31 and not set(sheet.title) & set("\\/?*[]:'"), sheet.title
        assert not sheet.merged_cells.ranges and sheet["A1"].value, sheet.title
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        blank = [row[0].row for row in sheet.iter_rows() if all(cell.value is None for cell in row)]
        blank += [column[0].column for column in sheet.iter_cols() if all(cell.value is None for cell in column)]
        assert blank == [] or all(column[0].value for column in sheet.iter_cols(min_row=4, max_row=4)), sheet.title
    for sheet in found.worksheets[1:]:
        (table,) = sheet.tables.values()
        left, top, right, bottom = books.range_boundaries(table.ref)
        assert (left, right, bottom) == (1, sheet.max_column, sheet.max_row), sheet.title
        assert sheet.freeze_panes and sheet.print_title_rows == f"${top}:${top}", sheet.title
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9, sheet.title
        assert all(column.width for column in sheet.column_dimensions.values())


def test_contents_lead_to_every_sheet_and_back(line: Line) -> None:
    found = books.book(line.publish().folder)
    names = [sheet.title for sheet in found.worksheets]
    links = {cell.hyperlink.location: cell for cell in books.cells(found) if cell.hyperlink}
    assert {name.partition("!")[0].strip("'") for name in links} == set(names[1:]), "the cover is where one begins"
    leading = [cell.value for cell in books.cells(found) if cell.hyperlink and cell.parent.title == "Contents"]
    assert leading == names[2:]
    assert all(cell.hyperlink.target is None for cell in links.values()), "none leads out of the file"


def test_names_of_tables_are_the_same_in_every_language(line: Line) -> None:
    folder = line.publish().folder
    one, other = ([*books.tables(books.book(folder, language))] for language in LANGUAGES)
    assert one == other and {"overview", "indicator_clearance", "return_crime", "coverage", "checks"} <= set(one)


def test_every_cell_of_the_indicators_is_what_the_mart_says(line: Line) -> None:
    folder = line.publish().folder
    book = books.book(folder)
    assert books.rounded(book, "indicator_", "return_") == [], "no digit hides behind those that are shown"
    found = books.tables(book)
    seen: Counter[str] = Counter()
    rows = marts(folder, "select indicator_id, area_code, period, value_text, obs_status from mart_indicator")
    for id, area, period, text, status in rows:
        of = {} if id != "recorded_change" else {"Unit": "per cent"}
        shown = found[f"indicator_{id}"].row(**{"Area code": area} | of)[period]
        assert shown == (text or {"M": "[z]", "O": "[x]"}[status]), (id, area, period)
        seen[id] += 1
    assert set(seen) == {name.removeprefix("indicator_") for name in found if name.startswith("indicator_")}
    assert min(seen.values()) >= 2


def test_every_cell_of_the_returns_is_what_the_mart_says(line: Line) -> None:
    folder = line.publish().folder
    found = books.tables(books.book(folder))
    labels = {
        "_T": {},
        "kind=all": {"Class": "All"},
        "kind=drugs": {"Class": "Drugs"},
        "kind=other": {"Class": "Other"},
    }
    rows = marts(
        folder,
        "select table_id, measure_id, breakdown, period, value from mart_observation where area_code = '110101'",
    )
    for table, id, breakdown, period, value in rows:
        measure = line.catalog.returns[table].measure(id)
        assert measure is not None
        row = found[f"return_{table}"].row(**labels[breakdown] | {"Figure": measure.title.en})
        assert row[period] == str(value), (table, id, period)
    assert len(rows) == 20


def test_a_figure_that_is_missing_has_a_mark_and_a_reason(line: Line) -> None:
    none = "value = null, value_text = '', headline_text = ''"
    folder = line.publish(
        "run1",
        f"update mart_indicator set {none}, obs_status = 'Q', reason = 'confidential' where {RATE}",
        f"update mart_indicator set {none}, obs_status = 'O', reason = 'vanished' "
        "where indicator_id = 'clearance' and area_code = '110101002' and year = 2003",
        "update mart_indicator set obs_status = 'P', qualifier = 'at_least', covers_period = false "
        "where indicator_id = 'clearance' and area_code = '110101' and year = 2004",
        f"update mart_observation set value = null, obs_status = 'L', reason = 'marked_missing' where {CELL}",
    ).folder
    found = books.tables(books.book(folder))
    rates = found["indicator_clearance"]
    assert rates.row(Area_code="110101001")["2004"] == "[c]"
    other = rates.row(Area_code="110101002")
    assert other["2003"] == "[x]" and other["Notes"].startswith("[x] 2003: a figure that it needs stood in an earlier")
    assert rates.row(Area_code="110101")["Notes"] == "[p] 2004; [min] 2004; [d] 2004"
    assert rates.row(Area_code="110101")["2004"] == "60.1", "a mark stands beside a figure, not instead of it"
    missing = found["return_crime"].row(Class="Drugs", Figure="Recorded")
    assert [missing["2003"], missing["2004"]] == ["[x]"] * 2
    assert missing["Notes"] == "[x] 2003–2004: the office says that it has no such figure"
    explained = {row["Term"]: row["SDMX code"] for row in found["notes"].rows}
    assert explained["[c]"].endswith(" Q") and {"[x]", "[p]", "[min]", "[d]", "[r]", "[z]", "[e]"} <= set(explained)


def test_results_against_targets(line: Line) -> None:
    found = books.tables(books.book(line.publish().folder))["overview"]
    (row,) = found.rows
    assert row["Indicator"] == "Clearance" and row["Value"] == "60.1" and row["Target"] == "at least 60.3"
    assert (row["Verdict"], row["Reliability"], row["Years met in a row"]) == ("not met", "within chance", "0")
    assert row["Distance from target"] == "-0.2" and (row["95 % interval, from"], row["95 % interval, to"]) > (
        "57",
        "62",
    )


def test_a_text_is_a_text_whatever_it_looks_like(line: Line) -> None:
    names = {"110101": "=HYPERLINK(1)", "110101001": "@SUM(A1)", "110101002": "http://example.org"}
    renamed = (f"update dim_area set name_en = '{name}' where area_code = '{code}'" for code, name in names.items())
    found = books.book(line.publish("run1", *renamed).folder)
    for name in names.values():
        named = [cell for cell in books.cells(found) if cell.value == name]
        assert named and all(cell.data_type == "s" and not cell.hyperlink for cell in named), name
        # else it would become a formula as soon as somebody edits the cell
        assert all(cell.quotePrefix == (name[0] in "=@") for cell in named), name
    assert not [cell for cell in books.cells(found) if cell.data_type == "f"]


def test_a_figure_too_long_for_a_spreadsheet_stands_there_in_full(line: Line) -> None:
    big = 2**62 + 1
    folder = line.publish("run1", f"update mart_observation set value = {big} where {CELL} and year = 2004").folder
    assert books.tables(books.book(folder))["return_crime"].row(Class="Drugs", Figure="Recorded")["2004"] == str(big)


def test_the_same_release_is_the_same_bytes(line: Line, tmp_path: Path) -> None:
    folder = line.publish().folder
    kept = {name: (folder / name).read_bytes() for name in map(workbook.FILE.format, LANGUAGES)}
    for name in kept:
        (folder / name).unlink()
    with source(folder) as again:
        workbook.write(again)
    assert {name: (folder / name).read_bytes() for name in kept} == kept
    with source(folder, release_id="candidate-000009") as other:
        workbook.write(other)
    assert all((folder / name).read_bytes() != data for name, data in kept.items())


def test_an_edition_says_who_signed_it_and_what_it_revised(line: Line) -> None:
    line.publish("run1")
    first = edition.edition(line.home, "Li Wei", "The first of its kind.").folder
    cover = [cell.value for cell in books.book(first).worksheets[0]["A"]]
    assert any("Signed off by Li Wei" in text for text in cover) and "The first of its kind." in cover
    assert any("Desk of A & B, desk@trial.example.org, +86 10 0000 0000" in text for text in cover)
    assert any("none before it" in text for text in cover) and not {"revisions"} & set(books.tables(books.book(first)))
    line.publish(
        "run2", f"update mart_indicator set value = 61.0, value_text = '61.0', headline_text = '61.0' where {RATE}"
    )
    second = edition.edition(line.home, "Li Wei", acknowledge="A slip of the pen.").folder
    found = books.book(second)
    (row,) = books.tables(found)["revisions"].rows
    assert (row["Figure"], row["Area"], row["Period"]) == ("Clearance", "First Town", "2004")
    assert (row["Before"], row["Since"], row["Size"], row["Was final before"]) == ("60.4", "61.0", "0.6", "yes")
    assert books.tables(found)["indicator_clearance"].row(Area_code="110101001")["Notes"] == "[r] 2004"
    assert any("marked [r]: 1." in str(cell.value) for cell in found.worksheets[0]["A"])
    assert found.properties.title == "A trial" and found.properties.creator == "Nobody"


def test_a_candidate_says_that_nobody_signed_it(line: Line) -> None:
    folder = line.publish().folder
    cover = [cell.value for cell in books.book(folder).worksheets[0]["A"]]
    assert any("not signed off" in text for text in cover) and any("invented" in text for text in cover)
    assert "yearbook_en.xlsx" in json.loads((folder / "manifest.json").read_text())["files"]


def test_corrections_returns_and_checks_have_sheets_of_their_own(line: Line) -> None:
    found = books.tables(books.book(line.publish().folder))
    (corrected,) = found["corrections"].rows
    assert (corrected["Figure"], corrected["In the source"], corrected["Instead"]) == (
        "Caseload: Accepted",
        "99",
        "100",
    )
    assert corrected["Because"] == "A 9 was read for a 0." and corrected["By"] == "Registry"
    returns = found["coverage"].row(Year="2004", Office="Police")
    assert [returns[name] for name in ("Due", "Received", "On time")] == ["1", "1", "1"]
    checks = found["checks"].row(Year="2004")
    assert int(checks["Checks"]) == int(checks["Passed"]) > 20 and checks["Warned"] == "0"
    assert "warnings" not in found, "a table without a row is left out"


def test_a_change_stands_above_the_counts_it_is_of(line: Line) -> None:
    found = books.tables(books.book(line.publish().folder))["indicator_recorded_change"]
    change = found.row(Area_code="110101", Unit="per cent")
    assert change["2003"] == "[x]" and change["2004"] == "0"
    counts = found.row(Area_code="110101", Unit="cases")
    assert [counts["2003"], counts["2004"]] == ["1200", "1203"]


def test_a_warning_stands_with_why_it_is_accepted(line: Line) -> None:
    told = [one(RULE, "accepted", "A coach crash."), one(RULE, "lapsed", "No more.", area_code="110101001")]
    folder = publish.candidate(line.home, line.catalog, explained(line, "run1", told)).folder
    found = books.tables(books.book(folder))
    (row,) = found["explanations"].rows
    assert (row["Check"], row["Area"], row["Because"], row["By"]) == (RULE, "East County", "A coach crash.", "Li Wei")
    warned = found["warnings"].row(Check=RULE)
    assert (warned["Figures warned of"], warned["Of these explained"]) == ("2", "1")
    assert found["checks"].row(Year="2004")["Warned"] == "2"
