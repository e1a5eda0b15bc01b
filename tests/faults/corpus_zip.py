"""Hostile containers: zips that unpack too far, lie, overlap, are cut, or are something else besides."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable

from tests.faults import workbooks
from tests.faults.corpus import ACCEPTED, NAME, SECRET, Case, Rows, file, rows, text
from tests.faults.workbooks import SHEET, book, lying, overlapping, pack, renamed, twofold

KIND = "zips"
_ZEROS = b"\0" * 20_000_000


def _with(name: str, data: bytes) -> Callable[[Rows], bytes]:
    return lambda found: pack(book(found) | {name: data})


def _patched(found: Rows, marker: bytes, at: int, data: bytes) -> bytes:
    """The workbook with bytes changed behind each such record of the zip."""
    made = bytearray(pack(book(found)))
    start = made.find(marker)
    while start >= 0:
        made[start + at : start + at + len(data)] = data
        start = made.find(marker, start + 4)
    return bytes(made)


def _nested(deep: int) -> bytes:
    data = b"x" * 1000
    for _ in range(deep):
        data = pack({"inner.zip": data})
    return data


def _huge_dictionary(found: Rows) -> bytes:
    """LZMA whose properties ask for a dictionary of 4 GB."""
    made = bytearray(pack(book(found), zipfile.ZIP_LZMA))
    at = 0
    while (at := made.find(b"PK\x03\x04", at)) >= 0:
        name, more = struct.unpack("<2H", made[at + 26 : at + 30])
        begin = at + 30 + name + more
        made[begin + 5 : begin + 9] = b"\xff\xff\xff\xff"
        at += 4
    return bytes(made)


def _commented(found: Rows) -> bytes:
    """A second workbook in a comment behind the directory: who reads from the back finds that one."""
    other = pack(book(rows(90)))
    data = pack(book(found))
    end = data.rindex(b"PK\x05\x06")
    return data[: end + 20] + struct.pack("<H", len(other)) + other


_ANY = "workbook_broken|workbook_names|unsafe|workbook_bomb"
_MADE: list[tuple[str, str, Callable[[Rows], bytes]]] = [
    ("good", ACCEPTED, lambda found: pack(book(found))),
    ("stored", ACCEPTED, lambda found: pack(book(found), zipfile.ZIP_STORED)),
    ("zip64", ACCEPTED, lambda found: pack(book(found), zip64=True)),
    ("an end of zip64 that agrees", ACCEPTED, lambda found: twofold(book(found), {}, agree=True)),
    ("an end of zip64 that names other figures", "workbook_broken", lambda found: twofold(
        book(found), book(rows(96)))),
    ("an end of zip64 that hides other figures", "workbook_broken", lambda found: twofold(
        book(rows(96)), book(found))),
    ("an end of zip64 that hides macros", "workbook_broken", lambda found: twofold(
        book(found) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, book(found))),
    ("an end of zip64 that hides a cell's second value", "workbook_broken", lambda found: twofold(
        workbooks.changed(book(found), SHEET, "<v>", "<v>1</v><v>"), book(found))),
    ("an end of zip64 that hides far cells", "workbook_broken", lambda found: twofold(
        workbooks.changed(book(found), SHEET, "</sheetData>",
                          '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'), book(found))),
    ("parts that exchange their names", "workbook_names", lambda found: renamed(
        book(found) | {"xl/x.xml": book(rows(97))[SHEET]}, {SHEET: "xl/y.xml", "xl/x.xml": SHEET})),
    ("parts that exchange their names for far cells", "workbook_names", lambda found: renamed(
        book(found) | {"xl/x.xml": workbooks.changed(book(found), SHEET, "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')[SHEET]},
        {SHEET: "xl/y.xml", "xl/x.xml": SHEET})),
    ("ratio", "workbook_bomb", _with("xl/media/x.bmp", _ZEROS)),
    ("ratio in the sheet", "workbook_bomb", lambda found: pack(
        book(found) | {SHEET: book(found)[SHEET].replace(b"</sheetData>", b" " * 20_000_000 + b"</sheetData>")})),
    ("ratio in the texts", "workbook_bomb", lambda found: pack(book(found) | {workbooks.STRINGS: _ZEROS})),
    ("many members", "workbook_members", lambda found: pack(
        book(found) | {f"xl/x{at}.xml": b"<x/>" for at in range(1_000)})),
    ("zip in zip in zip", ACCEPTED, _with("xl/media/x.zip", _nested(30))),
    ("overlapping", _ANY, lambda found: overlapping(book(found), 12)),
    ("a size that lies", _ANY, lambda found: lying(book(found), SHEET, 100, prefix=False)),
    ("a size and a sum that lie", _ANY, lambda found: lying(book(found), SHEET, 200, prefix=True)),
    ("a small size, a bomb behind", _ANY, lambda found: lying(
        book(found) | {SHEET: book(found)[SHEET] + b" " * 300_000_000}, SHEET, len(book(found)[SHEET]), prefix=True)),
    ("a size of 4 GB", "workbook_bomb|workbook_broken", lambda found: lying(
        book(found), SHEET, 2**32 - 2, prefix=False)),
    ("a part twice", "workbook_names", lambda found: _twice(found)),
    ("a part in two cases", "workbook_names", _with(SHEET.upper(), b"<x/>")),
    ("path upwards", "workbook_names", _with("../../outside.xml", SECRET.encode())),
    ("absolute path", "workbook_names", _with("/tmp/outside.xml", SECRET.encode())),
    ("path of another system", "workbook_names", _with("C:\\outside.xml", SECRET.encode())),
    ("encrypted", "workbook_broken", lambda found: _patched(
        found, b"PK\x01\x02", 8, b"\x01\0")),
    ("unknown compression", "workbook_broken", lambda found: _patched(found, b"PK\x01\x02", 10, b"\x63\0")),
    ("lzma", "workbook_broken", lambda found: pack(book(found), zipfile.ZIP_LZMA)),
    ("lzma with a huge dictionary", "workbook_broken|unsafe", _huge_dictionary),
    ("bzip2", "workbook_broken", lambda found: pack(book(found), zipfile.ZIP_BZIP2)),
    ("cut", "workbook_broken", lambda found: pack(book(found))[:-400]),
    ("cut in the middle", "workbook_broken", lambda found: pack(book(found))[:900]),
    ("no directory", "workbook_broken", lambda found: b"PK\x05\x06" + b"\0" * 18),
    ("only a mark", "workbook_broken", lambda found: b"PK\x03\x04"),
    ("pdf before", "workbook_broken", lambda found: b"%PDF-1.4\n%%EOF\n" + pack(book(found))),
    ("html before", "workbook_broken", lambda found: b"<html></html>" + pack(book(found))),
    ("csv before", "workbook_broken", lambda found: text(found).encode() + pack(book(found))),
    ("bytes behind", "workbook_broken", lambda found: pack(book(found)) + b"\0" * 5_000),
    ("two workbooks", "workbook_broken", lambda found: pack(book(rows(91))) + pack(book(found))),
    ("two ends", "workbook_broken", _commented),
    ("old form", "workbook_old", lambda found: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000),
    ("text", "workbook_broken", lambda found: text(found).encode()),
]  # fmt: skip


def _twice(found: Rows) -> bytes:
    """The sheet's name twice in the directory, the second time of other figures."""
    other = SHEET.replace("1", "~")
    return pack(book(found) | {other: book(rows(92))[SHEET]}).replace(other.encode(), SHEET.encode())


CASES: list[Case] = [
    Case(f"zip: {name}", "heavy" if "bomb" in name else KIND, expected, file(make, f"{NAME}.xlsx"))
    for name, expected, make in _MADE
]
for _ending in ("xlsm", "xls", "xlsb", "ods", "zip", "exe", "xlsx.exe", "csv.lnk"):
    CASES.append(
        Case(f"ending {_ending}", KIND, "file_type", file(lambda found: pack(book(found)), f"{NAME}.{_ending}"))
    )
CASES.append(
    Case("zip: upper ending", KIND, ACCEPTED, file(lambda found: pack(book(found), zipfile.ZIP_STORED), f"{NAME}.XLSX"))
)
