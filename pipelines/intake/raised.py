"""Cells of a workbook in which part of the text is raised or lowered: a footnote mark that the parser would lose.

5 with a small 2 arrives from the parser as 52. Here such cells are found, and their text made again with the mark as a
sign of its own (5²), so that whoever reads figures sees it. Nothing else of a workbook is read here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from zipfile import ZipFile

_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^>/]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_RAISED = re.compile(rb"""vertAlign\s[^>]*val\s*=\s*["'](?:super|sub)script""")
_SHARED = re.compile(rb"""<(?:\w+:)?c\s([^>]*\bt\s*=\s*["']s["'][^>]*)>\s*<(?:\w+:)?v>([0-9]{1,9})</""")
_INLINE = re.compile(
    rb"""<(?:\w+:)?c\s([^>]*\bt\s*=\s*["']inlineStr["'][^>]*)>\s*<(?:\w+:)?is>(.*?)</(?:\w+:)?is>""", re.DOTALL
)
_MARKS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def texts(archive: ZipFile) -> dict[int, str]:
    """Number of a shared text -> the text with its marks, for those that have any."""
    found: dict[int, str] = {}
    for member in archive.infolist():
        if member.filename.lower().endswith("sharedstrings.xml"):
            data = archive.read(member)
            if _RAISED.search(data):
                found = {at: text for at, item in enumerate(_ITEM.finditer(data)) if (text := _marked(item[1] or b""))}
    return found


def cells(data: bytes, shared: dict[int, str]) -> Iterator[tuple[bytes, str]]:
    """(attributes, text) of the cells of a sheet whose text carries marks."""
    for match in _SHARED.finditer(data) if shared else ():
        if text := shared.get(int(match[2])):
            yield match[1], text
    for match in _INLINE.finditer(data) if _RAISED.search(data) else ():
        if text := _marked(match[2]):
            yield match[1], text


def _marked(item: bytes) -> str:
    """The text with raised and lowered digits as signs of their own; '' when it has none."""
    text, marked = "", False
    for run in _RUN.finditer(item):
        said = html.unescape(b"".join(_TEXT.findall(run[1])).decode("utf-8", "replace"))
        if _RAISED.search(run[1]):
            marked = marked or any(sign.isdigit() for sign in said)
            said = said.translate(_MARKS)
        text += said
    return text if marked else ""
