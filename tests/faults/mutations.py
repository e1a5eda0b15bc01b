"""Good returns changed at random, by number: the same number makes the same file.

First in ways that change nothing (`_kept`), so that many are accepted, then mostly in ways that may change everything.
What a file says then is for the readers to find out.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence
from csv import QUOTE_ALL, QUOTE_MINIMAL, writer

from tests.faults import corpus, small, workbooks
from tests.faults.corpus_cells import FORMULAS, NO_COUNT

Rows = list[list[str]]

_NAMES = {"recorded": ("立案", "Recorded", " RECORDED "), "cleared": ("破案", "Cleared"), "all": ("合计", "ALL"),
          "drugs": ("毒品", " drugs"), "other": ("其他", "Other"), small.COUNTY: ("东县", "East County"),
          small.TOWNS[0]: ("1镇", "Town 1")}  # fmt: skip
_FULL = {ord("0") + at: 0xFF10 + at for at in range(10)}
NASTY = [*(words for words, _ in NO_COUNT.values()), *FORMULAS, "0", "00", "12", "007", "三十", "一百零五", "1 234",
         "1,234", "１２３", "１,２３４", "12\u200b", "\ufeff12", "12\u00ad", "١٢", "12 ", "\t12", "1'234",
         "1.000", "1,2", "0,123", "01,234", "1 23", "12.", ".5", "1e2", "all", "drugs", small.TOWNS[2], "", " ",
         "*", "-", "—", "…",
         "null", "None", "nil", "N/A", "ＡＬＬ", "alL", "Аll", "合 计", "x" * 300, '"', "'",
         "\\", "\r", "a\nb"]  # fmt: skip
STORED = tuple(f"><v>{value}</v>" for value in (
    "12.0", "1.2E1", " 12 ", "1e400", "-0", "+5", "0x1F", "1_0", "١٢", "１２", "12.000000000000001", "12.5",
    "1e2", "9007199254740993", "999999999999999", "1000000000000000", "12,0", "1,234", "00012", "12.", ".5e1", "NaN",
    "INF", "", "1 2", "TRUE", "0.99999999999999999", "1E-400", "&#49;2", "<![CDATA[12]]>", "1<!-- -->2", "1<x/>2",
    "1<![CDATA[2]]>", "<![CDATA[1]]>2", "1<?x y?>2")) + tuple(
    f' t="{kind}"><v>12</v>' for kind in ("str", "b", "e", "d", "n", "N", "", "inlineStr", "number")) + tuple(
    f' t="inlineStr"><is>{text}</is>' for text in (
        "<t>12</t>", "<t>1</t><t>2</t>", "<r><t>1</t></r><r><t>2</t></r>", "<t>1</t><rPh sb='0' eb='1'><t>2</t></rPh>",
        "<r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r><r><t>2</t></r>", "<t> 12 </t>",
        "<t>１２</t>",
        "<t>12<!-- --></t>", "<t>1<!-- -->2</t>", "<t>1<![CDATA[2]]></t>",
        "<t><![CDATA[1]]>2</t>", "<t>1<x>3</x>2</t>",
        "<r><rPr><strike/></rPr><t>1</t></r><r><t>2</t></r>", "<t>1_x0032_</t>", "<t/>")) + (
    "><f>6+6</f><v>12</v>", "><v>12</v><f>6+6</f>", "><f>12</f>", "><is><t>12</t></is>", ' t="s"><v>00</v>',
    ' t="str"><v>1\u200b2</v>', ' t="str"><v>12</v><is><t>7</t></is>')  # fmt: skip
"""Ways to store a figure in a workbook."""

_BYTES = (
    b"\0",
    b'"',
    b",",
    b"\n",
    b"\r",
    b";",
    b"\xff",
    b"\xef\xbb\xbf",
    b" ",
    b"0",
    b"9",
    b"\xa1\xa1",
    b"\xe3\x80\x80",
)


def of_csv(number: int) -> tuple[str, bytes]:
    """Name and bytes of a CSV."""
    dice = random.Random(f"csv {number}")
    rows = _kept(dice, corpus.rows(number % 700))
    if dice.random() < 0.3:
        rows = _cells(dice, rows)
    if dice.random() < 0.5:
        rows = _alike(dice, rows, NASTY)
    out = io.StringIO()
    quoting = dice.choice((QUOTE_MINIMAL, QUOTE_MINIMAL, QUOTE_ALL))
    writer(out, lineterminator=dice.choice(("\n", "\n", "\r\n", "\r")), quoting=quoting).writerows(rows)
    data = out.getvalue().encode(dice.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030")), "replace")
    for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 4))):
        data = _bytes(dice, data)
    return f"{corpus.NAME}.csv", data


def of_workbook(number: int) -> tuple[str, bytes]:
    """Name and bytes of a workbook."""
    dice = random.Random(f"workbook {number}")
    rows = _kept(dice, corpus.rows(number % 700))
    if dice.random() < 0.2:
        rows = _cells(dice, rows)
    if dice.random() < 0.6:
        rows = _alike(dice, rows, (*NASTY, *STORED * 2))
    name = dice.choice(("crime", "案件", "Crime", "Sheet1", "工作表1"))
    made = workbooks.book([[_storable(one) for one in row] for row in rows], name)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
        made = _part(dice, made)
    data = workbooks.pack(made, dice.choice((0, 8, 8)))
    if dice.random() < 0.1:
        data = _bytes(dice, data)
    return f"{corpus.NAME}.xlsx", _two_readings(random.Random(f"readings {number}"), made) or data


def _two_readings(dice: random.Random, made: workbooks.Parts) -> bytes:
    """For a few of the workbooks one in which some readers find other figures than others, or none; or b''."""
    what, name = dice.randrange(40), dice.choice((workbooks.SHEET,) * 3 + (workbooks.STRINGS, *made))
    other = workbooks.book(corpus.rows(dice.randrange(700)))
    if what == 0:
        return workbooks.twofold(*((made, other) if dice.random() < 0.5 else (other, made)))
    if what == 1:
        return workbooks.twofold(made, {}, agree=True)
    if what == 2 and name in made:
        return workbooks.renamed(made | {"xl/x.xml": other.get(name, b"")}, {name: "xl/y.xml", "xl/x.xml": name})
    tags = [found.span() for found in re.finditer(rb"<(\w+)\b[^>]*?(?:/>|>.*?</\1>)", made.get(name, b""))]
    if what in (3, 4) and tags:
        start, end = dice.choice(tags)
        around = dice.choice(("q", "extLst", "AlternateContent"))
        part = made[name][:start] + f"<{around}>".encode() + made[name][start:end] + f"</{around}>".encode()
        return workbooks.pack(made | {name: part + made[name][end:]})
    return b""


def _storable(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def _kept(dice: random.Random, rows: Rows) -> Rows:
    """The same figures, written otherwise."""
    rows = [list(row) for row in rows]
    if dice.random() < 0.3:
        head, *lines = rows
        dice.shuffle(lines)
        rows = [head, *lines]
    if dice.random() < 0.3:
        order = dice.sample(range(4), 4)
        rows = [[row[at] for at in order] for row in rows]
    for row in rows:
        for at, cell in enumerate(row):
            if dice.random() < 0.1:
                row[at] = dice.choice(_NAMES.get(cell, (cell.translate(_FULL), f" {cell}", f"{cell}\u3000")))
    if dice.random() < 0.2:
        rows.insert(dice.randrange(1, len(rows)), [""] * 4)
    return rows


def _alike(dice: random.Random, rows: Rows, words: Sequence[str]) -> Rows:
    """The same word as a total and as one of its parts, the other 0: the sum is right, whatever it is read as."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        area = next((cell for cell in row if cell.startswith("1101")), "")
        kind = next((cell for cell in row if cell in ("all", "drugs", "other")), "")
        found.setdefault(area, {})[kind] = row
    whole = [kinds for area, kinds in found.items() if area and len(kinds) == 3 and "" not in kinds]
    head = [name.strip() for name in rows[0]]
    columns = [head.index(name) for name in ("recorded", "cleared") if name in head]
    kinds = dice.choice(whole) if whole else {}
    if kinds and columns and all(len(row) == len(rows[0]) for row in kinds.values()):
        column, word = dice.choice(columns), dice.choice(words)
        kinds["all"][column] = kinds["other"][column] = word
        kinds["drugs"][column] = "0"
    return rows


