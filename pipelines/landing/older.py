"""Is the register older than the figures that lie beside it? Put back alone from a backup it is, and the next run would
take what it does not know for what a killed one left. What is done then is not said here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from pipelines.home import Home
from pipelines.intake import store


def fault(home: Home, known: set[str], sent: Callable[[], Iterable[dict[str, Any]]]) -> str | None:
    """What is wrong with a register that knows the batches with the ids `known`, None where nothing is. `sent`: asks it
    for the hashes of all deliveries.

    It does not know one that the current release was made of, or several files: a run that was killed leaves one at
    most, and of deliveries that it knew before. So where one is left, it knows every original.
    """
    current = home.releases / "current"
    if current.is_symlink() and not known:
        return "knows of no figures, but there are releases of some"
    names = {f"{id}.parquet" for id in known}
    try:
        released = {str(name) for name in json.loads((current / "manifest.json").read_bytes()).get("batches", ())}
    except (OSError, ValueError, AttributeError, TypeError):
        released = set[str]()  # there is none; whoever reads it tells of a damaged one
    lying = {file.name for file in home.landing.glob("batch-*.parquet")} - names
    lost = min(released - names or (lying if len(lying) > 1 else ()), default=None)
    if lost:
        return f"does not know the figures in {lost}: it is older than they are"
    if lying and (unknown := store.accepted(home) - {row["sha256"] for row in sent()}):
        return f"does not know the delivery {min(unknown)}, which was accepted: it is older than it is"
    return None
