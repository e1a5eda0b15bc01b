"""CSV by the strict standard reader, after everything that it would let pass is ruled out.

Bytes in, one sheet of text out, or a Rejection. Header and meaning are the gate's.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from pipelines.contracts.programme import Format
from pipelines.intake.files import Book, Sheet
from pipelines.intake.verdicts import Rejection, finding

MAX_CELL = 32_767
"""Characters of one cell; a spreadsheet holds no more."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_SIGNS = {";": "“;”", "\t": "Tab", ",": "“,”", "|": "“|”"}
"""Signs that separate cells, as a sentence names them."""


def read(data: bytes, form: Format) -> Book:
    """Decodes and splits a CSV as the contract's format says. Raises Rejection with one sentence."""
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Rejection(finding("csv_is_workbook"))
    text = decode(data, form.encodings)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = "nul" if found[0] == "\0" else "control_character"
        raise Rejection(finding(code, line, sign=f"U+{ord(found[0]):04X}"))
    if form.final_newline and not text.endswith(("\n", "\r")):
        raise Rejection(finding("cut_short", text.count("\n") + 1))
    rows: list[list[str]] = []
    csv.field_size_limit(MAX_CELL)  # of the whole process: other libraries set it too when they are loaded
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        message = str(error)
        if "field larger" in message:
            raise Rejection(finding("cell_too_long", len(rows) + 1, limit=MAX_CELL)) from None
        raise Rejection(finding("quotes_broken", len(rows) + 1)) from None
    _separated(rows, form)
    return Book([Sheet("", rows)])


def _separated(rows: list[list[str]], form: Format) -> None:
    """Rejects a file in which no row has a second cell, but another sign would give it some."""
    if any(len(row) > 1 for row in rows):
        return
    for row in rows[: form.header_within]:
        for sign, name in _SIGNS.items():
            if sign != form.delimiter and row and sign in row[0]:
                expected = _SIGNS.get(form.delimiter, f"“{form.delimiter}”")
                raise Rejection(finding("separator", rows.index(row) + 1, found=name, expected=expected))


def decode(data: bytes, encodings: list[str]) -> str:
    """The text by the first encoding that fits every byte, without a byte order mark.

    Raises Rejection naming what was tried, where the first one failed, and what the bytes look like.
    """
    first: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            return codecs.decode(data, encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            first = first or error
    at = (
        first.start + len(data) - len(first.object) if first else 0
    )  # a codec that skips the mark counts from behind it
    raise Rejection(
        finding(
            "undecodable",
            data.count(b"\n", 0, at) + 1,
            expected=", ".join(encodings),
            nearest=_looks_like(data),
            byte=at + 1,
        )
    )


def _looks_like(data: bytes) -> str:
    """The encoding a detector suspects, for the sentence only; '' when it has no idea."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:200_000]).best()
    return best.encoding.replace("_", "-") if best else ""
