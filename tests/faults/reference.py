"""What a CSV or a workbook of crime says, read by a second reader of our own that shares nothing with the gate: the csv
module, zipfile and ElementTree, and the contract in plain words below.

It is strict, and knows only the plain shape, a row for each area and kind. Whether a file should be accepted is not its
business: where one was, this is what must have landed.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import unicodedata
import zipfile
from xml.etree import ElementTree

from tests.faults import small
from tests.faults.landed import Figures

_COLUMNS = {"area_code": "area", "kind": "kind", "recorded": "recorded", "立案": "recorded", "cleared": "cleared",
            "破案": "cleared"}  # fmt: skip
_KINDS = {"all": "all", "合计": "all", "drugs": "drugs", "毒品": "drugs", "other": "other", "其他": "other"}
_AREAS = {small.COUNTY: small.COUNTY, "eastcounty": small.COUNTY, "东县": small.COUNTY}
for _number, _town in enumerate(small.TOWNS, start=1):
    _AREAS |= {_town: _town, f"town{_number}": _town, f"{_number}镇": _town}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+")
_STORED = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


class Odd(Exception):
    """The file says nothing that this reader would take. The message says why."""


def of_csv(data: bytes) -> Figures:
    """The figures of a CSV. Raises Odd."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Odd("no encoding fits")
    while text.startswith("\ufeff"):
        text = text[1:]
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\x85" and ord(sign) < 128 for sign in text):
        raise Odd("it holds control characters")
    if not text.endswith(("\n", "\r")):
        raise Odd("the last line has no end")
    try:
        return _figures(list(csv.reader(io.StringIO(text, newline=""), strict=True)))
    except csv.Error as error:
        raise Odd(str(error)) from None


def of_workbook(data: bytes) -> Figures:
    """The figures of the one sheet with something in it. Raises Odd."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [rows for rows in _sheets(archive) if any(map(any, rows))]
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, NotImplementedError) as error:
        raise Odd(f"{type(error).__name__}: {error}") from None
    if len(sheets) != 1:
        raise Odd(f"{len(sheets)} sheets have something in them")
    return _figures(sheets[0])


def _figures(rows: list[list[str]]) -> Figures:
    head, *lines = [row for row in rows if "".join(row).strip()] or [[]]
    if all(len(line) == len(head) for line in lines):  # a column with nothing in it is none
        used = [at for at, name in enumerate(head) if name.strip() or any(line[at].strip() for line in lines)]
        head, *lines = ([row[at] for at in used] for row in (head, *lines))
    columns = [_COLUMNS.get(_plain(name), "") for name in head]
    if sorted(columns) != ["area", "cleared", "kind", "recorded"]:
        raise Odd(f"the header is {head}"[:300])
    found: Figures = {}
    for line in lines:
        if len(line) != len(head):
            raise Odd(f"{len(line)} cells in a row")
        cells = dict(zip(columns, line, strict=True))
        area, kind = _AREAS.get(_plain(cells["area"])), _KINDS.get(_plain(cells["kind"]))
        if area is None or kind is None or (area, kind, "recorded") in found:
            raise Odd(f"a row is for {line[:2]}"[:300])
        for measure in ("recorded", "cleared"):
            found[area, kind, measure] = _number(cells[measure])
    return found


def _plain(text: str) -> str:
    """Width, case and white space are no differences."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _number(text: str) -> int:
    text = text.strip()
    for sign in text:
        if (
            not sign.isascii()
            and unicodedata.normalize("NFKC", sign) in "0123456789"
            and not 0xFF10 <= ord(sign) <= 0xFF19
        ):
            raise Odd(f"{text!r} has a mark")  # fmt: skip
    text = unicodedata.normalize("NFKC", text).strip()
    if text.isascii() and text.isdigit():
        return int(text)
    if _GROUPED.fullmatch(text):
        return int(text.replace(",", "").replace(" ", ""))
    if text and set(text) <= {*_DIGITS, *_TENS}:
        return _chinese(text)
    raise Odd(f"{text!r} is no count"[:300])


def _chinese(text: str) -> int:
    """Up to 9999 in Chinese numerals, or digits one by one."""
    if len(text) > 1 and set(text) <= set(_DIGITS):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, -1
    for sign in text:
        if sign in _TENS:
            total, digit = total + (1 if digit < 0 else digit) * _TENS[sign], -1
        elif _DIGITS[sign]:
            digit = _DIGITS[sign]
    return total + max(digit, 0)


def _sheets(archive: zipfile.ZipFile) -> list[list[list[str]]]:
    book, links = (_tree(archive, f"xl/{name}") for name in ("workbook.xml", "_rels/workbook.xml.rels"))
    to = {link.get("Id"): link.get("Target", "") for link in links}
    shared = [_text(item) for item in _tree(archive, "xl/sharedStrings.xml") if _tag(item) == "si"]
    found: list[list[list[str]]] = []
    for sheet in (one for one in book.iter() if _tag(one) == "sheet"):
        (target,) = (to[value] for name, value in sheet.attrib.items() if name.endswith("}id"))
        path = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found.append(_rows(_tree(archive, path), shared))
    return found


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part by its name, whatever the case. Raises KeyError."""
    names = {one.lower(): one for one in archive.namelist()}
    return ElementTree.fromstring(archive.read(names[name.lower()]))


def _rows(sheet: ElementTree.Element, shared: list[str]) -> list[list[str]]:
    cells: dict[tuple[int, int], str] = {}
    row = 0
    for line in (one for one in sheet.iter() if _tag(one) == "row"):
        row, column = int(line.get("r", row + 1)), 0
        for one in (each for each in line if _tag(each) == "c"):
            column += 1
            at = row
            if place := one.get("r"):
                match = re.fullmatch("([A-Za-z]{1,3})([0-9]{1,7})", place)
                if match is None:
                    raise ValueError(place)
                at, column = int(match[2]), _column(match[1])
            if text := _cell(one, shared):
                if (at, column) in cells:
                    raise ValueError(f"{place} stands twice")
                cells[at, column] = text
    if not cells:
        return []
    last, width = (max(place[axis] for place in cells) for axis in (0, 1))
    if last * width > 100_000:
        raise ValueError("too far")
    return [[cells.get((at, column), "") for column in range(1, width + 1)] for at in range(1, last + 1)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _cell(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, values = cell.get("t", "n"), [one for one in cell if _tag(one) == "v"]
    if len(values) > 1:
        raise ValueError("two values")
    text = "".join(values[0].itertext()) if values else ""
    if kind == "inlineStr":
        return "".join(_text(one) for one in cell if _tag(one) == "is")
    if not values or not text.strip():
        return ""
    if kind == "s":
        if not 0 <= int(text) < len(shared):
            raise IndexError(text)
        return shared[int(text)]
    if kind == "n" and _STORED.fullmatch(text.strip()):
        number = float(text)  # so does every spreadsheet program, and shows that
        return str(int(number)) if abs(number) < 1e15 and number.is_integer() else text
    return text


def _text(item: ElementTree.Element) -> str:
    """The text of all runs but readings aloud."""
    if _tag(item) == "rPh":
        return ""
    words = "".join(item.itertext()) if _tag(item) == "t" else ""
    words = re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), words)
    return words if _tag(item) == "t" else "".join(map(_text, item))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
