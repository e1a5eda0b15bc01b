"""Hostile workbooks: cells far away, entities, links, macros, sheets that are not what they seem."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.faults import workbooks
from tests.faults.corpus import ACCEPTED, NAME, SECRET, Case, Rows, file, rows, with_column
from tests.faults.workbooks import BOOK, LINKS, PROPERTIES, SHEET, STRINGS, TYPES, Parts, book, changed, pack, parts

KIND = "sheets"
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + "]>"
)
_DEEP = "<a>" * 100_000 + "</a>" * 100_000
_QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"h" * 50_000}">]>'
_EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_REMOTE = '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">'
_ROOTS = {SHEET: "<worksheet", STRINGS: "<sst", BOOK: "<workbook", LINKS: "<Relationships", TYPES: "<Types"}

Make = Callable[[Rows], Parts]


def _in_sheet(old: str, new: str) -> Make:
    return lambda found: changed(book(found), SHEET, old, new)


def _typed(part: str, data: str, kind: str) -> Make:
    """A part whose name says nothing and whose type says what it is."""
    words = f'<Override PartName="/{part}" ContentType="application/vnd.{kind}"/></Types>'
    return lambda found: changed(book(found) | {part: data.encode()}, TYPES, "</Types>", words)


def _declared(part: str, words: str) -> Make:
    return lambda found: changed(book(found), part, _ROOTS[part], words + _ROOTS[part])


def _utf16(part: str, words: str = "") -> Make:
    def make(found: Rows) -> Parts:
        made = changed(book(found), part, _ROOTS[part], words + _ROOTS[part])
        data = made[part].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
        return made | {part: data.encode("utf-16")}

    return make


def _properties(facts: dict[str, str], inner: str = "") -> Make:
    lines = "".join(f'<property name="{name}"><x>{words}</x></property>' for name, words in facts.items())
    return lambda found: book(found) | {PROPERTIES: f"<Properties>{lines}{inner}</Properties>".encode()}


def _target(to: str, mode: str = "") -> Make:
    return lambda found: changed(
        book(found),
        LINKS,
        'Target="worksheets/sheet1.xml"',
        f'Target="{to}"' + (f' TargetMode="{mode}"' if mode else ""),
    )


def _wrapped(made: Parts, part: str, pattern: str, before: str, behind: str) -> Parts:
    """The parts with something put around what fits the pattern first."""
    data, count = re.subn(pattern, lambda found: f"{before}{found[0]}{behind}", made[part].decode(), count=1)
    if not count:
        raise KeyError(pattern)
    return made | {part: data.encode()}


def _within(part: str, pattern: str) -> Make:
    """What is there only for whoever knows a form that nobody has heard of: some readers take it all the same."""
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    before = f'<mc:AlternateContent xmlns:mc="{space}"><mc:Choice Requires="q" xmlns:q="urn:q">'
    return lambda found: _wrapped(book(found), part, pattern, before, "</mc:Choice></mc:AlternateContent>")


_FAR = "far_cell"
_BROKEN = "workbook_broken|nothing_in_it|unreadable"
_MADE: list[tuple[str, str, Make]] = [
    ("last cell", _FAR, _in_sheet("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
    ("last column", "far_cell|ragged_row|column_unknown|header_blank", _in_sheet(
        "</row>", '<c r="XFD1"><v>1</v></c></row>')),
    ("last row", "far_cell|area_empty|area_unknown|ragged_row", _in_sheet(
        "</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')),
    ("far without a reference", _FAR, _in_sheet(
        "</sheetData>", '<row r="1048575"/><row>' + "<c/>" * 9 + "<c><v>1</v></c></row></sheetData>")),
    ("beyond any sheet", "far_cell|workbook_broken|unsafe", _in_sheet(
        "</sheetData>", '<row r="4294967295"><c r="ZZZZZZ4294967295"><v>1</v></c></row></sheetData>')),
    ("row of 20 digits", "far_cell|cell_twice|workbook_broken|unsafe", _in_sheet(
        "</sheetData>", '<row r="1"><c r="A99999999999999999999"><v>1</v></c></row></sheetData>')),
    ("reference to row 0", _BROKEN + "|column_missing|ragged_row|area_empty", _in_sheet(
        "</sheetData>", '<row r="0"><c r="A0"><v>1</v></c></row></sheetData>')),
    ("a dimension that lies", ACCEPTED, _in_sheet("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
    ("formats far away", ACCEPTED, _in_sheet(
        "</sheetData>", '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row></sheetData>')),
    ("merged head", "header_merged", _in_sheet(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="C1:D1"/></mergeCells>')),
    ("merged figures", "cells_merged", _in_sheet(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="C2:C3"/></mergeCells>')),
    ("merged to the end of the world", "header_merged|cells_merged|workbook_broken", _in_sheet(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    *((f"laughs in {part}", "workbook_doctype", _declared(part, _LAUGHS)) for part in _ROOTS),
    ("quadratic", "workbook_doctype", _declared(STRINGS, _QUADRATIC)),
    ("external entity", "workbook_doctype", _declared(SHEET, _EXTERNAL)),
    ("remote document type", "workbook_doctype", _declared(BOOK, _REMOTE)),
    ("document type in properties", "workbook_doctype", lambda found: book(found) | {
        PROPERTIES: (_LAUGHS + "<Properties>&b;</Properties>").encode()}),
    ("document type in small letters", "workbook_doctype|workbook_broken|accepted",
     _declared(SHEET, _EXTERNAL.lower())),
    ("document type in UTF-16", "workbook_doctype", _utf16(SHEET, _EXTERNAL)),
    ("texts in UTF-16", "workbook_broken|header_not_found|accepted|nothing_in_it|sheet_unknown", _utf16(STRINGS)),
    ("hidden sheet in UTF-16", "workbook_broken", lambda found: _hidden(found)),
    ("a diagram, parts of other programs", ACCEPTED, lambda found: book(found) | {
        "xl/diagrams/data1.xml": b'<d:t xmlns:d="d"><d:bodyPr/></d:t>', "customXml/item1.xml": b"",
        "__MACOSX/xl/._workbook.xml": b"\0\5"}),
    ("a prefix of signs", "cell_twice", lambda found: _prefixed(
        found, "x-y.z", '<c r="A1" t="inlineStr"><is><t>x</t></is></c>')),
    ("parts elsewhere", _BROKEN, lambda found: changed(book(found), "_rels/.rels", '"xl/work', '"x/work')),
    ("entity unknown", "workbook_broken|column_missing", _in_sheet("<v>1</v>", "<v>&a;</v>")),
    ("link to a workbook", "workbook_links", lambda found: book(found) | {
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
    ("link under another name", "workbook_links", _typed(
        "xl/l/l1.xml", "<externalLink/>", "openxmlformats-officedocument.spreadsheetml.externalLink+xml")),
    ("DDE under another name", "workbook_links", _typed(
        "xl/l/d1.xml", '<externalLink><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>',
        "openxmlformats-officedocument.spreadsheetml.externalLink+xml")),
    ("connections", "workbook_links", lambda found: book(found) | {"xl/connections.xml": b"<connections/>"}),
    ("connections under another name", "workbook_links", _typed(
        "xl/c.xml", "<connections/>", "openxmlformats-officedocument.spreadsheetml.connections+xml")),
    ("query of a table", "workbook_links", lambda found: book(found) | {"xl/queryTables/q1.xml": b"<queryTable/>"}),
    ("macros", "workbook_macros", lambda found: book(found) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    ("macros under another name", "workbook_macros", _typed("xl/v.dat", "x", "ms-office.vbaProject")),
    ("macros by type", "workbook_macros", lambda found: changed(
        book(found), TYPES, "openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "ms-excel.sheet.macroEnabled.main+xml")),
    ("types in UTF-16", "workbook_macros|workbook_broken", lambda found: book(found) | {
        TYPES: book(found)[TYPES].decode().replace("openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "ms-excel.sheet.macroEnabled.main+xml").encode("utf-16")}),
    ("embedded", "workbook_macros", lambda found: book(found) | {"xl/embeddings/o.xlsx": pack(book(rows(93)))}),
    ("macro sheet", "workbook_macros", lambda found: book(found) | {"xl/macrosheets/s1.xml": b"<x/>"}),
    ("a link to a page", ACCEPTED, lambda found: book(found) | {
        "xl/worksheets/_rels/sheet1.xml.rels": workbooks.links([("rId1", "hyperlink", "http://192.0.2.1/")])}),
    ("sheet elsewhere", _BROKEN, _target("file:///etc/passwd", "External")),
    ("sheet upwards", _BROKEN, _target("../../../../../../etc/passwd")),
    ("sheet in another file that is called as it is", _BROKEN, _target("worksheets/sheet1.xml", "External")),
    ("texts elsewhere, and others where some look", "workbook_broken", lambda found: _elsewhere(found)),
    ("texts that nothing names", "workbook_broken", lambda found: changed(
        book(found), LINKS, "sharedStrings", "sharedstringsOfNobody")),
    ("texts named by a kind that some know", "workbook_broken", lambda found: changed(
        book(found), LINKS, f'{workbooks.OFFICE}/sharedStrings', "urn:x/sharedStrings")),
    ("formats elsewhere", "workbook_broken", lambda found: changed(
        book(found) | {"xl/styles.xml": f'<styleSheet xmlns="{workbooks.MAIN}"/>'.encode(),
        "xl/s.xml": b"<styleSheet/>"}, LINKS, "</Rel",
        f'<Relationship Id="rId901" Type="{workbooks.OFFICE}/styles" Target="s.xml"/></Rel')),
    ("sheet of another kind", "workbook_broken", lambda found: changed(
        book(found), LINKS, "/worksheet\"", "/chartsheet\"")),
    ("sheet in a folder of another kind", "workbook_broken", lambda found: _in_folder(found, "chartsheets")),
    *((f"{what} within what some pass over", "workbook_broken", _within(part, old))
      for what, part, old in (
          ("a cell", SHEET, '<c r="C2">.*?</c>'), ("a row", SHEET, '<row r="3">.*?</row>'),
          ("a value", SHEET, "<v>.*?</v>"), ("all cells", SHEET, "<sheetData>.*</sheetData>"),
          ("a text", STRINGS, "<si>.*?</si>"), ("a text's letters", STRINGS, "<t .*?</t>"),
          ("a sheet", BOOK, "<sheet .*?/>"), ("a relation", LINKS, "<Relationship .*?/>"))),
    ("a cell in a cell", "workbook_broken|cell_twice", lambda found: _wrapped(
        book(found), SHEET, '<c r="C2">.*?</c>', '<c r="C2">', "</c>")),
    ("a number in signs of another script", "workbook_broken", lambda found: _as_stored(found, lambda digits: "".join(
        chr(ord(digit) + 0xFEE0) for digit in digits))),
    ("a number with a comma in it", "workbook_broken", lambda found: _as_stored(
        found, lambda digits: f"{int(digits):,}")),
    ("a number with letters behind", "workbook_broken", lambda found: _as_stored(found, lambda digits: digits + "x")),
    ("a sheet named in another space", "workbook_broken", lambda found: changed(
        book(found), BOOK, f'xmlns:r="{workbooks.OFFICE}"', 'xmlns:r="urn:x"')),
    ("cells of another space", "workbook_broken", _in_sheet(workbooks.MAIN, "urn:x")),
    ("texts of another space", "workbook_broken", lambda found: changed(
        book(found), STRINGS, workbooks.MAIN, "urn:x")),
    ("the form of ISO", ACCEPTED, lambda found: {name: data.replace(
        workbooks.MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        workbooks.OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, data in book(found).items()}),
    ("sheet missing", _BROKEN, _target("worksheets/sheet9.xml")),
    ("sheet is the workbook", _BROKEN, _target("workbook.xml")),
    ("sheet is the texts", _BROKEN, _target("sharedStrings.xml")),
    ("two names of one part", "slice_twice|workbook_broken|unreadable", lambda found: changed(
        book(found), BOOK, "</sheets>", '<sheet name="Crime" sheetId="2" r:id="rId1"/></sheets>')),
    ("two sheets of one name", "slice_twice|workbook_broken|unreadable", lambda found: changed(
        parts({"crime": found, "crime2": rows(94)}), BOOK, 'name="crime2"', 'name="crime"')),
    ("two sheets of one table", "slice_twice", lambda found: parts({"crime": found, "案件": rows(95)})),
    ("hidden sheet", "sheet_unknown", lambda found: parts(
        {"crime": found, "persons": [["name"], [SECRET]]}, {"persons": "hidden"})),
    ("very hidden sheet", "sheet_unknown", lambda found: parts(
        {"crime": found, "persons": [["name"], [SECRET]]}, {"persons": "veryHidden"})),
    ("sheet of another office", "several_offices|sheet_differs", lambda found: parts(
        {"crime": found, "caseload": [["area_code", "accepted"], ["110101", "7"]]})),
    ("sheet that is a formula", "sheet_unknown", lambda found: parts({"crime": found, "=cmd|'/C calc'!A0": [["x"]]})),
    ("sheet of 3,000 letters", "sheet_unknown", lambda found: parts({"crime": found, "n" * 3000: [["x"]]})),
    ("column unknown in a workbook", "column_unknown", lambda found: book(with_column(found, "names", SECRET))),
    ("no sheet", "nothing_in_it|workbook_broken", lambda found: parts({})),
    ("no workbook part", "workbook_broken", lambda found: {n: d for n, d in book(found).items() if n != BOOK}),
    ("no relations", "workbook_broken|nothing_in_it", lambda found: {
        n: d for n, d in book(found).items() if n != LINKS}),
    ("no texts", "workbook_broken|header_not_found|nothing_in_it", lambda found: {
        n: d for n, d in book(found).items() if n != STRINGS}),
    ("elements without end", "workbook_broken", lambda found: book(found) | {SHEET: book(found)[SHEET][:-40]}),
    ("deep elements", "accepted|workbook_broken|unsafe", _in_sheet("</sheetData>", "</sheetData>" + _DEEP)),
    ("deep properties", "accepted|workbook_broken|unsafe", _properties({}, _DEEP)),
    ("properties of another table", "table_unknown", _properties({"yearbook_table": "../../etc/passwd"})),
    ("properties of another area", "unit_unknown", _properties({"yearbook_unit": "'; drop table"})),
    ("properties of the future", "prepared_on_future", _properties({"yearbook_prepared_on": "9999-12-31"})),
    ("properties no day", "prepared_on_unreadable", _properties({"yearbook_prepared_on": "=1+1"})),
    ("a row's number twice", ACCEPTED, lambda found: changed(
        book(found), SHEET, '<row r="3">', '<row r="2">')),
    ("rows out of order", "accepted|workbook_broken", lambda found: _swapped(found)),
    ("another name space", "accepted|workbook_broken|nothing_in_it", lambda found: _prefixed(found)),
]  # fmt: skip


def _elsewhere(found: Rows) -> Parts:
    """Where the texts lie by their relation, two towns have changed places."""
    made, towns = book(found), [line[0].encode() for line in found[1:]]
    other = next(town for town in towns if town != towns[0])
    texts = made[STRINGS].replace(towns[0], b"@").replace(other, towns[0]).replace(b"@", other)
    made = changed(made | {"xl/strings2.xml": texts}, LINKS, "sharedStrings.xml", "strings2.xml")
    return changed(made, TYPES, "/xl/sharedStrings.xml", "/xl/strings2.xml")


def _in_folder(found: Rows, folder: str) -> Parts:
    """The sheet in another folder of parts."""
    made = book(found)
    made = changed(made, LINKS, "worksheets/", f"{folder}/") | {SHEET.replace("worksheets", folder): made[SHEET]}
    return {name: data for name, data in made.items() if name != SHEET}


def _as_stored(found: Rows, other: Callable[[str], str]) -> Parts:
    """Every number of the sheet stored in another way."""
    made = book(found)
    data = re.sub(
        '(<c r="[A-Z]+[0-9]+"><v>)([0-9]+)(?=</v>)', lambda cell: cell[1] + other(cell[2]), made[SHEET].decode()
    )
    return made | {SHEET: data.encode()}


def _swapped(found: Rows) -> Parts:
    made = book(found)
    first, second = (made[SHEET].index(f'<row r="{at}">'.encode()) for at in (2, 3))
    third = made[SHEET].index(b'<row r="4">')
    data = made[SHEET]
    return made | {SHEET: data[:first] + data[second:third] + data[first:second] + data[third:]}


def _prefixed(found: Rows, prefix: str = "x", more: str = "") -> Parts:
    made = book(found)
    data = made[SHEET].decode().replace("</row>", f"{more}</row>", 1)
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        data = re.sub(f"<(/?){tag}(?=[ >])", rf"<\1{prefix}:{tag}", data)
    return made | {SHEET: data.replace("xmlns=", f"xmlns:{prefix}=").encode()}


def _hidden(found: Rows) -> Parts:
    """A second sheet that some readers take for an empty one."""
    made, second = parts({"crime": found, "persons": [["name"], [SECRET]]}), "xl/worksheets/sheet2.xml"
    return made | {second: made[second].decode().replace("UTF-8", "UTF-16").encode("utf-16")}


CASES: list[Case] = [
    Case(f"workbook: {name}", KIND, expected, file(lambda found, make=make: pack(make(found)), f"{NAME}.xlsx"))
    for name, expected, make in _MADE
]
CASES.append(
    Case("workbook: 4 million cells", "heavy",
         "unsafe|far_cell|ragged_row|area_empty|key_twice|took_too_long|area_unknown",
         file(lambda found: pack(_in_sheet(
             "</sheetData>", '<row r="200000"><c r="T200000"><v>1</v></c></row></sheetData>')(found)), f"{NAME}.xlsx"))
)  # fmt: skip
