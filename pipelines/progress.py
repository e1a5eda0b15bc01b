"""How far the work has come, told to whoever listens: what is counted, how many of it are done, of how many.

A stage tells; it knows neither who listens nor how it is shown. Where nobody listens it costs a comparison. Here
belongs nothing that decides anything: counts are for the person who waits, what a stage did stands in its results.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[str, int, int], None]
"""(what is counted, in plain English, as `files judged`; how many are done; of how many). Any thread may call it."""

_listener: Listener | None = None
"""Of the whole process: one command runs in it, and threads that it starts tell the same one."""


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Lets one listen to what is told until the end of the block, instead of whoever listened before. None: nobody
    does, where counts would stand within a count.
    """
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


def tell(what: str, done: int, of: int) -> None:
    """Says how far a count has come."""
    if _listener is not None:
        _listener(what, done, of)


def counted(what: str, items: Collection[T]) -> Iterator[T]:
    """The items one by one; each counts as done when the next is asked for."""
    for done, item in enumerate(items):
        tell(what, done, len(items))
        yield item
    tell(what, len(items), len(items))


@contextmanager
def called(what: str) -> Iterator[None]:
    """What is counted in the block is told under another name."""
    outer = _listener
    if outer is None:
        yield
        return
    with listening(lambda _, done, of: outer(what, done, of)):
        yield
