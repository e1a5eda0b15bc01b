"""Hostile cells: what is no count, what would become a formula where a spreadsheet reads it, and codes that are
words of other languages. Each as CSV and, where a workbook stores it otherwise, as a workbook too.
"""

from __future__ import annotations

from tests.faults import workbooks
from tests.faults.corpus import ACCEPTED, NAME, Case, Figures, Rows, as_csv, cell, file, said, text

KIND = "cells"
_AT = (1, 2)
"""Where the first figure stands."""

NO_COUNT = {
    "exponent": ("1e3", "number_exponent"),
    "hexadecimal": ("0x10", "number_text"),
    "decimal": ("4.5", "number_decimal"),
    "decimal of nothing": ("4.0", "number_decimal"),
    "decimal comma": ("4,5", "number_grouping|number_decimal"),
    "negative": ("-1", "number_negative"),
    "minus of mathematics": ("\u22121", "number_negative"),
    "minus behind": ("1-", "number_negative"),
    "parentheses": ("(1)", "number_negative"),
    "plus": ("+5", "number_text"),
    "beyond 64 bits": ("9999999999999999999999", "number_too_large"),
    "beyond the measure": ("999999999999999", "number_too_large"),
    "thousands by points": ("1.234", "number_decimal"),
    "thousands apart": ("1,23,456", "number_grouping"),
    "nan": ("NaN", "number_text"),
    "infinity": ("infinity", "number_text"),
    "underscores": ("1_000", "number_text"),
    "Arabic digits": ("\u0663\u0664", "number_text"),
    "raised digit": ("5\u00b2", "footnote_mark"),
    "half": ("\u00bd", "footnote_mark"),
    "circled": ("\u2464", "footnote_mark"),
    "empty": ("", "number_empty"),
    "a space": ("\u3000", "number_empty"),
    "boolean": ("TRUE", "number_text"),
    "day": ("2004-01-20", "number_text"),
    "error": ("#REF!", "number_text"),
    "zero width between": ("1\u200b2", "number_text"),
    "direction between": ("1\u202e2", "number_text"),
    "two figures": ("1 2", "number_grouping"),
    "a line break within": ("1\n2", "number_grouping|number_text"),
    "Chinese with a part": ("一点五", "number_decimal"),
    "Chinese and below": ("负三", "number_negative"),
}
FORMULAS = ("=cmd|'/C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", '=HYPERLINK("http://x")')
SQL = "'; drop table delivery; --"
CASES: list[Case] = []


def _csv(name: str, expected: str, at: tuple[int, int], words: str) -> None:
    CASES.append(as_csv(name, KIND, expected, lambda found: text(cell(found, at, words))))


def _book(name: str, expected: str, at: tuple[int, int], stored: str, **more: object) -> None:
    """A workbook whose cell is written as `stored`: attributes, a `>` and what follows; VALUE stands for its figure."""

    def make(found: Rows) -> bytes:
        address = f"{workbooks.letters(at[1])}{at[0] + 1}"
        value = found[at[0]][at[1]]
        plain, new = f'<c r="{address}"><v>{value}</v></c>', stored.replace("VALUE", value)
        made = workbooks.changed(workbooks.book(found), workbooks.SHEET, plain, f'<c r="{address}"{new}</c>')
        return workbooks.pack(made)

    CASES.append(Case(name, KIND, expected, file(make, f"{NAME}.xlsx"), **more))


for _name, (_words, _expected) in NO_COUNT.items():
    _csv(_name, _expected, _AT, _words)
for _number, _words in enumerate(FORMULAS):
    _csv(f"formula {_number} as a figure", "number_text|number_negative", _AT, _words)
    _csv(f"formula {_number} as an area", "area_unknown", (1, 0), _words)
    _csv(f"formula {_number} as a kind", "code_unknown", (2, 1), _words)
_csv("formula in a header", "column_missing", (0, 2), FORMULAS[0])
_csv("SQL as an area", "area_unknown", (1, 0), SQL)
_csv("path as a kind", "code_unknown", (1, 1), "../../../etc/passwd")
_csv("places of a sentence as a kind", "code_unknown", (1, 1), "{nearest} {0.__class__} %s")
_csv("markup as an area", "area_unknown", (1, 0), "[bold red]<script>alert(1)</script>")
_csv("area of another county", "area_unknown", (1, 0), "110102001")
_csv("kind twice", "key_twice", (2, 1), "all")
_csv("total that is none", "sum_wrong", _AT, "99999")


def _thousands(found: Rows) -> Rows:
    """The county's figures as a person groups them."""
    made = [list(line) for line in found]
    for line, figures in zip(made[-3:], ((2234, 1200), (1234, 1000), (1000, 200)), strict=True):
        line[2:] = [f"{one:,}" for one in figures]
    return made


