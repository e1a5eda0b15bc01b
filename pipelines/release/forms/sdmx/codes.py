"""Codes that SDMX allows (letters, digits, `_ @ $ -`) for codes that it does not, and back. No list of codes."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_PLAIN = {"=": "@", ".": "-"}
"""Signs that our codes are full of get a sign of their own: `offence_class=drugs` is `offence_class@drugs`."""


@lru_cache(maxsize=100_000)
def legal(code: str) -> str:
    """The code in SDMX: `=` as `@`, `.` as `-`, every other sign that is not allowed as `$` and its UTF-8 bytes in
    hexadecimal. Two codes never become one.
    """
    return re.sub(r"[^A-Za-z0-9_]", lambda sign: _PLAIN.get(sign[0]) or _hexadecimal(sign[0]), code)


def original(code: str) -> str:
    """The code that `legal` was given."""
    return unquote(code.replace("@", "=").replace("-", ".").replace("$", "%"), errors="strict")


def _hexadecimal(sign: str) -> str:
    return "".join(f"${byte:02X}" for byte in sign.encode())
