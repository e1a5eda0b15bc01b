"""How a table, the cover and the links look in a workbook: XlsxWriter's side. Knows no figure and no document.

After the UK's guidance on statistics in spreadsheets: title in A1, one marked table a sheet, no merged cells, no blank
rows or columns, nothing said by colour alone. A text is always written as a text, so that no formula can come of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.release.forms.workbook.table import LONGEST_TEXT, Cell, Link, Number, Table, unique, width, wrapped

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_A4 = 9
_WIDEST, _NARROWEST, _LINE, _COVER = 60, 9, 110, 64
"""Widths in digits: of a column, of one at least, of a line above a table at least, of the cover."""
_DIGIT = 1.15
"""Width of a digit in our fonts, in that of the font by which spreadsheets measure columns."""
_HEIGHT = {"en": 15, "zh": 18}
"""Points that a line takes."""
_AIR, _TALLEST = 4, 409
_MORE = 3
"""So much wider is a column than what it holds."""
_DARK, _RULE, _HEAD, _LINK = "#1F2A37", "#B8C2CC", "#E6ECF2", "#0B4F9E"
_LIKE_FORMULAS = ("=", "+", "-", "@")
"""A text that begins so stays a text also when its cell is edited."""
_ROOM = {"en": 1.2, "zh": 1.1}
"""So much of a text goes into a line, in widths of digits: letters are narrower."""


class Sheets:
    """Writes sheets into a workbook. release: stands in the footer of each page."""

    def __init__(self, book: Workbook, language: str, release: str):
        self._book, self._language, self._release = book, language, release
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def _format(self, **look: Any) -> Format:
        look = {"font_name": FONTS[self._language], "font_size": 11, "font_color": _DARK, "valign": "vcenter"} | look
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
        sheet.set_column(0, 0, _COVER * _DIGIT)
        sheet.print_area(0, 0, len(lines) - 1, 0)
        sizes = {"title": 20, "heading": 14, "text": 11}
        for row, (kind, cell) in enumerate(lines):
            size = sizes[kind]
            rows = len(wrapped(_text(cell), int(_COVER * _ROOM[self._language] * 11 / size)))
            above = {"heading": 14}.get(kind, _AIR)
            sheet.set_row(row, rows * _HEIGHT[self._language] * size / 11 + above)
            self._put(sheet, row, 0, cell, bold=kind != "text", font_size=size, text_wrap=True, valign="bottom")

    def table(self, sheet: Worksheet, title: str, table: Table, back: Link | None) -> None:
        """A title, its lines, and a marked table below them."""
        widths = _widths(table)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_default_row(_HEIGHT[self._language] + _AIR)
        self._put(sheet, 0, 0, title, bold=True, font_size=14)
        sheet.set_row(0, 2 * _HEIGHT[self._language])
        row = 1
        for part in [part for line in table.lines for part in wrapped(line, max(sum(widths), _LINE))]:
            self._put(sheet, row, 0, part)
            row += 1
        if back:
            self._put(sheet, row, 0, back)
            row += 1
        numbers = _numbers(table)
        self._head(sheet, row, table, numbers, widths)
        for place, cells in enumerate(table.rows, row + 1):
            self._tall(sheet, place, [_text(cell) for cell in cells], widths)
            for column, cell in enumerate(cells):
                self._put(sheet, place, column, cell, **_look(cell, column, column in numbers, table))
        for column, digits in enumerate(widths):
            sheet.set_column(column, column, digits * _DIGIT)
        last = row + len(table.rows), len(table.columns) - 1
        sheet.freeze_panes(row + 1, table.labels)
        sheet.repeat_rows(row)
        sheet.print_area(0, 0, *last)
        # codes and years are texts, and not by mistake
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_corner(*last)}"})

    def _head(self, sheet: Worksheet, row: int, table: Table, numbers: frozenset[int], widths: Sequence[int]) -> None:
        head = {"bold": True, "bg_color": _HEAD, "bottom": 2, "bottom_color": _DARK, "text_wrap": True}
        names = unique(table.columns)
        columns: list[dict[str, Any]] = []
        for column, name in enumerate(names):
            look = head | {"valign": "top"} | _side(column, column in numbers)
            columns.append({"header": name, "header_format": self._format(**look)})
        # one line more, for the buttons of the filter, which would hide what stands to the right
        self._tall(sheet, row, names, widths, 1)
        options = {"name": table.name, "columns": columns, "style": None}
        sheet.add_table(row, 0, row + len(table.rows), len(names) - 1, options)

    def _tall(self, sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[int], more: int = 0) -> None:
        """Gives a row the height that its longest text needs: not every program does when it opens the file."""
        room = _ROOM[self._language]
        most = more + max(len(wrapped(text, int(digits * room))) for text, digits in zip(texts, widths, strict=True))
        if most > 1:
            sheet.set_row(row, min(most * _HEIGHT[self._language] + _AIR, _TALLEST))

    def _put(self, sheet: Worksheet, row: int, column: int, cell: Cell, **look: Any) -> None:
        if isinstance(cell, Link):
            link = self._format(**look | {"font_color": _LINK, "underline": 1})
            sheet.write_url(row, column, f"internal:'{cell.sheet}'!A1", link, cell.text)
        elif isinstance(cell, Number) and cell.is_exact:
            # the nearest binary number of at most 15 digits is shown as just those digits
            sheet.write_number(row, column, float(cell.text), self._format(**look, num_format=cell.form))
        elif text := _text(cell):
            quoted = {"quote_prefix": True} if text.startswith(_LIKE_FORMULAS) else {}
            sheet.write_string(row, column, text, self._format(**look, **quoted))
        else:
            sheet.write_blank(row, column, None, self._format(**look))


def _look(cell: Cell, column: int, is_number: bool, table: Table) -> dict[str, Any]:
    strong = {"bold": True} if isinstance(cell, str) and cell in table.strong else {}
    wrap = {} if is_number else {"text_wrap": True}
    return {"bottom": 1, "bottom_color": _RULE} | _side(column, is_number) | wrap | strong


def _side(column: int, is_number: bool) -> dict[str, Any]:
    """Numbers and the marks among them to the right, texts to the left and off the column before."""
    return {"align": "right"} if is_number else {"align": "left", "indent": int(column > 0)}


def _text(cell: Cell) -> str:
    text = cell if isinstance(cell, str) else cell.text
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _numbers(table: Table) -> frozenset[int]:
    """The columns that hold numbers."""
    found = {column for cells in table.rows for column, cell in enumerate(cells) if isinstance(cell, Number)}
    return frozenset(found | set(table.figures))


def _widths(table: Table) -> list[int]:
    """Of each column, in digits, so that what it holds fits; long texts are broken, long headers between words."""
    found = []
    for column, name in enumerate(unique(table.columns)):
        cells = max((_width(cells[column]) for cells in table.rows), default=0)
        words = name.split()
        head = max(map(width, words)) if len(words) > 1 else min(width(name), 16)
        found.append(max(min(max(cells, head) + _MORE, _WIDEST), _NARROWEST))
    return found


def _width(cell: Cell) -> int:
    if not isinstance(cell, Number):
        return width(_text(cell))
    whole, _, _ = cell.text.partition(".")
    decimals = len(cell.text) - len(whole) if cell.decimals is None else cell.decimals + 1
    return len(whole) + len(whole) // 4 + decimals


def _corner(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return xl_rowcol_to_cell(row, column)
