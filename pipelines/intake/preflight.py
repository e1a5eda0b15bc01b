"""A workbook's container, looked over before any parser sees it: size, members, links, macros, sheets.

Also reads the properties of a template, which the parser does not give. What the sheets say is read elsewhere.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from pipelines.intake import markup, raised
from pipelines.intake.cells import Found, look_through
from pipelines.intake.verdicts import Rejection, finding

MAX_MEMBERS = 1000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 150

_ACTIVE = re.compile(r"vbaproject|macrosheets/|activex/|embeddings/|\.bin$")
_LINKED = re.compile(r"externallinks/|connections\.xml|querytables/")
_ACTIVE_TYPE = re.compile(rb"macroenabled|macrosheet|vbaproject|activex|oleobject|ms-package")
_LINKED_TYPE = re.compile(rb"externallink\+|connections\+|querytable\+")
"""Parts by their types, whatever they are called."""
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, KeyError, ParseError, expat.ExpatError,
    NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What a damaged or strange container makes the readers raise."""

_BOOK, _SHARED = "xl/workbook.xml", "xl/sharedstrings.xml"
_READ = ("[content_types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", _BOOK, "xl/styles.xml")
"""Parts that readers read, beside the sheets and the shared texts."""


@dataclass
class Cover:
    """What stands around the cells: properties, and of each sheet that was looked through what the parser does not
    give."""

    properties: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, Found] = field(default_factory=dict)


def look_over(path: str) -> Cover:
    """Checks the container of an .xlsx file. Raises Rejection; what passes may be given to the parser, and of what it
    gives those sheets may be taken that the cover knows."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _members(members)
            parts = {member.filename.lower(): member.filename for member in members}
            for name in _READ:
                if name in parts:
                    data = archive.read(parts[name])
                    _markup(name, data)
                    markup.well_formed(data)
            sheets = _sheets(archive, parts)
            cover = Cover(_properties(archive, parts))
            shared = raised.texts(archive.read(parts[_SHARED])) if _SHARED in parts else {}
            for name, member in parts.items():
                data = archive.read(member)
                _markup(name, data)
                if named := sheets.get(name):
                    cover.sheets |= dict.fromkeys(named, look_through(named[0], data, shared))
            return cover
    except _BROKEN:
        raise markup.broken() from None


def _members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Rejection(finding("workbook_members", count=len(members), limit=MAX_MEMBERS))
    seen: set[str] = set()
    for member in members:
        name = member.filename.lower()
        parts = name.replace("\\", "/").split("/")
        if name in seen or name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
            raise Rejection(finding("workbook_names"))
        seen.add(name)
        if _ACTIVE.search(name) and "printersettings" not in name:
            raise Rejection(finding("workbook_macros"))
        if _LINKED.search(name):
            raise Rejection(finding("workbook_links"))
        if member.file_size > 1024 * 1024 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Rejection(finding("workbook_bomb", megabytes=member.file_size >> 20))
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise Rejection(finding("workbook_bomb", megabytes=unpacked >> 20))
    if _BOOK not in seen:
        raise Rejection(finding("workbook_broken"))


def _markup(name: str, data: bytes) -> None:
    if any(mark in data for mark in _DOCTYPES):
        raise Rejection(finding("workbook_doctype"))
    if name.lower() == "[content_types].xml":
        types = data.replace(b"\0", b"").lower()  # in two bytes a sign too
        if _ACTIVE_TYPE.search(types):
            raise Rejection(finding("workbook_macros"))
        if _LINKED_TYPE.search(types):
            raise Rejection(finding("workbook_links"))


def _tree(archive: zipfile.ZipFile, parts: dict[str, str], name: str) -> Element | None:
    """A small part as XML, entities forbidden; None when the workbook has no such part."""
    from defusedxml import ElementTree

    if name not in parts:
        return None
    data = archive.read(parts[name])
    _markup(name, data)
    return ElementTree.fromstring(data, forbid_dtd=True)


def _links(archive: zipfile.ZipFile, parts: dict[str, str], name: str, folder: str) -> dict[str, tuple[str, str]]:
    """Id of each relation of a part -> its type, and the part that it names (small letters). Readers compare what is
    written, so none may be written in two ways."""
    root = _tree(archive, parts, name)
    links = [one for one in root.iter() if one.tag.endswith("}Relationship")] if root is not None else []
    found = {one.get("Id", ""): (one.get("Type", ""), one.get("Target", "")) for one in links}
    if len(found) < len(links) or b"&" in (archive.read(parts[name]) if name in parts else b""):
        raise markup.broken()
    return {id: (kind, (to[1:] if to.startswith("/") else f"{folder}{to}").lower()) for id, (kind, to) in found.items()}


def _sheets(archive: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, list[str]]:
    """Part of each sheet (small letters) -> the names of the sheets of which it is the part."""
    start = _links(archive, parts, "_rels/.rels", "")
    book, links = _tree(archive, parts, _BOOK), _links(archive, parts, "xl/_rels/workbook.xml.rels", "xl/")
    if any(to != _BOOK for kind, to in start.values() if kind.endswith("/officeDocument")) or book is None:
        raise markup.broken()
    found: dict[str, list[str]] = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            (id,) = (value for name, value in sheet.attrib.items() if name.rpartition("}")[2] == "id")
            found.setdefault(links[id][1], []).append(sheet.get("name", ""))
    names = [name for named in found.values() for name in named]
    if len(set(names)) < len(names) or found.keys() - parts.keys():
        raise markup.broken()
    return found


def _properties(archive: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, str]:
    root = _tree(archive, parts, "docprops/custom.xml")
    if root is None:
        return {}
    found = {entry.get("name", "").lower(): "".join(entry.itertext()).strip() for entry in root}
    return {name: text[:200] for name, text in found.items() if name.startswith("yearbook_")}
