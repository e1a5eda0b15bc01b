"""What stands in a file, for tests that search every byte of a release."""

from __future__ import annotations

import zipfile
from pathlib import Path


def of(file: Path) -> bytes:
    """Its bytes, and those of the members of a zip (a workbook is one), unpacked: packed, nothing in them is found."""
    found = [file.read_bytes()]
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(found)
