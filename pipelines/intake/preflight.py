"""A workbook's container, looked over before any parser sees it: size, members, links, macros, sheets.

Also reads the properties of a template, which the parser does not give. What the sheets say is read elsewhere.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Set
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from pipelines.intake import container, markup, raised
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

_BOOK, _SHARED, _STYLES = "xl/workbook.xml", "xl/sharedstrings.xml", "xl/styles.xml"
_READ = ("[content_types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", _BOOK, _STYLES)
"""Parts that readers read, beside the sheets and the shared texts."""
_PROPERTIES = "docprops/custom.xml"
_LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"  # no year of figures: a name
_KINDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",  # no year of figures: a name
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)
"""What the types of relations begin with that all readers know."""

Parts = dict[str, bytes]
"""Small parts: name, in small letters -> all of it."""


@dataclass
class Cover:
    """What stands around the cells: properties, and of each sheet that was looked through what the parser does not
    give."""

    properties: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, Found] = field(default_factory=dict)


def look_over(path: str, into: zipfile.ZipFile) -> Cover:
    """Checks the container of an .xlsx file, and lays the parts that were looked through into another: it may be given
    to the parser, and of what that gives those sheets may be taken that the cover knows. Raises Rejection."""
    try:
        with open(path, "rb") as stream, zipfile.ZipFile(stream) as archive:  # noqa: PTH123 (a path from the store)
            members = container.parts(stream, archive)
            _members(members)
            named_as = {member.filename.lower(): member for member in members}
            parts: Parts = {}
            for name in (*_READ, _PROPERTIES, _SHARED):
                if name in named_as:
                    parts[name] = container.read(archive, named_as[name])
                    _markup(name, parts[name])
                    if name in _READ:
                        markup.well_formed(parts[name])
            sheets = _sheets(parts, named_as.keys())
            cover = Cover(_properties(parts))
            shared = raised.texts(parts[_SHARED]) if _SHARED in parts else {}
            for name, member in named_as.items():
                if name in parts:
                    data = parts[name]
                else:
                    data = container.read(archive, member)
                    _markup(name, data)
                if named := sheets.get(name):
                    cover.sheets |= dict.fromkeys(named, look_through(named[0], data, shared))
                if named or name in (*_READ, _SHARED):
                    into.writestr(member.filename, data)
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


def _tree(parts: Parts, name: str) -> Element | None:
    """A small part as XML, entities forbidden; None when the workbook has no such part."""
    from defusedxml import ElementTree

    return ElementTree.fromstring(parts[name], forbid_dtd=True) if name in parts else None


def _links(parts: Parts, name: str, folder: str) -> dict[str, tuple[str, str]]:
    """Id of each relation of a part -> its kind, and the part that it names, in small letters; '' where some readers
    would find none. They compare what is written, so no relation may be written in two ways."""
    root = _tree(parts, name)
    if root is None:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for one in root.findall(_LINK):
        kind, to = one.get("Type", ""), one.get("Target", "")
        known = kind.startswith(_KINDS) and one.get("TargetMode", "Internal") == "Internal" and to.isascii()
        part = to[1:] if to.startswith("/") else f"{folder}{to}"
        found[one.get("Id", "")] = kind.rpartition("/")[2].lower(), part.lower() if known else ""
    if len(found) < len(_called(root, "Relationship")) or b"&" in parts[name]:
        raise markup.broken()
    return found


def _called(root: Element, name: str) -> list[Element]:
    """All elements of that local name, wherever they stand."""
    return [one for one in root.iter() if one.tag.rpartition("}")[2] == name]


def _sheets(parts: Parts, every: Set[str]) -> dict[str, list[str]]:
    """Part of each sheet (small letters) -> the names of the sheets of which it is the part; `every` part is named."""
    start = _links(parts, "_rels/.rels", "").values()
    book, links = _tree(parts, _BOOK), _links(parts, "xl/_rels/workbook.xml.rels", "xl/")
    if any(to != _BOOK for kind, to in start if kind == "officedocument") or book is None:
        raise markup.broken()
    # some take what is so called, others what is so linked
    for kind, part in (("sharedstrings", _SHARED), ("styles", _STYLES)):
        if {to for its, to in links.values() if its == kind} != {part} & parts.keys():
            raise markup.broken()
    space, _, root = book.tag.rpartition("}")
    listed = book.findall(f"{space}}}sheets/{space}}}sheet")
    if root != "workbook" or space[1:] not in markup.SPACES or len(listed) < len(_called(book, "sheet")):
        raise markup.broken()
    found: dict[str, list[str]] = {}
    for sheet in listed:
        ((space, id),) = (
            (name[1:-3], value) for name, value in sheet.attrib.items() if name.rpartition("}")[2] == "id"
        )
        kind, part = links[id]
        # some know the kind of a sheet by its folder
        if f"{space}/" not in _KINDS or part.split("/")[1:-1] != [f"{kind}s"]:
            raise markup.broken()
        found.setdefault(part, []).append(sheet.get("name", ""))
    names = [name for named in found.values() for name in named]
    if len(set(names)) < len(names) or found.keys() - every:
        raise markup.broken()
    return found


def _properties(parts: Parts) -> dict[str, str]:
    root = _tree(parts, _PROPERTIES)
    if root is None:
        return {}
    found = {entry.get("name", "").lower(): "".join(entry.itertext()).strip() for entry in root}
    return {name: text[:200] for name, text in found.items() if name.startswith("yearbook_")}