def _cells(dice: random.Random, rows: Rows) -> Rows:
    """A few cells, rows or columns changed."""
    for _ in range(dice.choice((1, 1, 2))):
        at, column = dice.randrange(len(rows)), dice.randrange(4)
        what = dice.randrange(9)
        if what < 4 and len(rows[at]) > column:
            rows[at][column] = dice.choice(NASTY)
        elif what == 4:
            rows.insert(at, list(rows[dice.randrange(len(rows))]))
        elif what == 5:
            del rows[at]
        elif what == 6:
            rows[at] = rows[at][:column] if dice.random() < 0.5 else [*rows[at], dice.choice(NASTY)]
        elif what == 7:
            rows = [[*row[:column], dice.choice(("", "x", "1")), *row[column:]] for row in rows]
        elif len(rows[at]) > column and rows[at][column]:
            sign = dice.randrange(len(rows[at][column]))
            rows[at][column] = (
                rows[at][column][:sign] + dice.choice("0123456789аeо\u200d ,.") + rows[at][column][sign + 1 :]
            )
        rows = rows or [[""]]
    return rows


def _bytes(dice: random.Random, data: bytes) -> bytes:
    """One change that knows nothing of what the bytes mean."""
    at = dice.randrange(len(data) + 1)
    length = dice.choice((1, 1, 2, 7, 40, 200))
    what = dice.randrange(6)
    if what == 0 and at < len(data):
        return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]
    if what == 1:
        return data[:at] + data[at + length :]
    if what == 2:
        return data[: at + length] + data[at : at + length] + data[at + length :]
    if what == 3:
        return data[:at]
    if what == 4:
        return data[:at] + dice.choice(_BYTES) + data[at:]
    return data[:at] + dice.choice(_BYTES) + data[at + 1 :]


