"""The journal: what happened, a JSON object a line, for machines that watch and for people who search.

One file a month below `logs/`, so that nothing has to be rotated and any process may write: a line is one append.
Nothing reads it back and nothing is decided by it; what counts stands in the register. It names files, areas and
counts, never the content of a cell.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from pipelines.home import Home

KEEP = 24
"""Months that are kept."""

Level = Literal["info", "warning", "error"]


def note(home: Home, event: str, level: Level = "info", **facts: Any) -> None:
    """Appends `{at, level, event, pid, ...facts}`.

    A journal that cannot be written stops nobody: standard error says so.
    """
    notes(home, event, [(level, facts)])


def notes(home: Home, event: str, each: Iterable[tuple[Level, dict[str, Any]]]) -> None:
    """The same event of many things, (level, facts) each: a line each, in one append."""
    at = datetime.now(UTC)
    moment = at.isoformat(timespec="milliseconds")
    said = ({"at": moment, "level": level, "event": event, "pid": os.getpid()} | facts for level, facts in each)
    lines = "".join(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in said)
    file = home.logs / f"{at:%Y-%m}.jsonl"
    try:
        if not file.exists():
            home.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in sorted(home.logs.glob("*.jsonl"))[: -(KEEP - 1)]:
                old.unlink(missing_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)
    except OSError as error:
        print(f"The journal cannot be written: {file}: {error.strerror or error}.", file=sys.stderr)
