"""How a table, the cover and the links look in a workbook: XlsxWriter's side. Knows no figure and no document.

After the UK's guidance on statistics in spreadsheets: title in A1, one marked table a sheet, no merged cells, no blank
rows or columns, nothing said by colour alone. A text is always written as a text, so that no formula can come of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.release.forms.workbook.table import Cell, Figure, Link, Table, unique, width, wrapped

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9
_WIDEST, _NARROWEST, _LINE = 60, 9, 110
"""Widths in digits: of a column, of one at least, of a line above a table at least."""
_BUTTON = 3
"""What the button of a filter takes of a header."""
_DARK, _RULE, _HEAD = "#1F2A37", "#B8C2CC", "#E6ECF2"


class Sheets:
    """Writes sheets into a workbook. release: stands in the footer of each page."""

    def __init__(self, book: Workbook, language: str, release: str):
        self._book, self._language, self._release = book, language, release
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def _format(self, **look: Any) -> Format:
        look = {"font_name": FONTS[self._language], "font_size": 11, "font_color": _DARK, "valign": "top"} | look
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def add(self, name: str) -> Worksheet:
        """An empty sheet, ready for the printer."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = f"{self._release}  {name}".replace("&", "&&")
        sheet.set_footer(f"&L&9{footer}&R&9&P / &N")
        return sheet

    def text(self, sheet: Worksheet, lines: Sequence[tuple[str, Cell]]) -> None:
        """Lines below each other in column A. lines: (title, heading, text or link; what it says)."""
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 95)
        looks = {
            "title": self._format(bold=True, font_size=20, text_wrap=True),
            "heading": self._format(bold=True, font_size=14, text_wrap=True, valign="bottom"),
            "text": self._format(text_wrap=True),
        }
        for row, (kind, cell) in enumerate(lines):
            if kind == "heading":
                sheet.set_row(row, 30)
            self._put(sheet, row, 0, cell, looks[kind])

    def table(self, sheet: Worksheet, title: str, table: Table, back: Link | None) -> None:
        """A title, its lines, and a marked table below them."""
        widths = _widths(table)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        self._put(sheet, 0, 0, title, self._format(bold=True, font_size=14))
        room = max(sum(widths), _LINE)
        row = 1
        for line in [part for line in table.lines for part in wrapped(line, room)]:
            self._put(sheet, row, 0, line, self._format())
            row += 1
        if back:
            self._put(sheet, row, 0, back, self._format())
            row += 1
        numbers = _numbers(table)
        self._head(sheet, row, table, numbers)
        for place, cells in enumerate(table.rows, row + 1):
            for column, cell in enumerate(cells):
                self._put(sheet, place, column, cell, self._of(cell, column in numbers, table))
        for column, digits in enumerate(widths):
            sheet.set_column(column, column, digits)
        last = row + len(table.rows), len(table.columns) - 1
        sheet.freeze_panes(row + 1, table.labels)
        sheet.repeat_rows(row)
        sheet.print_area(0, 0, *last)
        # codes and years are texts, and not by mistake
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_corner(*last)}"})

    def _head(self, sheet: Worksheet, row: int, table: Table, numbers: frozenset[int]) -> None:
        head = {"bold": True, "bg_color": _HEAD, "bottom": 2, "bottom_color": _DARK, "text_wrap": True}
        head["valign"] = "bottom"
        names = unique(table.columns)
        columns: list[dict[str, Any]] = []
        for column, name in enumerate(names):
            align = {"align": "right", "indent": 2} if column in numbers else {}
            columns.append({"header": name, "header_format": self._format(**head | align)})
        options = {"name": table.name, "columns": columns, "style": None}
        sheet.add_table(row, 0, row + len(table.rows), len(names) - 1, options)

    def _of(self, cell: Cell, is_number: bool, table: Table) -> Format:
        look: dict[str, Any] = {"bottom": 1, "bottom_color": _RULE}
        if isinstance(cell, Figure) and cell.is_exact:
            return self._format(**look, num_format=cell.form, align="right")
        if is_number:
            return self._format(**look, align="right")
        return self._format(**look, text_wrap=True, bold=isinstance(cell, str) and cell in table.strong)

    def _put(self, sheet: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
        if isinstance(cell, Link):
            link = self._format(font_color="#0B4F9E", underline=1)
            sheet.write_url(row, column, f"internal:'{cell.sheet}'!A1", link, cell.text)
        elif isinstance(cell, Figure) and cell.is_exact:
            # the nearest binary number of at most 15 digits is shown as just those digits
            sheet.write_number(row, column, float(cell.text), look)
        else:
            text = cell.text if isinstance(cell, Figure) else cell
            if text:
                sheet.write_string(row, column, text, look)
            else:
                sheet.write_blank(row, column, None, look)


def _numbers(table: Table) -> frozenset[int]:
    """The columns that hold numbers."""
    return frozenset(column for cells in table.rows for column, cell in enumerate(cells) if isinstance(cell, Figure))


def _widths(table: Table) -> list[int]:
    """Of each column, so that what it holds fits; long texts are broken, long headers between their words."""
    found = []
    for column, name in enumerate(unique(table.columns)):
        cells = max((_width(cells[column]) for cells in table.rows), default=0)
        head = max(map(width, name.split()), default=0) if len(name.split()) > 1 else min(width(name), 16)
        found.append(min(max(cells + 2, head + _BUTTON, _NARROWEST), _WIDEST))
    return found


def _width(cell: Cell) -> int:
    if not isinstance(cell, Figure):
        return width(cell if isinstance(cell, str) else cell.text)
    whole, _, _ = cell.text.partition(".")
    decimals = len(cell.text) - len(whole) if cell.decimals is None else cell.decimals + 1
    return len(whole) + len(whole) // 4 + decimals


def _corner(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return xl_rowcol_to_cell(row, column)
