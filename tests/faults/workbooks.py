"""Workbooks and other containers made byte by byte: what a spreadsheet program writes, and what none does.

A workbook is a folder of parts (name -> bytes) until it is packed. What must come of one is not known here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Parts = dict[str, bytes]
Rows = Sequence[Sequence[str]]

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
STORED = (">", ' t="')
"""How a cell begins that is given as it is to be stored: its attributes, a `>` and what follows."""

TYPES = "[Content_Types].xml"
PROPERTIES = "docProps/custom.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def letters(column: int) -> str:
    """Letters of a column that counts from 0."""
    return (letters(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)


def is_number(text: str) -> bool:
    """Would it be stored as a number: plain digits without a zero before them?"""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 6


def sheet(rows: Rows, strings: list[str], more: str = "") -> bytes:
    """A worksheet part. Words go into `strings`; `more` stands behind the cells."""
    lines: list[str] = []
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, text in enumerate(row):
            at = f"{letters(column)}{number}"
            if text.startswith(STORED):
                cells += f'<c r="{at}"{text}</c>'
            elif is_number(text):
                cells += f'<c r="{at}"><v>{text}</v></c>'
            elif text:
                if text not in strings:
                    strings.append(text)
                cells += f'<c r="{at}" t="s"><v>{strings.index(text)}</v></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{more}</worksheet>'.encode()


def texts(strings: Sequence[str]) -> bytes:
    """The part of shared strings."""
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    return f'{_HEAD}<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{items}</sst>'.encode()


def links(targets: Sequence[tuple[str, str, str]]) -> bytes:
    """A part of relations: (id, kind, target)."""
    lines = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target={quoteattr(to)}/>' for id, kind, to in targets
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'.encode()


def parts(sheets: Mapping[str, Rows], states: Mapping[str, str] | None = None) -> Parts:
    """The parts of a workbook. `states`: sheet -> hidden or veryHidden."""
    strings: list[str] = []
    made = {f"xl/worksheets/sheet{at}.xml": sheet(rows, strings) for at, rows in enumerate(sheets.values(), start=1)}
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"'
        + (f' state="{states[name]}"' if states and name in states else "")
        + "/>"
        for at, name in enumerate(sheets, start=1)
    )
    to = [(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{_TYPE}.worksheet+xml"/>' for part in made)
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>'
    )
    book = f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>'
    return {
        TYPES: types.encode(),
        "_rels/.rels": links([("rId1", "officeDocument", "xl/workbook.xml")]),
        BOOK: book.encode(),
        LINKS: links([*to, ("rId900", "sharedStrings", "sharedStrings.xml")]),
        **made,
        STRINGS: texts(strings),
    }


def book(rows: Rows, name: str = "crime") -> Parts:
    """The parts of a workbook of one sheet."""
    return parts({name: rows})


def pack(made: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, zip64: bool = False) -> bytes:
    """The parts as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in made.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = method
            with archive.open(about, "w", force_zip64=zip64) as member:
                member.write(data)
    return out.getvalue()


def renamed(made: Mapping[str, bytes], names: Mapping[str, str]) -> bytes:
    """A zip in which some parts have a second name, which some readers take for the first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            if name in names:
                second = struct.pack("<BL", 1, zlib.crc32(name.encode())) + names[name].encode()
                about.extra = struct.pack("<2H", 0x7075, len(second)) + second
            archive.writestr(about, data)
    return out.getvalue()


def twofold(made: Mapping[str, bytes], other: Mapping[str, bytes], agree: bool = False) -> bytes:
    """A zip of which the end names one directory, and the larger end before it another; or both the first."""
    first, second = pack(made), pack(other)
    at = first.rindex(b"PK\x05\x06")
    count, size, begin = struct.unpack("<H2L", first[at + 10 : at + 20])
    if agree:
        body, large = first[:at], (count, count, size, begin)
    else:
        behind = second.rindex(b"PK\x05\x06")
        count_, size_, begin_ = struct.unpack("<H2L", second[behind + 10 : behind + 20])
        directory = bytearray(second[begin_ : begin_ + size_])
        entry = directory.find(b"PK\x01\x02")
        while entry >= 0:
            (where,) = struct.unpack("<L", directory[entry + 42 : entry + 46])
            directory[entry + 42 : entry + 46] = struct.pack("<L", where + at)
            entry = directory.find(b"PK\x01\x02", entry + 4)
        body, large = first[:at] + second[:begin_] + directory, (count_, count_, size_, at + begin_)
    larger = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *large)
    return body + larger + struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1) + first[at:]


def changed(made: Parts, part: str, old: str, new: str) -> Parts:
    """The parts with a text of one replaced, where it stands first. Raises KeyError where it does not stand."""
    data = made[part]
    if old.encode() not in data:
        raise KeyError(old)
    return made | {part: data.replace(old.encode(), new.encode(), 1)}


def lying(made: Mapping[str, bytes], part: str, claimed: int, prefix: bool) -> bytes:
    """A zip in which one part claims to unpack to `claimed` bytes; with `prefix` its checksum is that of so many."""
    out, central, count = io.BytesIO(), b"", 0
    for name, data in made.items():
        at, packed = out.tell(), zlib.compress(data)[2:-4]
        size = claimed if name == part else len(data)
        check = zlib.crc32(data[:size] if name == part and prefix else data)
        fields = (20, 0, 8, 0, 33, check, len(packed), size, len(name.encode()), 0)
        out.write(b"PK\x03\x04" + struct.pack("<5H3L2H", *fields) + name.encode() + packed)
        central += b"PK\x01\x02" + struct.pack("<6H3L5H2L", 20, *fields, 0, 0, 0, 0, at) + name.encode()
        count += 1
    at = out.tell()
    ending = struct.pack("<4H2LH", 0, 0, count, count, len(central), at, 0)
    return out.getvalue() + central + b"PK\x05\x06" + ending


def overlapping(made: Mapping[str, bytes], copies: int) -> bytes:
    """A zip whose directory names the sheet's bytes again and again under other names."""
    data = pack(made)
    end = data.rindex(b"PK\x05\x06")
    count, size, at = struct.unpack("<H2L", data[end + 10 : end + 20])
    entry = data.rindex(b"PK\x01\x02", 0, data.index(SHEET.encode(), at))
    length = 46 + len(SHEET)
    more = b""
    for number in range(copies):
        name = SHEET.replace("1", chr(ord("a") + number)).encode()
        more += data[entry : entry + 46] + name
        if len(name) + 46 != length:
            raise ValueError(name)
    directory = data[at : at + size] + more
    ending = struct.pack("<2H2L", count + copies, count + copies, len(directory), at)
    return data[:at] + directory + data[end : end + 8] + ending + b"\0\0"
