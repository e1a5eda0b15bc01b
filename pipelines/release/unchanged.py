"""Would a run make the current candidate again? Asked when its inputs are laid out and before anything is built.

What a candidate is made from is what dbt reads, the documents, and the software; its manifest names them all by digest.
Whether the release is sound is `verify`'s business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.home import PROJECT, Home
from pipelines.release import protocol, read, sources

_SOFTWARE = ("pipelines/**/*.py", "pipelines/**/*.yaml", "dbt_project/*.yml", "dbt_project/m*/**/*.*")
_DAY = "today"
"""The relation that differs from day to day: what the day changes in a release is looked at by itself."""


@cache
def software() -> str:
    """A digest of the programs and models that make a release: a changed one may make another of the same inputs."""
    files = sorted({file for pattern in _SOFTWARE for file in PROJECT.glob(pattern) if file.is_file()})
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.relative_to(PROJECT)} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def facts(run_folder: Path) -> dict[str, Any]:
    """What the manifest of a candidate says of what it was made from, besides the documents."""
    return {
        "known": sources.known(run_folder),
        "batches": sources.batches(run_folder),
        "inputs": sources.inputs(run_folder),
        "code": software(),
    }


def unchanged(home: Home, catalog: Catalog, run_folder: Path) -> str | None:
    """The id of the current candidate, if a run from the inputs in its folder would only make it again; else None."""
    release_id = read.current_id(home)
    said = protocol.said(home, release_id)
    here = json.loads(json.dumps({"documents": catalog.files, **facts(run_folder)}))
    if any(_still(name, said.get(name)) != _still(name, value) for name, value in here.items()):
        return None
    first, last = (date.fromisoformat(one["known"][_DAY]) for one in (said, here))
    earlier, later = sorted((first, last))
    return None if any(earlier < day <= later for day in _days(catalog)) else release_id


def _still(name: str, value: Any) -> Any:
    """A fact without what differs from day to day although nothing happened."""
    return {key: one for key, one in value.items() if key != _DAY} if name in ("known", "inputs") and value else value


def _days(catalog: Catalog) -> Iterator[date]:
    """The days from which a correction is known, or stands no longer. Due dates and boundaries are in the inputs."""
    for correction in catalog.corrections.values():
        yield correction.decided_on
        if correction.until:
            yield correction.until + timedelta(days=1)
