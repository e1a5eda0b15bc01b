"""The form of any delivered file once read: sheets of text cells. The ending chooses the reader.

What the cells mean is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Sheet:
    """A sheet of cells as text, rows and columns counted from 1 as a spreadsheet does; row 1 is `rows[0]`.

    `name` is '' for CSV. `merged` holds (first row, first column, last row, last column) of merged cells.
    """

    name: str
    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Book:
    """A delivered file: its sheets and its template properties (those whose name begins with `yearbook_`)."""

    sheets: list[Sheet]
    properties: dict[str, str] = field(default_factory=dict)
