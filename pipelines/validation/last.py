"""What was found last: the results of the last run that got as far as validation, whatever came of it."""

from __future__ import annotations

from typing import Any

from pipelines.home import Home
from pipelines.landing import history
from pipelines.runs import VALIDATION, is_running
from pipelines.validation.kept import read_results
from pipelines.validation.results import Results


def ended(home: Home) -> list[dict[str, Any]]:
    """Runs that ended, the last one first; `interrupted` is one whose process is gone without a word."""
    found = history.last(home)
    if found and found[0]["outcome"] is None and is_running(home, found[0]["run_id"]):
        found = found[1:]
    return [row | {"outcome": row["outcome"] or "interrupted"} for row in found]


def validated(home: Home, runs: list[dict[str, Any]]) -> tuple[Results, str] | None:
    """The results of the last run that got as far as validation, and its id; None when they are gone.

    A run with nothing new is as good as the one that made the release which it found unchanged.
    """
    for row in runs:
        if row["release_id"]:
            folder, name = home.releases / "versions" / row["release_id"], row["release_id"]
        else:
            folder, name = home.runs / row["run_id"], row["run_id"]
        results = read_results(folder / VALIDATION)
        if results or row["release_id"]:
            return (results, name) if results else None
    return None
