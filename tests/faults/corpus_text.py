"""Hostile CSV: encodings, signs that are not seen, quotes, lines, headers, and files that are something else."""

from __future__ import annotations

import gzip

from tests.faults import workbooks
from tests.faults.corpus import ACCEPTED, SECRET, Case, Rows, as_csv, cell, text, with_column

KIND = "text"


def _chinese(found: Rows) -> str:
    """The same with titles and names of the documents in Chinese where they have some."""
    words = {"recorded": "立案", "cleared": "破案", "all": "合计", "drugs": "毒品", "other": "其他"}
    return text([[words.get(one, one) for one in line] for line in found])


def _replaced(old: str, new: str, times: int = 1) -> object:
    return lambda found: text(found).replace(old, new, times)


def _headed(old: str, new: str) -> object:
    return lambda found: text([[new if one == old else one for one in found[0]], *found[1:]])


_MADE: list[tuple[str, str, object]] = [
    ("nul", "nul", _replaced(",drugs,", ",dr\0ugs,")),
    ("nul at the end", "nul", lambda found: text(found) + "\0" * 4096),
    ("backspaces", "control_character", _replaced(",drugs,", ",x\b\bdrugs,")),
    ("escape sequence", "control_character", _replaced(",drugs,", ",\x1b[31mdrugs,")),
    ("form feed", "control_character", _replaced("\n", "\n\f", 3)),
    ("gb18030", ACCEPTED, lambda found: _chinese(found).encode("gb18030")),
    ("gbk", ACCEPTED, lambda found: _chinese(found).encode("gbk")),
    ("utf-8 in Chinese", ACCEPTED, _chinese),
    ("utf-16", "undecodable", lambda found: text(found).encode("utf-16")),
    ("utf-16 without a mark", "nul", lambda found: text(found).encode("utf-16-le")),
    ("utf-32", "undecodable|nul", lambda found: text(found).encode("utf-32")),
    ("utf-7", "column_unknown|header_not_found", _headed("recorded", "+AHI-ecorded")),
    ("latin-1", "undecodable|column_unknown", lambda found: text(with_column(found, "café", "ÿÿ")).encode("latin-1")),
    ("one mark", ACCEPTED, lambda found: "\ufeff" + text(found)),
    ("three marks", "column_missing", lambda found: "\ufeff" * 3 + text(found)),
    ("only a mark", "cut_short|header_not_found", lambda found: "\ufeff"),
    ("only a line break", "header_not_found|nothing_in_it", lambda found: "\n"),
    ("only a header", "no_rows|area_missing", lambda found: text(found[:1])),
    ("only commas", "header_not_found|nothing_in_it", lambda found: ",,,\n" * 50),
    ("invalid bytes", "undecodable", lambda found: text(found).encode().replace(b"drugs", b"dr\xff\xffgs", 1)),
    ("overlong slash", "undecodable|code_unknown",
     lambda found: text(found).encode().replace(b"drugs", b"\xc0\xaf", 1)),
    ("surrogate", "undecodable|code_unknown", lambda found: text(found).encode().replace(b"drugs", b"\xed\xa0\x80", 1)),
    ("quote unclosed", "quotes_broken|cell_too_long", _replaced(",drugs,", ',"drugs,')),
    ("quote inside", "quotes_broken", _replaced(",drugs,", ',"dr"ugs,')),
    ("quote hides rows", "quotes_broken|ragged_row", _replaced("\n110101002", '\n"110101002')),
    ("short row", "ragged_row", lambda found: text([*found[:3], found[3][:-1], *found[4:]])),
    ("long row", "ragged_row", lambda found: text([*found[:3], [*found[3], SECRET], *found[4:]])),
    ("last line cut", "cut_short", lambda found: text(found)[:-1]),
    ("last line cut in a figure", "cut_short|ragged_row", lambda found: text(found)[:-3]),
    ("cut between rows", "row_missing|area_missing", lambda found: text(found[:-2])),
    ("carriage returns", ACCEPTED, lambda found: text(found, end="\r")),
    ("mixed line ends", ACCEPTED, _replaced("\n", "\r\n", 4)),
    ("all quoted", ACCEPTED, lambda found: "".join(",".join(f'"{one}"' for one in line) + "\n" for line in found)),
    ("blank rows", ACCEPTED, _replaced("\n", "\n\n , , ,\n", 3)),
    ("semicolons", "separator", lambda found: text(found, sign=";")),
    ("tabs", "separator", lambda found: text(found, sign="\t")),
    ("huge cell", "cell_too_long", _replaced(",drugs,", f",{'x' * 40_000},")),
    ("header twice", "header_twice", lambda found: text(with_column(found, "recorded", "1"))),
    ("header in two languages", "header_twice", lambda found: text(with_column(found, "立案", "1"))),
    ("header again below", "area_unknown|code_unknown", lambda found: text([*found, found[0]])),
    ("header without a name", "header_blank", lambda found: text(with_column(found, "", SECRET))),
    ("column of ours lacking", "column_missing", lambda found: text([line[:-1] for line in found])),
    ("column unknown", "column_unknown", lambda found: text(with_column(found, "names", SECRET))),
    ("header very long", "column_unknown", lambda found: text(with_column(found, "n" * 30_000, SECRET))),
    ("header is markup", "column_unknown", lambda found: text(with_column(found, "[red]<b>{x}%s", SECRET))),
    ("ten thousand columns", "column_unknown", lambda found: _wide(found)),
    ("right to left", "column_missing", _headed("recorded", "\u202edro\u202ccer")),
    ("right to left mark", "column_missing", _headed("recorded", "recorded\u202e")),
    ("zero width in a header", "column_missing", _headed("recorded", "rec\u200borded")),
    ("zero width in a code", "area_unknown", _replaced("110101001", "110101\u200b001")),
    ("joiner in a kind", "code_unknown", _replaced(",drugs,", ",dr\u200dugs,")),
    ("Cyrillic header", "column_missing", _headed("recorded", "rec\u043erded")),
    ("Cyrillic kind", "code_unknown", _replaced(",all,", ",\u0430ll,")),
    ("Greek header", "column_missing", _headed("cleared", "cle\u03b1red")),
    ("accent composed", "column_missing", _headed("cleared", "cle\u0301ared")),
    ("html", "header_not_found|separator|cut_short", lambda found: f"<html><body>{SECRET}</body></html>\n"),
    ("script", "header_not_found|separator", lambda found: f"#!/bin/sh\ntouch {SECRET}\n"),
    ("yaml", "header_not_found|separator|column_missing", lambda found: "!!python/object/apply:os.system ['x']\n"),
    ("gzip", "undecodable|nul|control_character", lambda found: gzip.compress(text(found).encode(), mtime=0)),
    ("workbook called csv", "csv_is_workbook", lambda found: workbooks.pack(workbooks.book(found))),
    ("csv and workbook", "nul|undecodable|control_character",
     lambda found: text(found).encode() + workbooks.pack(workbooks.book(found))),
    ("pickle", "nul|control_character|undecodable|header_not_found",
     lambda found: b"\x80\x04cos\nsystem\n(S'x'\ntR.\n"),
]  # fmt: skip


