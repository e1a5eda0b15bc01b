"""One message to one address: by Apprise, which knows mail, webhooks and chat services by their URL; a ping by HTTP.

What went wrong is a sentence without the secrets of the address. Apprise is imported when something is sent.
"""

from __future__ import annotations

import logging
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.alerts import addresses
from pipelines.intake.text import visible

Mood = Literal["info", "success", "warning", "failure"]
_ERRNO = re.compile(r"\[Errno -?[0-9]+\] ([\w ,-]+)")
"""What the operating system says, within what Apprise says for its own engineers."""
TIMEOUT = 20
"""Seconds that a ping may take."""


class NotSent(Exception):
    """It was not delivered, as far as is known. The message is a sentence without secrets."""


@dataclass(frozen=True)
class Line:
    """A line to one address. `longest`: characters that a message may have there, `title` those of its subject."""

    server: Any
    address: str
    longest: int
    title: int

    def send(self, subject: str, body: str, mood: Mood) -> None:
        """Delivers a message, as plain text. Raises NotSent."""
        with _listening() as said:
            try:
                done = self.server.notify(body=body, title=subject, notify_type=mood, body_format="text")
            except Exception as error:  # a plugin's own fault is no reason to stop
                said.append(f"{type(error).__name__}: {error}")
                done = False
        if not done:
            raise NotSent(_sentence(said, self.address))


def line(url: str) -> Line:
    """A line to an address as `alerts.yaml` has it. Raises NotSent when there is no such service or variable, or more
    than one recipient.
    """
    address = _expanded(url)
    import apprise

    with _listening() as said:
        server = apprise.Apprise.instantiate(address)
    if server is None:
        raise NotSent(_sentence(said, address, "Apprise knows no such address; see its list of URLs."))
    if len(server) > 1:  # it would say of all of them that one failed, and all would be told again
        raise NotSent(
            f"The address names {len(server)} recipients. Give each a destination of its own, or write the address of "
            "a list that the mail server keeps."
        )
    return Line(server, address, int(server.body_maxlen), int(server.title_maxlen))


def ping(url: str) -> None:
    """Fetches an address. Raises NotSent."""
    address = _expanded(url)
    if not address.lower().startswith(("http://", "https://")):
        raise NotSent("The heartbeat's address does not begin with http:// or https://.")
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "yearbook"})
        with urllib.request.urlopen(request, timeout=TIMEOUT):
            pass
    except (OSError, ValueError) as error:
        raise NotSent(_sentence([str(error)], address)) from None


def _expanded(url: str) -> str:
    try:
        return addresses.expand(url)
    except addresses.NoAddress as error:
        raise NotSent(str(error)) from None


def _sentence(said: list[str], address: str, otherwise: str = "The service did not take it.") -> str:
    text = " ".join(" ".join(said).split()) or otherwise
    return visible(addresses.mask(text, address), 300)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What Apprise says of it goes into a list, and nowhere else: it may hold secrets."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.getMessage()
            if record.levelno >= logging.WARNING and "://" not in text:  # an address, its secrets half hidden
                said.append(text)
            elif found := _ERRNO.search(text):
                said.append(f"{found[1]}.")

    logger, ear = logging.getLogger("apprise"), Ear()
    before = logger.level, logger.propagate, logger.handlers[:]
    logger.handlers[:], logger.propagate = [ear], False
    logger.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        logger.setLevel(before[0])
        logger.propagate, logger.handlers[:] = before[1], before[2]
