"""Templates filled in as a clerk would: figures into the open cells, the day onto the guide sheet, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.periods import parse
from pipelines.intake.plan import Plan
from pipelines.messages import LANGUAGES, say
from pipelines.templates import book
from pipelines.templates.asked import Asked, ask
from pipelines.templates.layout import Grid, grid
from tests.factories import Factory

Figures = Mapping[tuple[str, str, str], Any]
"""(area, breakdown, measure) -> figure; None: there can be none."""


def grids(asked: Asked, language: str) -> list[Grid]:
    """The layout of each table of a template."""
    return [grid(Plan(asked.catalog, table), asked.unit, asked.period, language) for table, _ in asked.tables]


def fact(workbook: Workbook, name: str, value: Any) -> None:
    """Writes a fact beside its label on the first sheet. Raises LookupError where it is not asked for."""
    labels = {say(f"template.cell.{name}", language) for language in LANGUAGES}
    for label, cell, *_ in workbook.worksheets[0].iter_rows():
        if label.value in labels:
            cell.value = value
            return
    raise LookupError(name)


def sheet(workbook: Workbook, index: int) -> Worksheet:
    """The sheet of the table of this number, from 0; before it stands the guide."""
    return workbook.worksheets[index + 1]


def filled(
    catalog: Catalog,
    folder: Path,
    office: str,
    language: str = "en",
    period: str = "",
    tables: tuple[str, ...] = (),
    change: Callable[[Workbook, list[Grid]], None] = lambda workbook, grids: None,
) -> tuple[Path, dict[str, Figures]]:
    """A template of an office in which everything is filled in soundly, but for what `change` does to it.

    The file, and by table the figures written into it.
    """
    own = [one for one in catalog.returns.values() if one.office == office]
    period = period or own[0].due.start
    asked = ask(catalog, office, period, tables)
    path = folder / book.file_name(asked)
    path.write_bytes(book.write(asked, language))
    workbook = openpyxl.load_workbook(path)
    layouts, factory = grids(asked, language), Factory(catalog)
    figures: dict[str, Figures] = {}
    for index, (layout, (table, _)) in enumerate(zip(layouts, asked.tables, strict=True)):
        values = figures[table.table] = factory.values(table.table, period, asked.unit)
        mark = next(mark for mark, why in layout.plan.format.missing.items() if why == "M")
        for row, area, breakdown in layout.rows():
            for column in layout.figures:
                value = values[area, breakdown, column.id]
                sheet(workbook, index).cell(row, column.number).value = mark if value is None else value
    fact(workbook, "prepared_on", date.fromordinal(parse(period).end.toordinal() + 20))
    change(workbook, layouts)
    workbook.save(path)
    return path, figures
