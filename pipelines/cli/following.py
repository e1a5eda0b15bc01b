"""Shows how far a command has come: bars on a terminal, a line as each stage begins and ends in a log.

Always on standard error, so that what a command answers stays alone on standard output. What is counted, the stages
tell (`pipelines.progress`); nothing is guessed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from pipelines import progress
from pipelines.cli.common import spoken


class Stages(Protocol):
    """Where a command says which stage it is in."""

    def begin(self, title: str) -> None:
        """A stage begins; the one before has ended well, if nobody said otherwise."""
        ...

    def end(self, well: bool = True) -> None:
        """The stage has ended."""
        ...

    def count(self, what: str, done: int, of: int) -> None:
        """How far the stage has come."""
        ...


@contextmanager
def following(title: str, log: bool = False) -> Iterator[Stages]:
    """Follows what the block does. `title`: the stage with which it begins; `log`: say so too where there is no
    terminal, for what takes minutes.
    """
    with _own_stream() as stream, _shown(stream, log) as stages, progress.listening(stages.count):
        try:
            stages.begin(title)
            yield stages
        except BaseException:
            stages.end(well=False)
            raise
        stages.end()


@contextmanager
def _own_stream() -> Iterator[IO[str]]:
    """Standard error as it is now: the scheduler lets it go elsewhere while a step runs."""
    try:
        handle = os.dup(sys.stderr.fileno())
    except (OSError, ValueError):  # it is no file, as where a test looks at it
        yield sys.stderr
        return
    with os.fdopen(handle, "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1) as stream:
        yield stream


@contextmanager
def _shown(stream: IO[str], log: bool) -> Iterator[Stages]:
    if on_terminal():
        from pipelines.cli.bars import bars

        with bars(stream, stay=log) as stages:
            yield stages
    else:
        yield Lines(stream if log else None)


def on_terminal() -> bool:
    """Is standard error a terminal on which a line can be written over?"""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


class Lines:
    """A line as a stage begins, one as it ends; nothing at all where that is not asked for."""

    def __init__(self, stream: IO[str] | None):
        self._stream, self._title, self._began, self._counted = stream, "", 0.0, ""

    def begin(self, title: str) -> None:
        """Says which stage begins."""
        self.end()
        self._title, self._began, self._counted = title, time.monotonic(), ""
        self._say(f"{title} ...")

    def end(self, well: bool = True) -> None:
        """Says how the stage ended, how long it lasted, and what it counted last."""
        if self._title:
            how = "done" if well else "not done"
            self._say(f"{self._title}: {how} after {spoken(time.monotonic() - self._began)}{self._counted}")
        self._title = ""

    def count(self, what: str, done: int, of: int) -> None:
        """Keeps a count for the end."""
        self._counted = f", {done:,} of {of:,} {what}"

    def _say(self, line: str) -> None:
        if self._stream:
            print(line, file=self._stream, flush=True)