def _of_thousands(found: Rows) -> Figures:
    return said([*found[:-3], *([cell.replace(",", "") for cell in line] for line in _thousands(found)[-3:])])


CASES += [
    Case("thousands", KIND, ACCEPTED, file(lambda found: text(_thousands(found)).encode(), f"{NAME}.csv"),
         _of_thousands),
    as_csv("full width", KIND, ACCEPTED, lambda found: text(
        [found[0], *([_full(line[0]), line[1], *map(_full, line[2:])] for line in found[1:])])),
    as_csv("spaces around", KIND, ACCEPTED, lambda found: text(
        [[f"\u3000 {one}\u00a0" for one in line] for line in found])),
]  # fmt: skip


def _full(digits: str) -> str:
    return digits.translate({ord("0") + at: 0xFF10 + at for at in range(10)})


_book("workbook: decimal", "number_decimal", _AT, "><v>4.5</v>")
_book("workbook: nearly whole", "number_decimal", _AT, "><v>12.000000000001</v>")
_book("workbook: exponent of a whole number", ACCEPTED, _AT, "><v>VALUE.0E0</v>")
_book("workbook: a formula and its value", ACCEPTED, _AT, "><f>cmd|'/C calc'!A0</f><v>VALUE</v>")
_book("workbook: beyond a float", "number_exponent|number_text|workbook_broken", _AT, "><v>1E400</v>")
_book("workbook: nan", "number_text|workbook_broken|number_empty", _AT, "><v>NaN</v>")
_book("workbook: infinity", "number_text|workbook_broken|number_empty", _AT, "><v>INF</v>")
_book("workbook: hexadecimal", "number_text|workbook_broken|number_empty", _AT, "><v>0x10</v>")
_book("workbook: digits that a float loses", "number_exponent|number_too_large", _AT, "><v>9007199254740993123</v>")
_book("workbook: boolean", "number_text", _AT, ' t="b"><v>1</v>')
_book("workbook: error", "number_text", _AT, ' t="e"><v>#REF!</v>')
_book("workbook: day", "number_text", _AT, ' t="d"><v>2004-01-20T00:00:00Z</v>')
_book("workbook: unknown type", "number_text|workbook_broken|number_empty", _AT, ' t="zz"><v>1</v>')
_book("workbook: formula without a value", "number_empty", _AT, "><f>1+1</f>")
_book("workbook: DDE formula", "number_text", _AT, " t=\"str\"><f>cmd|'/C calc'!A0</f><v>=cmd</v>")
_book("workbook: text of digits", "sum_wrong", _AT, ' t="inlineStr"><is><t>98765</t></is>')
_book("workbook: raised mark", "footnote_mark", _AT,
      ' t="inlineStr"><is><r><t>5</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></is>')  # fmt: skip
_book("workbook: shared text out of range", "workbook_broken|number_empty|number_text", _AT, ' t="s"><v>4000000000</v>')
_book("workbook: shared text below 0", "workbook_broken|number_empty|number_text", _AT, ' t="s"><v>-1</v>')
_book("workbook: huge text", "number_text|workbook_bomb", _AT, f' t="inlineStr"><is><t>{"x" * 2_000_000}</t></is>')
_book("workbook: NUL written out", "number_text|workbook_broken", _AT, ' t="inlineStr"><is><t>1&#0;2</t></is>')
_book("workbook: formula as text", "number_text", _AT, f' t="inlineStr"><is><t>{FORMULAS[0]}</t></is>')
for _stored, _name in (("><v>VALUE</v><v>2</v>", "first"), ("><v>1</v><v>VALUE</v>", "second")):
    _book(f"workbook: two values, the {_name} is right", "cell_twice", _AT, _stored)
    _book(
        f"workbook: a cell twice, the {_name} is right",
        "cell_twice",
        _AT,
        _stored.replace("</v><v>", '</v></c><c r="C2"><v>'),
    )
    _book(
        f"workbook: a cell twice without a place, the {_name} is right",
        "cell_twice",
        _AT,
        _stored.replace("</v><v>", '</v></c><c r="B2"/><c><v>'),
    )
_SECOND = "><v>1</v></c><c{}>{}<v>VALUE</v>"
_book("workbook: a cell twice, space before a value", "cell_twice", _AT, _SECOND.format(' r="C2"', " "))
_book("workbook: a cell twice, a sign that ends no element", "cell_twice", _AT, _SECOND.format(" a='>' r='C2'", ""))
_book("workbook: two values around a formula", "cell_twice|workbook_broken", _AT, "><v>1</v><f>1</f><v>VALUE</v>")
_book("workbook: a digit as a reference", "workbook_broken", _AT, "><v>2&#52;</v>")
_RUNS = ' t="inlineStr"><is><r><t>5</t></r><r><rPr><vertAlign val="&#115;uperscript"/></rPr><t>2</t></r></is>'
_book("workbook: raised mark as a reference", "footnote_mark", _AT, _RUNS)
