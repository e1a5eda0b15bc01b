"""The note that an edition was stopped for final figures that changed without a reason; gone once one is published.

Who asks what waits for a person reads it here, without comparing two releases again. It names figures that were public.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pipelines.home import Home, write_durably

FILE = "edition_stopped.json"
FIRST = 5


def note(home: Home, candidate: str, since: str, changes: Sequence[str]) -> None:
    """Writes it. `since`: the edition in which the figures were final."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    said = {"at": at, "candidate": candidate, "since": since, "figures": len(changes), "first": list(changes[:FIRST])}
    write_durably(home.releases / FILE, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n", 0o600)


def read(home: Home) -> dict[str, Any] | None:
    """{at, candidate, since, figures, first}; None: no edition was stopped since the last was published."""
    try:
        return json.loads((home.releases / FILE).read_bytes())
    except (OSError, ValueError):
        return None


def clear(home: Home) -> None:
    """An edition was published: what stopped one before it is answered."""
    (home.releases / FILE).unlink(missing_ok=True)
