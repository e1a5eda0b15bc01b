"""The zip around a workbook, read so strictly that whoever reads it finds the same parts in it.

A zip says where its parts are in several places, and readers differ in which they believe. Where the places differ it
is no workbook here; and the parser of the figures is given a zip made anew of what was looked at, never the one that
was sent. Which parts a workbook may have, and what they say, is the callers' business.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from pipelines.intake import markup
from pipelines.intake.verdicts import Rejection, finding

_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_AT_END = struct.Struct("<4x4H2LH")
_AT_END64 = struct.Struct("<4xQ2H2L4Q")
_BEFORE = _AT_END64.size + 20
"""Bytes of the larger end and of what says where it is; both stand right before the end."""
_OTHER_NAME = 0x7075
"""A field of a part that gives it a second name, which some readers take for the first."""


def parts(stream: IO[bytes], archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts of a zip in its order. Raises Rejection where readers would find others, or call them otherwise."""
    found = archive.infolist()
    _one_directory(stream, len(found))
    for part in found:
        if part.filename != part.orig_filename or _OTHER_NAME in _fields(part.extra):
            raise Rejection(finding("workbook_names"))
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise markup.broken()
    return found


def read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """All of a part. Raises Rejection where more of it unpacks than it says: some readers would go on; and what zipfile
    raises of a damaged one."""
    size = part.file_size
    part.file_size = size + 1  # zipfile stops where a part says that it ends
    try:
        with archive.open(part) as stream:
            data = stream.read(size + 1)
    finally:
        part.file_size = size
    if len(data) != size:
        raise markup.broken()
    return data


@contextmanager
def anew() -> Iterator[tuple[zipfile.ZipFile, str]]:
    """A new zip in memory, and its path for whoever reads it in this process, once it is closed."""
    handle = os.memfd_create("workbook")
    with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        yield archive, f"/proc/self/fd/{handle}"


def _fields(extra: bytes) -> set[int]:
    """Kinds of the fields that a part has beside those that all have."""
    found, at = set[int](), 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        found.add(kind)
        at += 4 + size
    return found


def _one_directory(stream: IO[bytes], count: int) -> None:
    """Raises Rejection unless one end alone ends with the file, and everything that says where the directory of so many
    parts is says that it ends there."""
    size = stream.seek(0, os.SEEK_END)
    start = max(0, size - _BEFORE - _AT_END.size - 0xFFFF)
    stream.seek(start)
    tail = stream.read()
    ends = [one.start() for one in re.finditer(re.escape(_END), tail)]
    fit = [at for at in ends if at + _AT_END.size <= len(tail)]
    whole = [at for at in fit if at + _AT_END.size + _AT_END.unpack_from(tail, at)[-1] == len(tail)]
    if len(whole) != 1 or whole != ends[-1:]:
        raise markup.broken()
    (at,) = whole
    *disks, here, total, length, begin, _ = _AT_END.unpack_from(tail, at)
    said = (here, total, length, begin)
    if tail[max(0, at - 20) :].startswith(_LOCATOR):
        at -= _BEFORE
        if at < 0 or not tail.startswith(_END64, at):
            raise markup.broken()
        *_, here, total, length, begin = _AT_END64.unpack_from(tail, at)
        ones = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        place = struct.unpack_from("<8xQ", tail, at + _AT_END64.size)[0]
        if place != start + at or any(
            small not in (one, large)
            for small, one, large in zip(said, ones, (here, total, length, begin), strict=True)
        ):
            raise markup.broken()
    if any(disks) or here != count or total != count or begin + length != start + at:
        raise markup.broken()
