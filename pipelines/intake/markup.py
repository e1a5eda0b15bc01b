"""The XML of a workbook's parts, by one strict parser: what it passes, every reader takes for the same markup.

UTF-8 without a document type, well-formed, names bound. The parser of the figures goes by local names and by bytes as
they stand: what it would read otherwise is no workbook here. What the elements mean is the callers' business.
"""

from __future__ import annotations

from typing import Any, NoReturn
from xml.parsers import expat

from pipelines.intake.verdicts import Rejection, finding


def well_formed(data: bytes, reader: Reader | None = None) -> None:
    """Reads a part whole, and tells `reader` what stands in it. Raises Rejection, expat.ExpatError, ValueError."""
    parser = expat.ParserCreate("utf-8", "}")  # whatever it says of itself
    parser.StartDoctypeDeclHandler = _doctype
    parser.XmlDeclHandler = _declared
    if reader:
        parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
        parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = reader.open_cdata, reader.close_cdata
        parser.DefaultHandler = reader.between
    parser.Parse(data, True)


def broken() -> Rejection:
    """To be raised where readers would differ."""
    return Rejection(finding("workbook_broken"))


def _doctype(*_: Any) -> NoReturn:
    raise Rejection(finding("workbook_doctype"))


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "utf8"):
        raise broken()


SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",  # no year of figures: a name
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Of what a workbook says, in either of its forms."""


class Kinds(dict[str, str]):
    """Name with its space -> local name. An element that is called as `own` ones are, and is of another space than the
    first of them, or than a workbook's, is read by some and passed over by others."""

    def __init__(self, *own: str) -> None:
        super().__init__()
        self._own, self._space = own, None

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition("}")
        if local in self._own:
            self._space = self._space or space
            if space != self._space or space not in SPACES:
                raise broken()
        self[name] = local
        return local


class Reader:
    """What a part says, element by element; `said` is the text, as it is written, of the element `inside` of which the
    parser is, in which no other and no comment may stand: some readers stop there.
    """

    def __init__(self) -> None:
        self.inside, self.said = "", ""
        self.plain = False
        """Is the text one in which no sign may be written as a reference: some readers take only what stands before."""
        self._cdata = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; `name` with its space before a `}`."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element ends."""
        raise NotImplementedError

    def enter(self, name: str, plain: bool) -> None:
        """An element begins of which the text is wanted."""
        self.inside, self.said, self.plain = name, "", plain

    def between(self, piece: str) -> None:
        """Text, a reference or a comment, as it is written."""
        if self.inside:
            if self._cdata:
                piece = piece.replace("&", "&amp;")
            elif piece[0] in "<&" and (self.plain or piece[0] == "<"):
                raise broken()
            self.said += piece

    def open_cdata(self) -> None:
        """A section begins in which nothing is markup."""
        if self.inside and self.plain:
            raise broken()
        self._cdata = True

    def close_cdata(self) -> None:
        """Such a section ends."""
        self._cdata = False
