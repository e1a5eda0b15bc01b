"""What several readers do with text: folding it for comparison, showing cells safely, addresses.

Nothing here knows contracts or figures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

SHOWN = 80
"""The most characters of a cell or header that a finding repeats."""

_MANY = 3000
"""Above so many candidates, only those that begin like the word are compared."""


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form in which headers, labels and sheet names are compared: NFKC, no case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def clean(text: str) -> str:
    """NFKC (full-width forms become plain), without white space at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def noted(text: str) -> bool:
    """Does a sign in it stand for a note, and would NFKC join it to the cell as a digit: ², ₂, ①, ⑴, ½?

    Full-width forms and other ways to write a sign are no such signs.
    """
    return not text.isascii() and any(_is_note(sign) for sign in text if not sign.isascii())


def unnoted(text: str) -> str:
    """The text without signs that stand for notes."""
    return text if text.isascii() else "".join(sign for sign in text if sign.isascii() or not _is_note(sign))


@lru_cache(maxsize=4096)
def _is_note(sign: str) -> bool:
    tag = unicodedata.decomposition(sign).partition(" ")[0]
    if tag in ("<super>", "<sub>", "<circle>", "<fraction>", "<square>") or unicodedata.category(sign) == "No":
        return True
    plain = unicodedata.normalize("NFKC", sign)
    return tag == "<compat>" and len(plain) > 1 and any(unicodedata.numeric(each, None) is not None for each in plain)


def printable(name: str) -> str:
    """A file name that can be written anywhere. Bytes that are not UTF-8 are read as GB18030, or shown escaped."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        pass
    try:
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "backslashreplace").decode()
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace")


def visible(text: str, limit: int = SHOWN) -> str:
    """A cell's text for a sentence: bounded, on one line, control and direction signs made visible."""
    shown = " ".join(text[: 4 * limit].split())
    if not shown.isprintable():
        shown = "".join(
            f"\\u{ord(sign):04x}" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") else sign
            for sign in shown
        )
    return shown if len(shown) <= limit and len(text) <= 4 * limit else f"{shown[: limit - 1]}…"


def letters(column: int) -> str:
    """Spreadsheet letters of a column that counts from 1: 1 is A, 27 is AA."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def address(row: int, column: int) -> str:
    """A1-style address; '' when the row or column is not known (0)."""
    return f"{letters(column)}{row}" if row and column else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name most like a word, compared folded; '' when none is near."""
    target = fold(word)[:SHOWN]
    if not target:
        return ""
    names = {fold(name): name for name in known}
    candidates = list(names)
    if len(candidates) > _MANY:
        candidates = [name for name in candidates if name[:2] == target[:2]][:_MANY]
    close = get_close_matches(target, candidates, n=1, cutoff=0.6)
    return names[close[0]] if close else ""
