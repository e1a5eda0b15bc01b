"""A workbook's container, looked over before any parser sees it: size, members, links, macros, far cells.

Also reads the two small things the parser does not give: template properties and cells that hold an error
value. What the sheets say is read elsewhere.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from pipelines.intake import raised
from pipelines.intake.verdicts import Rejection, finding

MAX_MEMBERS = 1000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 150
MAX_CELLS = 4_000_000
"""Cells of the rectangle from A1 to the last cell of a sheet: the parser makes room for all of them."""

_ACTIVE = re.compile(r"vbaproject|macrosheets/|activex/|embeddings/|\.bin$")
_LINKED = re.compile(r"externallinks/|connections\.xml|querytables/")
_ACTIVE_TYPE = re.compile(rb"macroenabled|macrosheet|vbaproject|activex|oleobject|ms-package")
_LINKED_TYPE = re.compile(rb"externallink\+|connections\+|querytable\+")
"""Parts by their types, whatever they are called."""
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
_PERHAPS_FAR = re.compile(rb"""\sr\s*=\s*["'](?:[A-Za-z]{2,}[0-9]+|[A-Za-z]?[0-9]{6,})["']""")
"""Within 26 columns and 99,999 rows no rectangle is too large: the quick question that most sheets answer."""

_TAG = re.compile(rb"<(?:\w+:)?(row|c)((?:\s[^>]*?)?)(/?)>(?=(<(?!/))?)")
_PLACE = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_VALUES = re.compile(rb"</(?:\w+:)?(?:v|is)>\s*<(?:\w+:)?(?:v|is)[\s>]")
_MIXED = re.compile(rb"<(?:\w+:)?(?:v(?:\s[^>]*[^/>])?>[^<]*<(?!/)|t(?:\s[^>]*[^/>])?>[^<]*<(?!/|!\[CDATA\[))")
"""An element or a comment within the text of a cell: some readers stop there."""

_ASTRAY = re.compile(
    rb"<(?:\w+:)?c(?:\s(?![^>]*inlineStr)[^>]*)?>\s*<(?:\w+:)?is[\s>]"
    rb"""|<(?:\w+:)?c\s[^>]*\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>(?!\s*[0-9]{1,9}\s*<)"""
)
"""A text of its own in a cell that says of itself that it has none, which some readers pass over; a shared text whose
number is none, for which some take the first.
"""

_ERROR = re.compile(rb"""<(?:\w+:)?c\s([^>]*\bt\s*=\s*["']e["'][^>]*)>.{0,400}?<(?:\w+:)?v>([^<]{1,40})</""", re.DOTALL)
_AT = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, KeyError, ParseError, expat.ExpatError,
    NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What a damaged or strange container makes the readers raise."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"  # no year of figures: a name


@dataclass
class Cover:
    """What stands around the cells: properties, and by sheet the cells with an error, and those with a raised or
    lowered mark (row, column, text)."""

    properties: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    marked: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)


