"""The cells of a worksheet part, looked through before the parser reads it: each has one place and one value.

Refuses what readers of workbooks differ in, and finds what the parser does not give: cells that hold an error, texts
with a raised mark. What the cells say is read elsewhere.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.intake import markup, raised
from pipelines.intake.verdicts import Rejection, finding

MAX_CELLS = 4_000_000
"""Cells of the rectangle from A1 to the last cell of a sheet: the parser makes room for all of them."""

_OF_CELLS = ("worksheet", "sheetData", "row", "c", "v", "f", "is")
_DIGITS = "0123456789"
_NUMBER = re.compile(r"\s*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*)?", re.ASCII)
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_SHIFT, _COLUMN = 20, (1 << 20) - 1
"""A place is one number: the row, and the column in its last bits."""
_IN_SHEET, _IN_DATA, _IN_ROW, _IN_CELL = range(1, 5)
"""How deep the parser is in elements that stand where they should. Within any other, of which some readers pass over
all that stands there, it is _ELSEWHERE deeper among the cells, and so much higher outside of them."""
_ELSEWHERE = 10

Marked = list[tuple[int, int, str]]
"""Row, column and text."""


@dataclass
class Found:
    """Cells with an error, and those with a raised or lowered mark."""

    errors: Marked = field(default_factory=list)
    marked: Marked = field(default_factory=list)


class _Columns(dict[str, int]):
    """Letters -> number of the column."""

    def __missing__(self, letters: str) -> int:
        if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
            raise markup.broken()
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        self[letters] = number
        return number


_COLUMNS = _Columns()


class _Sheet(markup.Reader):
    """What stands in `sheetData`, of which there is one; the parser looks nowhere else for cells."""

    def __init__(self, sheet: str, shared: dict[int, str]) -> None:
        super().__init__()
        self.found, self.ordered = Found(), True
        self.places = array("Q")
        self._sheet, self._shared = sheet, shared
        self._kinds = markup.Kinds(*_OF_CELLS, "r", "t", "rPh")
        self._depth, self._read = 0, False  # of `sheetData`: was it there
        self._digits = ""
        self._row = self._at = self._column = self._last = 0
        self._type: str | None = None
        self._filled = self._valued = False
        self._item: raised.Item | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.inside:
            raise markup.broken()
        if self._depth < _IN_DATA:
            self._outside(name)
            return
        kind = self._kinds[name]
        if self._item:
            if kind in _OF_CELLS:
                raise markup.broken()
            if self._item.start(kind, attributes):
                self.enter(name, plain=False)
        elif kind == "c":  # what is asked of every cell stands here at length: there may be millions
            if self._depth != _IN_ROW:
                raise markup.broken()
            self._depth = _IN_CELL
            self._filled = self._valued = False
            self._type = attributes.get("t")
            place = attributes.get("r", "")
            if place.endswith(self._digits) and (column := _COLUMNS.get(place[: -len(self._digits)])):
                self._at, self._column = self._row, column
            else:
                self._place(place)
        elif kind == "v":
            self._value()
            self.inside, self.said, self.plain = name, "", self._type != "str"
        elif kind == "row":
            if self._depth != _IN_DATA:
                raise markup.broken()
            self._depth = _IN_ROW
            self._row, self._column = _numbered(attributes["r"]) if "r" in attributes else self._row + 1, 0
            self._digits = str(self._row)
        elif kind == "is":
            self._value()
            self._item = raised.Item()
            if self._type != "inlineStr":  # some pass it over
                raise markup.broken()
        elif kind == "f":
            self._fill()
            self.enter(name, plain=False)
            if self._valued:  # some forget the value then
                raise markup.broken()
        elif kind == "sheetData":
            raise markup.broken()
        else:
            self._depth += _ELSEWHERE

    def end(self, name: str) -> None:
        if self.inside:
            self.inside = ""
            if self._item:
                if _ESCAPED.search(self.said):  # some take that for a sign
                    raise markup.broken()
                self._item.add(self.said)
            elif self._valued:  # else it is a formula
                self._read_value(self.said)
        elif self._item:
            if self._kinds[name] != "is":
                self._item.end(self._kinds[name])
            else:
                self._mark(self._item.marked())
                self._item = None
        else:
            here = self._depth
            self._depth -= _ELSEWHERE if here > _ELSEWHERE else -_ELSEWHERE if here < 0 else 1

    def _outside(self, name: str) -> None:
        """An element that begins where no cell is."""
        if name.rpartition("}")[2] == "sheetData":
            if self._depth != _IN_SHEET or self._read or not self._kinds[name]:
                raise markup.broken()
            self._depth, self._read = _IN_DATA, True
        elif self._depth == 0 and self._kinds[name] == "worksheet":
            self._depth = _IN_SHEET
        else:
            self._depth -= _ELSEWHERE

    def _place(self, place: str) -> None:
        if place:
            letters = place.rstrip(_DIGITS)
            self._at, self._column = _numbered(place[len(letters) :]), _COLUMNS[letters]
        else:  # it follows the one before
            self._at, self._column = self._row, self._column + 1

    def _fill(self) -> None:
        if self._depth != _IN_CELL:
            raise markup.broken()
        if not self._filled:
            self._filled = True
            place = self._at << _SHIFT | self._column
            if place <= self._last:
                self.ordered = False
            self._last = place
            self.places.append(place)

    def _value(self) -> None:
        self._fill()
        if self._valued:
            raise _twice(self._sheet, self._last)
        self._valued = True

    def _read_value(self, said: str) -> None:
        whole = said.isascii() and said.isdigit()
        if self._type is None or self._type == "n":
            if not whole and not _NUMBER.fullmatch(said):
                raise markup.broken()  # some take what stands before the first odd sign, others the whole for a text
        elif self._type == "s":
            if not whole or len(said) > 9:
                raise markup.broken()  # for a number that is none some take the first text
            self._mark(self._shared.get(int(said), ""))
        elif self._type == "e" and said:
            self.found.errors.append((self._at, self._column, said[:40]))

    def _mark(self, text: str) -> None:
        if text:
            self.found.marked.append((self._at, self._column, text))


def _numbered(row: str) -> int:
    number = int(row) if len(row) < 8 else 0
    if number < 1:
        raise markup.broken()
    return number


def _twice(sheet: str, place: int) -> Rejection:
    return Rejection(finding("cell_twice", place >> _SHIFT, place & _COLUMN, sheet=sheet))


def look_through(sheet: str, data: bytes, shared: dict[int, str]) -> Found:
    """Reads the part of a sheet; `shared` are texts with marks by their number. Raises as `markup.well_formed`, and
    Rejection where a value is too far away, or a cell has two: readers differ in which they take."""
    reader = _Sheet(sheet, shared)
    markup.well_formed(data, reader)
    places = reader.places
    row = max(places, default=0) >> _SHIFT
    column = max((place & _COLUMN for place in places), default=0)
    if row * column > MAX_CELLS:  # formats alone reach far in many a good workbook
        raise Rejection(finding("far_cell", row, column, sheet=sheet, limit=f"{MAX_CELLS:,}"))
    if not reader.ordered:
        for one, next_one in pairwise(sorted(places)):
            if one == next_one:
                raise _twice(sheet, one)
    return reader.found
