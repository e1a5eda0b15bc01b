"""A workbook as a reader's program opens it: its tables, and each cell as it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries


@dataclass(frozen=True)
class Opened:
    """A marked table. rows: header -> what is shown."""

    sheet: str
    columns: list[str]
    rows: list[dict[str, str]]

    def row(self, **labels: str) -> dict[str, str]:
        """The one row with these labels; _ in a name stands for a blank."""
        wanted = {name.replace("_", " "): value for name, value in labels.items()}
        (found,) = [row for row in self.rows if wanted.items() <= row.items()]
        return found


def book(folder: Path, language: str = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / f"yearbook_{language}.xlsx")


def tables(found: openpyxl.Workbook) -> dict[str, Opened]:
    """Name of a marked table -> the table."""
    return {
        name: Opened(sheet.title, *_read(sheet, ref))
        for sheet in found.worksheets
        for name, ref in sheet.tables.items()
    }


def _read(sheet: Any, ref: str) -> tuple[list[str], list[dict[str, str]]]:
    left, top, right, bottom = range_boundaries(ref)
    assert None not in (left, top, right, bottom)
    head, *rows = sheet.iter_rows(top, bottom, left, right)
    columns = [cell.value for cell in head]
    return columns, [dict(zip(columns, map(shown, row), strict=True)) for row in rows]


def shown(cell: Any) -> str:
    """What a spreadsheet shows of a cell: a number with the decimals of its format, without signs between digits."""
    if cell.value is None:
        return ""
    if cell.data_type != "n":
        return str(cell.value)
    assert cell.number_format in ("#,##0", "General") or set(cell.number_format) <= {"0", "."}, cell.number_format
    decimals = len(cell.number_format.partition(".")[2])
    return f"{Decimal(repr(cell.value)):.{decimals}f}"


def cells(found: openpyxl.Workbook) -> Iterator[Any]:
    """Every cell of every sheet."""
    for sheet in found.worksheets:
        for row in sheet.iter_rows():
            yield from row


def rounded(found: openpyxl.Workbook, *prefixes: str) -> list[str]:
    """Numbers that are not just what is shown of them, in the marked tables with these prefixes."""
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in found.worksheets
        if any(name.startswith(prefixes) for name in sheet.tables)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None and Decimal(repr(cell.value)) != Decimal(shown(cell))
    ]