_IN_XML = ("<!-- -->", "<![CDATA[7]]>", "<?x y?>", "&#49;", "&amp;", "&#x0;", "<x/>", "<v>7</v>", "<c><v>7</v></c>",
           '<c r="C3"><v>7</v></c>', "<row/>", "</row>", "</c>", "</sheetData>", "<is><t>7</t></is>", "<f>1+1</f>",
           "<t>7</t>", "<r><t>7</t></r>", "<rPh><t>7</t></rPh>", "<si><t>7</t></si>", "7", " ", "\n")  # fmt: skip
_ATTRIBUTES = (' t="s"', ' t="str"', ' t="b"', ' t="e"', ' t="n"', ' t="inlineStr"', ' t="d"', ' s="1"', ' r="B2"',
               ' r="c4"', ' r="AA1"', ' r=""', ' r="A0"', ' r="$C$3"', ' hidden="1"', ' r="3"',
               ' x:r="C3"')  # fmt: skip


def _part(dice: random.Random, made: workbooks.Parts) -> workbooks.Parts:
    """A change of one part, mostly of the sheet's XML."""
    name = dice.choice((workbooks.SHEET,) * 6 + (workbooks.STRINGS,) * 2 + tuple(made))
    if name not in made:
        return made
    data, what = made[name], dice.randrange(8)
    if what == 0:
        return made | {name: _bytes(dice, data)}
    if what == 1 and dice.random() < 0.3:
        return {one: part for one, part in made.items() if one != name}
    if what == 1:
        return made | {name: made[dice.choice(tuple(made))]}
    tags = [match.span() for match in re.finditer(rb"<[^>]*>", data)]
    if not tags:
        return made
    start, end = dice.choice(tags)
    if what == 2:
        return made | {name: data[:start] + data[end:]}
    if what == 3:
        return made | {name: data[:end] + dice.choice(_IN_XML).encode() + data[end:]}
    if what == 4:
        words, more = data[start : end - 1], dice.choice(_ATTRIBUTES).encode()
        words = re.sub(rb' (t|r)="[^"]*"', b"", words) if dice.random() < 0.6 else words
        return made | {
            name: data[:start]
            + (words[:-1] + more + b"/>" if words.endswith(b"/") else words + more + b">")
            + data[end:]
        }
    if what == 5:
        values = [match.span(1) for match in re.finditer(rb">([^<>]+)<", data)]
        if values:
            start, end = dice.choice(values)
            return made | {name: data[:start] + _escaped(dice.choice(NASTY)) + data[end:]}
    other, _ = dice.choice(tags)
    first, last = sorted((start, other))
    if what == 6:
        return made | {name: data[:first] + data[last:]}
    return made | {name: data[:last] + data[first:last][:2000] + data[last:]}


def _escaped(text: str) -> bytes:
    return _storable(text).replace("&", "&amp;").replace("<", "&lt;").encode()
