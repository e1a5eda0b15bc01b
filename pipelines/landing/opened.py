"""Folders of the inbox, opened without following a link: whoever may write there could lay one that leads out of it.

Only handles; what is taken from a folder, and when, is the business of `inbox`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Opened:
    """The folder that was asked for last: files of one folder mostly come one after the other."""

    def __init__(self, inbox: Path):
        self._inbox, self._path, self._handle = inbox, inbox, os.open(inbox, _FOLDER)

    def folder(self, path: Path) -> int:
        """The handle of the folder that a file below the inbox lies in. Raises OSError, also where a link is on the
        way.
        """
        if path.parent != self._path:
            handle = os.open(self._inbox, _FOLDER)
            try:
                for name in path.parent.relative_to(self._inbox).parts:
                    above, handle = handle, os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                    os.close(above)
            except OSError:
                os.close(handle)
                raise
            self.close()
            self._path, self._handle = path.parent, handle
        return self._handle

    def close(self) -> None:
        """Frees the handle."""
        os.close(self._handle)


@contextmanager
def opened(inbox: Path) -> Iterator[Opened]:
    """For the files that are taken at once."""
    found = Opened(inbox)
    try:
        yield found
    finally:
        found.close()
