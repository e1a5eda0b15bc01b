"""Secrets put into addresses from the environment, and taken out of texts. Nothing is stored."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
HIDDEN = "***"
SHORTEST = 6
"""Shorter parts of an address are left in errors: they are words like `text`. Users and passwords never are."""


class NoAddress(Exception):
    """The address cannot be made. The message is a sentence without secrets."""


def expand(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address with its variables put in: as they are where they are all of it, else quoted as a part of a URL."""
    missing = sorted({name for name in _VARIABLE.findall(url) if not environment.get(name)})
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise NoAddress(f"{', '.join(missing)} {are} not set in the environment of this process.")
    if whole := _VARIABLE.fullmatch(url):
        return environment[whole[1]].strip()
    return _VARIABLE.sub(lambda found: quote(environment[found[1]], safe=""), url)


def mask(text: str, expanded: str) -> str:
    """The text without what only the address knows: passwords, users, tokens, recipients. The host stays."""
    secrets = {expanded}
    try:
        parts = urlsplit(expanded)
        host = parts.hostname or ""
        given = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
        words = [*given, *(part for word in given for part in re.split(r"[,;\s]+", unquote(word)))]
        secrets |= {word for word in words if len(word) >= SHORTEST and word != host}
        secrets |= {word for word in (parts.username, parts.password) if word}
        if "." not in host and host != "localhost":  # of chat services the first token stands in its place
            secrets |= {part for part in (host, parts.netloc, parts.netloc.partition(":")[0]) if part}
    except ValueError:  # no address at all: nothing of it may be told
        secrets |= {word for word in re.split(r"[/:@?&=]+", expanded) if len(word) >= SHORTEST}
    secrets |= {unquote(secret) for secret in secrets} | {quote(unquote(secret), safe="") for secret in secrets}
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, HIDDEN)
    return text
