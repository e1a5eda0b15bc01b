"""A template makes the round: filled in, delivered, accepted with its figures; filled in wrongly, it comes back marked.

In one process, through inbox, gate and register; what the gate thinks of templates is `tests/unit/intake`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.workbook import Workbook

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from pipelines.intake.text import letters
from pipelines.landing import batches, take_in
from pipelines.templates.layout import Grid
from tests.filled import Figures, filled, sheet
from tests.flow.conftest import Convert

OFFICES = ("public_security", "courts", "justice", "petitions")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


def land(home: Home, catalog: Catalog, path: Path, language: str = "en") -> tuple[take_in.Taken, dict[str, Any], Path]:
    """Puts a file into the inbox and takes it in; what happened, its receipt for machines, and its folder."""
    shutil.copy(path, home.inbox / path.name)
    assert take_in.sweep(home, catalog) == []
    folder = home.runs / f"run-{len(list(home.runs.iterdir()))}"
    folder.mkdir()
    taken = take_in.take_in(home, catalog, folder, language)
    (receipt,) = map(Path, taken.receipts)
    return taken, json.loads(receipt.with_suffix(".json").read_text(encoding="utf-8")), receipt.parent


def landed(home: Home) -> dict[tuple[str, str, str, str], int | None]:
    names = ("table_id", "area_code", "breakdown", "measure_id", "value")
    rows = [row for file in batches.committed(home) for row in pq.read_table(file, columns=list(names)).to_pylist()]
    return {tuple(row[name] for name in names[:4]): row["value"] for row in rows}


def written(figures: dict[str, Figures]) -> dict[tuple[str, str, str, str], int | None]:
    return {(table, *key): value for table, values in figures.items() for key, value in values.items()}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("office", OFFICES)
def test_what_is_filled_in_lands(office: str, language: str, home: Home, catalog: Catalog, tmp_path: Path) -> None:
    path, figures = filled(catalog, tmp_path, office, language)
    taken, receipt, _ = land(home, catalog, path)
    assert receipt["verdict"] == "accepted" and taken.accepted == len(figures)
    assert landed(home) == written(figures)


def spoil(workbook: Workbook, layouts: list[Grid]) -> None:
    """Mediation: words in the first open cell, a part above its whole in the row below it."""
    index, layout = next((at, one) for at, one in enumerate(layouts) if one.plan.table.table == "mediation")
    part = next(column for column in layout.figures if column.id == "disputes_settled")
    found, first = sheet(workbook, index), layout.head + 1
    found.cell(first, layout.figures[0].number).value = "see annex"
    found.cell(first + 1, part.number).value = 10**6
    found.cell(first + 1, layout.columns[-1].number).value = "Mr X thinks otherwise"


def test_what_is_filled_in_wrongly_comes_back_marked(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    path, figures = filled(catalog, tmp_path, "justice", change=spoil)
    taken, receipt, folder = land(home, catalog, path)
    assert (receipt["verdict"], taken.rejected, taken.accepted) == ("partly", 1, len(figures) - 1)
    copy = folder / receipt["marked"]
    (text,) = folder.glob("*.txt")
    assert copy.name in text.read_text(encoding="utf-8") and copy.stem == text.stem
    found = openpyxl.load_workbook(copy)
    assert found.sheetnames == ["Findings", "People's mediation"]
    at = {cell.coordinate: cell.comment.text for row in found.worksheets[1].iter_rows() for cell in row if cell.comment}
    assert set(at) == {"D4", "E5"}
    assert "is not a number" in at["D4"] and "disputes_settled = 1000000" in at["E5"]
    assert "Mr X" not in "".join(str(cell.value) for one in found for row in one.iter_rows() for cell in row)
    found.worksheets[1]["D4"] = figures["mediation"]["990101", "_T", "disputes_investigated"]
    area = found.worksheets[1]["A5"].value
    found.worksheets[1]["E5"] = figures["mediation"][str(area), "_T", "disputes_settled"]
    found.worksheets[0]["B4"] = receipt["declared"]["prepared_on"]
    found.save(tmp_path / "mended.xlsx")
    taken, receipt, _ = land(home, catalog, tmp_path / "mended.xlsx")
    assert (receipt["verdict"], receipt["marked"]) == ("accepted", "")
    assert landed(home) == written(figures)


def test_an_outdated_template_is_refused_with_the_difference(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    path, _ = filled(catalog, tmp_path, "justice", tables=("legal_publicity",))
    table = catalog.returns["legal_publicity"]
    more = table.measures[0].model_copy(update={"id": "lectures_held", "title": table.title})
    later = table.model_copy(update={"version": "2.0.0", "measures": [*table.measures, more]})
    _, receipt, folder = land(home, replace(catalog, returns=catalog.returns | {table.table: later}), path, "zh")
    assert receipt["verdict"] == "rejected"
    (text,) = (one.read_text(encoding="utf-8") for one in folder.glob("*.txt"))
    assert "模板已过时" in text and "新增的列：“法制宣传情况”（lectures_held）" in text
    assert not list(folder.glob("*.xlsx")), "no cell is at fault"
    assert landed(home) == {}


def test_a_template_of_another_year_is_refused(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    path, _ = filled(catalog, tmp_path, "courts", tables=("caseload",))
    period = catalog.returns["caseload"].due.start
    other = tmp_path / path.name.replace(period, "1999").replace(".xlsx", "_2000-01-20.xlsx")
    _, receipt, folder = land(home, catalog, path.rename(other))
    (text,) = (one.read_text(encoding="utf-8") for one in folder.glob("*.txt"))
    assert (
        receipt["verdict"] == "rejected" and f"made for the period {period}, but the file is delivered for 1999" in text
    )


@pytest.mark.slow
@pytest.mark.parametrize("office", OFFICES)
def test_libreoffice_opens_computes_and_saves_it(
    office: str, home: Home, catalog: Catalog, convert: Convert, tmp_path: Path
) -> None:  # fmt: skip
    (tmp_path / "sent").mkdir()
    path, figures = filled(catalog, tmp_path, office)
    wrong, _ = filled(catalog, tmp_path / "sent", office, change=above) if office == "justice" else (None, None)
    ticks = computed(convert, path, tmp_path)
    assert set(ticks.values()) == {"✓"}, "sound figures raise no alarm"
    taken, receipt, _ = land(home, catalog, tmp_path / "saved" / path.name)
    assert receipt["verdict"] == "accepted" and landed(home) == written(figures)
    assert taken.accepted == len(figures)
    if wrong:
        found = {place: words for place, words in computed(convert, wrong, tmp_path).items() if words != "✓"}
        assert found == {
            ("People's mediation", 4): "✗ Suicides prevented: neither a fitting number nor a mark.  "
            "✗ Suicides prevented ≥ sum of the areas below. ",
            ("People's mediation", 5): "✗ Disputes settled ≤ Disputes investigated. ",
            ("People's mediation", 6): "still empty: 1",
        }


def above(workbook: Workbook, layouts: list[Grid]) -> None:
    """Mediation: a part of a figure, a part above its whole, an empty cell."""
    index, layout = next((at, one) for at, one in enumerate(layouts) if one.plan.table.table == "mediation")
    at = {column.id: letters(column.number) for column in layout.figures}
    found = sheet(workbook, index)
    found[f"{at['suicides_prevented']}4"] = 1.5
    found[f"{at['disputes_investigated']}5"] = 0
    found[f"{at['group_fights_prevented']}6"] = None


def computed(convert: Convert, path: Path, folder: Path) -> dict[tuple[str, int], str]:
    """What LibreOffice computes for the last column of each table; the file that it saves lies in `saved`."""
    convert(path, "xlsx", folder / "saved")
    saved = openpyxl.load_workbook(folder / "saved" / path.name, data_only=True)
    return {
        (one.title, row): str(one.cell(row, one.max_column).value)
        for one in saved.worksheets[1:-1]
        for row in range(4, one.max_row + 1)
    }
