"""What the workbooks that offices get have in common: their look, and the cells in which facts are asked for.

Same input, same bytes. What stands in their tables is the business of those who write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipelines.contracts.reasons import REASONS
from pipelines.messages import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

PROPERTY = 200
"""Characters of a document property that intake reads."""

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # no year of figures: the first day that a zip knows
_LOOK: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3864"},
    "quiet": {"font_color": "#595959", "valign": "top"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1F3864", "bottom": 1, "bottom_color": "#1F3864"},
    "text": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True, "text_wrap": True, "valign": "top"},
    "head": {
        "bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1,
        "border_color": "#8EA9DB", "bg_color": "#D9E2F3",
    },
    "given": {"border": 1, "border_color": "#BFBFBF", "bg_color": "#F2F2F2", "valign": "vcenter", "num_format": "@"},
    "open": {"border": 1, "border_color": "#BFBFBF", "bg_color": "#FFFBE6", "locked": False, "align": "right"},
    "open_word": {
        "border": 1, "border_color": "#BFBFBF", "bg_color": "#FFFBE6", "locked": False, "text_wrap": True,
        "valign": "top", "align": "left",
    },
    "open_day": {
        "border": 1, "border_color": "#BFBFBF", "bg_color": "#FFFBE6", "locked": False, "num_format": "yyyy-mm-dd",
        "align": "left",
    },
    "figure": {"border": 1, "border_color": "#BFBFBF", "align": "right", "locked": False},
    "word": {"border": 1, "border_color": "#BFBFBF", "num_format": "@", "locked": False},
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1, "border_color": "#9C0006", "locked": False},
    "doubtful": {
        "bg_color": "#FFEB9C", "font_color": "#7F4F00", "border": 1, "border_color": "#7F4F00", "locked": False,
    },
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
    "check": {"font_color": "#595959", "valign": "vcenter"},
    "alarm": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True},
    "query": {"bg_color": "#FFEB9C", "font_color": "#7F4F00"},
}  # fmt: skip


@dataclass
class Paper:
    """A workbook in work, and its formats by name; those that end in `_first` begin a group of rows."""

    book: Workbook
    look: dict[str, Format]
    stream: BytesIO

    def page(self, sheet: Worksheet) -> None:
        """Prints a sheet in landscape on A4, as wide as one page."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")

    def bytes(self) -> bytes:
        """Closes the workbook; the file."""
        self.book.close()
        return self.stream.getvalue()


def paper(title: str, properties: Mapping[str, str]) -> Paper:
    """An empty workbook. Texts beginning with = or like an address stay texts."""
    import xlsxwriter

    stream = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, settings)
    book.set_properties({"title": title, "created": _EARLIEST})
    for name, text in properties.items():
        book.set_custom_property(name, text[:PROPERTY], "text")
    first = {f"{name}_first": _LOOK[name] | {"top": 2, "top_color": "#8EA9DB"} for name in ("given", "open")}
    return Paper(book, {name: book.add_format(facts) for name, facts in (_LOOK | first).items()}, stream)


def ask_facts(paper: Paper, sheet: Worksheet, row: int, language: str, first: date | None = None, **given: Any) -> int:
    """Writes the cells that ask for the facts of a delivery, labels in column A; the row (from 0) below them.

    `first`: the earliest day on which the table can have been prepared. `given`: what stands in a cell beforehand.
    """
    statuses = [say(f"template.status.{one}", language) for one in ("final", "provisional")]
    reasons = [say(f"reason.{one}", language) for one in REASONS]
    rules: dict[str, dict[str, Any]] = {
        "prepared_on": {"validate": "date", "criteria": ">=", "value": first} if first else {"validate": "any"},
        "revision": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 9999},
        "obs_status": {"validate": "list", "source": statuses},
        "reason": {"validate": "list", "source": reasons},
        "because": {"validate": "length", "criteria": "<=", "value": 1000},
    }
    for fact, rule in rules.items():
        sheet.write_string(row, 0, say(f"template.cell.{fact}", language), paper.look["label"])
        look = paper.look["open_day" if fact == "prepared_on" else "open_word"]
        if fact in given:
            sheet.write(row, 1, given[fact], look)
        else:
            sheet.write_blank(row, 1, None, look)
        hint = say(f"template.hint.{fact}", language)
        sheet.write_string(row, 2, hint, paper.look["quiet"])
        sheet.data_validation(row, 1, row, 1, rule | {"input_message": hint[:255]})
        row += 1
    return row
