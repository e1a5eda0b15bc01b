"""Texts of a workbook of which a part is raised or lowered: a footnote mark that the parser would lose.

5 with a small 2 arrives from the parser as 52. Here such a text is made again with the mark as a sign of its own (5²),
so that whoever reads figures sees it. Nothing else of a workbook is read here.
"""

from __future__ import annotations

import html

from pipelines.intake import markup

_MARKS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BELOW = {"t": ("", "r", "rPh"), "r": ("",), "rPh": ("", "r")}
"""Element -> those right below which it may stand, '' being the text itself: elsewhere some pass over it."""


class Item:
    """One text: runs, each plain, raised or lowered; how it is spoken (`rPh`) is no part of it."""

    def __init__(self) -> None:
        self._text, self._marked = "", False
        self._raised = self._spoken = False
        self._open: list[str] = []

    def start(self, kind: str, attributes: dict[str, str]) -> bool:
        """An element in it, by its local name. Is it one of which the text is part of it? Its end is then not told.
        Raises Rejection where it stands in none of its own."""
        if kind in _BELOW and (self._open[-1] if self._open else "") not in _BELOW[kind]:
            raise markup.broken()
        if kind == "t" and not self._spoken:
            return True
        self._open.append(kind)
        if kind == "r":
            self._raised = False
        elif kind == "rPh":
            self._spoken = True
        elif kind == "vertAlign":
            self._raised = attributes.get("val") in ("superscript", "subscript")
        return False

    def end(self, kind: str) -> None:
        """The end of an element."""
        self._open.pop()
        self._spoken = self._spoken and kind != "rPh"

    def add(self, written: str) -> None:
        """Text of the run, as it is written."""
        said = html.unescape(written)
        if self._raised:
            self._marked = self._marked or any(sign.isdigit() for sign in said)
            said = said.translate(_MARKS)
        self._text += said

    def marked(self) -> str:
        """The text with raised and lowered digits as signs of their own; '' when it has none."""
        return self._text if self._marked else ""


class _Shared(markup.Reader):
    """The part of shared texts."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = markup.Kinds("sst", "si", "r", "t", "rPh")
        self.item: Item | None = None
        self.number = -1
        self.around: list[str] = []
        self.found: dict[int, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.inside:
            raise markup.broken()
        kind = self.kinds[name]
        if self.item:
            if kind == "si":
                raise markup.broken()
            if self.item.start(kind, attributes):
                self.enter(name, plain=False)
        elif kind == "si":
            if self.around != ["sst"]:
                raise markup.broken()
            self.item, self.number = Item(), self.number + 1
        else:
            self.around.append(kind)

    def end(self, name: str) -> None:
        if not self.item:
            self.around.pop()
        elif self.inside:
            self.item.add(self.said)
            self.inside = ""
        elif self.kinds[name] != "si":
            self.item.end(self.kinds[name])
        else:
            if text := self.item.marked():
                self.found[self.number] = text
            self.item = None


def texts(data: bytes) -> dict[int, str]:
    """Number of a shared text -> the text with its marks, for those that have any. Raises as `markup.well_formed`."""
    reader = _Shared()
    markup.well_formed(data, reader)
    return reader.found
