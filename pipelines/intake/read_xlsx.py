"""XLSX by calamine, after the container was looked over. Every cell becomes the text one would have typed.

Runs only in the killable child process: a hostile workbook may abort the process. Header and meaning are the
gate's.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pipelines.intake import container, preflight
from pipelines.intake.files import Book, Sheet
from pipelines.intake.verdicts import Rejection, finding

_OLE = b"\xd0\xcf\x11\xe0"


def read(path: str) -> Book:
    """All worksheets of a workbook, hidden ones too, as text; chart sheets hold no cells and are left out.

    Raises Rejection with one sentence.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 (a path from the store)
        if stream.read(4) == _OLE:
            raise Rejection(finding("workbook_old"))
    with container.anew() as (archive, again):
        cover = preflight.look_over(path, archive)
        archive.close()
        return Book(_sheets(again, cover), cover.properties)


def _sheets(path: str, cover: preflight.Cover) -> list[Sheet]:
    """The worksheets of a workbook that was looked over."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    sheets: list[Sheet] = []
    try:
        with CalamineWorkbook.from_path(path) as book:
            for meta in book.sheets_metadata:
                if meta.typ == SheetTypeEnum.ChartSheet:
                    continue
                if meta.typ != SheetTypeEnum.WorkSheet:
                    raise Rejection(finding("workbook_macros"))
                if meta.name not in cover.sheets:
                    raise Rejection(finding("workbook_broken"))
                seen = cover.sheets[meta.name]
                raw = book.get_sheet_by_name(meta.name)
                rows = [[_text(cell) for cell in row] for row in raw.to_python(skip_empty_area=False)]
                for row, column, text in (*seen.errors, *seen.marked):
                    if row <= len(rows) and column <= len(rows[row - 1]):
                        rows[row - 1][column - 1] = text
                merged = [(r0 + 1, c0 + 1, r1 + 1, c1 + 1) for (r0, c0), (r1, c1) in raw.merged_cell_ranges or ()]
                sheets.append(Sheet(meta.name, rows, merged))
    except CalamineError:
        raise Rejection(finding("workbook_broken")) from None
    return sheets


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, others exactly as stored."""
    if type(cell) is str:
        return cell
    if type(cell) is float:
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return format(Decimal(repr(cell)), "f") if abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).upper() if isinstance(cell, bool) else str(cell)