def _wide(found: Rows) -> str:
    return text([[*line, *(f"c{at}" if line is found[0] else "1" for at in range(10_000))] for line in found])


CASES: list[Case] = [as_csv(name, KIND, expected, make) for name, expected, make in _MADE]
_BIG = "110101001,drugs,12345,678\n"
CASES += [
    as_csv("a million rows", "heavy", "unsafe|key_twice|took_too_long", lambda found: text(found) + _BIG * 900_000),
    as_csv("a million cells in a row", "heavy", "ragged_row|column_unknown|unsafe|took_too_long",
           lambda found: text(found) + "1," * 1_000_000 + "1\n"),
    as_csv("many faults", "heavy", "area_unknown", lambda found: text(found[:1] + [
        [f"no{at}", "drugs", "x", "y"] for at in range(30_000)])),
    as_csv("many unlike names", "heavy", "column_unknown", lambda found: text([
        [*line, *(f"recorde{at}" if line is found[0] else "1" for at in range(3_000))] for line in found])),
    as_csv("long figures", "heavy", "number_grouping|number_text|number_too_large", lambda found: text(
        cell(cell(cell(found, (1, 2), "1 " * 16_000), (2, 2), "-" + "1'" * 16_000), (3, 2), "1" * 32_000))),
]  # fmt: skip
