"""From which private build another one started. How it starts from one does not belong here yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Again:
    """From which build a build started. `warehouse`: sha256 of that build. `years`: the calendar years, by the first
    four signs of `period`, in which a mart that has a `period` differs from it; 0 stands for rows that name none.
    """

    warehouse: str
    years: frozenset[int]


def started_from(run_dir: Path) -> Again | None:
    """From which build a run's build started; None when it was built whole."""
    return None
