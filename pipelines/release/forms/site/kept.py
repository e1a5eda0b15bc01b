"""A text that is dear to make and the same for every release, kept in the environment it is made by until that changes.

Kept is only what a program can make again, beside the packages it is made of (`var/yearbook` of the virtual
environment). The folder may be emptied at any time; where it cannot be written, as in an installation that only root
may change, the text is made each time. Nothing of an installation, of a release or of a document belongs here.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipelines.home import write_durably


def kept(name: str, make: Callable[[], str]) -> str:
    """The text of a file of this name, which says by what it was made: read, or else made and kept.

    It is put in place in one step, so that of two who make it at once each reads a whole one. Its first line is the
    hash of the rest; a text that does not match it is made anew.
    """
    file = Path(sys.prefix) / "var" / "yearbook" / name
    try:
        digest, _, data = file.read_bytes().partition(b"\n")
    except OSError:
        digest, data = b"", b""
    if digest == _digest(data):
        return data.decode()
    made = make()
    if sys.prefix != sys.base_prefix:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(file, _digest(made.encode()) + b"\n" + made.encode())
            for earlier in file.parent.glob(f"{name.rpartition('-')[0]}-*{file.suffix}"):
                if earlier != file:
                    earlier.unlink()
    return made


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