def look_over(path: str) -> Cover:
    """Checks the container of an .xlsx file. Raises Rejection; what passes may be given to the parser."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _members(members)
            names = _sheet_names(archive)
            cover = Cover(_properties(archive))
            marked = raised.texts(archive)
            for member in members:
                data = archive.read(member)
                _markup(member.filename, data)
                if member.filename.lower().endswith((".xml", ".rels")) or b"sheetData" in data:
                    _well_formed(data)
                    if _MIXED.search(data):
                        raise Rejection(finding("workbook_broken"))
                if b"sheetData" in data:  # whatever the part is called: the parser goes by its relations
                    sheet = names.get(member.filename.lower(), "")
                    _far(sheet or member.filename, data)
                    _once(sheet, data)
                    if _ASTRAY.search(data):
                        raise Rejection(finding("workbook_broken"))
                    cover.errors[sheet] = _errors(data)
                    cover.marked[sheet] = list(_placed(raised.cells(data, marked)))
            return cover
    except _BROKEN:
        raise Rejection(finding("workbook_broken")) from None


def _members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Rejection(finding("workbook_members", count=len(members), limit=MAX_MEMBERS))
    seen: set[str] = set()
    for member in members:
        name = member.filename.lower()
        parts = name.replace("\\", "/").split("/")
        if name in seen or name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
            raise Rejection(finding("workbook_names"))
        seen.add(name)
        if _ACTIVE.search(name) and "printersettings" not in name:
            raise Rejection(finding("workbook_macros"))
        if _LINKED.search(name):
            raise Rejection(finding("workbook_links"))
        if member.file_size > 1024 * 1024 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Rejection(finding("workbook_bomb", megabytes=member.file_size >> 20))
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise Rejection(finding("workbook_bomb", megabytes=unpacked >> 20))
    if "xl/workbook.xml" not in seen:
        raise Rejection(finding("workbook_broken"))


def _markup(name: str, data: bytes) -> None:
    if any(mark in data for mark in _DOCTYPES):
        raise Rejection(finding("workbook_doctype"))
    if name.lower() == "[content_types].xml":
        types = data.replace(b"\0", b"").lower()  # in two bytes a sign too
        if _ACTIVE_TYPE.search(types):
            raise Rejection(finding("workbook_macros"))
        if _LINKED_TYPE.search(types):
            raise Rejection(finding("workbook_links"))


def _well_formed(data: bytes) -> None:
    """Rejects XML that no spreadsheet program would open, and of which every reader takes another part."""

    def refuse(*_: Any) -> NoReturn:
        raise Rejection(finding("workbook_doctype"))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse  # in whatever encoding
    parser.Parse(data, True)


def _far(sheet: str, data: bytes) -> None:
    """Rejects a sheet whose last row and column span too large a rectangle; names the farthest cell."""
    if not _PERHAPS_FAR.search(data):
        return
    references = set(_REFERENCE.findall(data))
    if _rectangle((int(row), _number(column)) for column, row in references)[2] <= MAX_CELLS:
        return
    row, column, cells = _rectangle(_filled(data))  # formats alone reach far in many a good workbook
    if cells > MAX_CELLS:
        raise Rejection(finding("far_cell", row, column, sheet=sheet, limit=f"{MAX_CELLS:,}"))


def _once(sheet: str, data: bytes) -> None:
    """Rejects a sheet with two values for a cell: readers differ in which they take."""
    if two := _VALUES.search(data):
        data = data[: two.start()]
        raise Rejection(finding("cell_twice", *max(_filled(data), default=(0, 0)), sheet=sheet))
    places = _PLACE.findall(data)
    if places and len(set(places)) == len(places) == data.count(b"<c") - data.count(b"<co") and b":c" not in data:
        return  # every cell is written as spreadsheet programs write it, and says where it stands
    seen: set[tuple[int, int]] = set()
    for place in _filled(data):
        if place in seen:
            raise Rejection(finding("cell_twice", *place, sheet=sheet))
        seen.add(place)


def _rectangle(places: Iterable[tuple[int, int]]) -> tuple[int, int, int]:
    """Last row, last column, and the cells from A1 to there."""
    last_row = last_column = 1
    for row, column in places:
        last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column, last_row * last_column


def _filled(data: bytes) -> Iterator[tuple[int, int]]:
    """Row and column of every cell with something in it; one without a reference follows the one before."""
    row = column = 0
    for kind, attributes, closed, after in _TAG.findall(data):
        at = _REFERENCE.search(b" " + attributes)
        if kind == b"row":
            row, column = int(at[2]) if at else row + 1, 0
            continue
        column = _number(at[1]) if at and at[1] else column + 1
        if not closed and after:
            yield int(at[2]) if at and at[1] else row, column


def _number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number


def _errors(data: bytes) -> list[tuple[int, int, str]]:
    if b't="e"' not in data and b"t='e'" not in data:
        return []
    return list(_placed((match[1], match[2].decode("utf-8", "replace")) for match in _ERROR.finditer(data)))


def _placed(cells: Iterable[tuple[bytes, str]]) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of cells, of which the attributes are known."""
    for attributes, text in cells:
        if at := _AT.search(attributes):
            yield int(at[2]), _number(at[1]), text


def _tree(archive: zipfile.ZipFile, name: str) -> Element | None:
    """A small part as XML, entities forbidden; None when the workbook has no such part."""
    from defusedxml import ElementTree

    try:
        data = archive.read(name)
    except KeyError:
        return None
    _markup(name, data)
    return ElementTree.fromstring(data, forbid_dtd=True)


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path of each worksheet part (small letters) -> its name."""
    book, links = _tree(archive, "xl/workbook.xml"), _tree(archive, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            target = targets.get(sheet.get(_RELATION), "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            names[path.lower()] = sheet.get("name", "")
    return names


def _properties(archive: zipfile.ZipFile) -> dict[str, str]:
    root = _tree(archive, "docProps/custom.xml")
    if root is None:
        return {}
    found = {entry.get("name", "").lower(): "".join(entry.itertext()).strip() for entry in root}
    return {name: text[:200] for name, text in found.items() if name.startswith("yearbook_")}
