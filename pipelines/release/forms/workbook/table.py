"""A table of the workbook before it is laid out, and what its sheet is called. Knows no release and no file format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST_NAME = 31
"""Characters of a sheet's name, as spreadsheets limit it."""
LONGEST_TEXT = 32_767
"""Characters of a cell."""
EXACT_DIGITS = 15
"""Significant digits of a number that a spreadsheet keeps exactly (IEEE 754 binary64)."""


@dataclass(frozen=True)
class Number:
    """A number with the text of the marts (`-12.5`), shown with just its decimals, or with `decimals` of them."""

    text: str
    decimals: int | None = None

    @property
    def is_exact(self) -> bool:
        """Is it a number that a spreadsheet keeps as it is? Another is written as a text."""
        found = re.fullmatch(r"-?(?=\d)0*(\d*(?:\.\d+)?)", self.text)
        return found is not None and len(found[1].replace(".", "")) <= EXACT_DIGITS

    @property
    def form(self) -> str:
        """The number format: whole numbers in groups of three digits, else just the decimals."""
        decimals = len(self.text.partition(".")[2]) if self.decimals is None else self.decimals
        return f"0.{'0' * decimals}" if decimals else "#,##0"


@dataclass(frozen=True)
class Link:
    """A cell that leads to another sheet of the workbook."""

    text: str
    sheet: str


Cell = str | Number | Link


@dataclass(frozen=True)
class Table:
    """One table, which gets a sheet of its own.

    name: of the marked table, the same in every language and release. short: from which the sheet takes its name.
    lines: what stands between title and table. labels: columns from the left that say what a row is. strong: words that
    are set in bold where a cell is just that. figures: columns of figures, also where no row has one.
    """

    name: str
    section: str
    short: str
    title: str
    lines: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    labels: int = 1
    strong: frozenset[str] = frozenset()
    figures: range = range(0)


@lru_cache(maxsize=100_000)
def width(text: str) -> int:
    """How wide a text is, in digits: a Chinese character takes two."""
    if text.isascii():  # nearly all are
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def sheet_name(number: int, short: str) -> str:
    """A legal name of a sheet, told from all others by its number: `12 Clearance rate`."""
    # \ / ? * [ ] : may not stand in one, an apostrophe not at its end; none at all, so that formulas need not double it
    words = " ".join(re.sub(r"[\\/?*\[\]:\x00-\x1f]", " ", short).replace("'", "’").split())
    name = f"{number} {words}"
    if len(name) <= LONGEST_NAME:
        return name
    cut = name[: LONGEST_NAME - 1]
    whole = cut.rpartition(" ")[0]  # between words, where that leaves most of it
    return f"{(whole if len(whole) > LONGEST_NAME // 2 else cut).rstrip()}…"


def unique(names: Iterable[str]) -> list[str]:
    """Headers of a marked table: none empty, none twice, whatever the case of its letters."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        base, again = name or "-", 1
        while (name := base if again == 1 else f"{base} ({again})").casefold() in taken:
            again += 1
        taken.add(name.casefold())
        found.append(name)
    return found


def wrapped(text: str, room: int) -> list[str]:
    """Lines of at most `room` digits' width, broken between words, or between characters where there are none."""
    if text and width(text) <= room:
        return [text]
    lines, line = [], ""
    for part in re.findall(r"[^\s\u2e80-\uffef]+\s*|\s+|[\u2e80-\uffef]\s*", text):
        # a mark that closes a phrase does not begin a line
        if line and width(line) + width(part.rstrip()) > room and part.strip() not in "，。；：、）":
            lines.append(line.rstrip())
            line = ""
        line += part
    return [*lines, line.rstrip()] if line.strip() else lines
