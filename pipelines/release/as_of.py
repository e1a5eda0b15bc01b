"""What was known at a time: the marts computed from the submissions decided by then, under today's documents.

Nothing is published. The database is kept in the cache, since the same question has the same answer for ever. What a
release said at a time is asked of the release itself; whether it still comes out so is `rebuild`'s word.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import batches, decisions, register
from pipelines.release import build, content
from pipelines.release.database import DATABASE
from pipelines.release.manifest import ReleaseError
from pipelines.warehouse import build as warehouse
from pipelines.warehouse import inputs

KEEP = 3
"""Answers kept in the cache, the newest."""


def instant(text: str, time_zone: str) -> datetime:
    """A time as people write it (`2005-03-01`, `2005-03-01T12:00`, with an offset or in the calendar's zone).

    A day without a time means its end. Raises ReleaseError.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        form = "2005-03-01 or 2005-03-01T12:00+08:00"  # no year of figures: examples
        raise ReleaseError(f"{text!r} is not a time; write it like {form}.") from None
    if len(text) == len("yyyy-mm-dd"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(time_zone))
    return found.astimezone(UTC)


def database(home: Home, catalog: Catalog, moment: datetime) -> Path:
    """The database of what was known. Raises ReleaseError when nothing was, WarehouseError when dbt fails."""
    until = moment.isoformat(timespec="microseconds")
    decided = [row for row in register.export(home) if row["accepted_at"] <= until]
    if not decided:
        raise ReleaseError(f"Nothing had been decided by {until}.")
    by_persons = [row for row in decisions.export(home) if row["decided_at"] <= until]
    files = [batches.path(home, row["batch_id"]) for row in register.batches(home) if row["committed_at"] <= until]
    today = moment.astimezone(ZoneInfo(catalog.calendar.time_zone)).date()
    known = [decided[-1]["accepted_at"], len(by_persons), [file.name for file in files], today.isoformat()]
    asked = json.dumps([catalog.files, *known])
    folder = home.create().cache / f"as-of-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
    if not (folder / DATABASE).exists():
        with tempfile.TemporaryDirectory(dir=home.cache, prefix=".as-of-") as scratch:
            compute(catalog, decided, by_persons, files, today, Path(scratch))
            shutil.rmtree(folder, ignore_errors=True)
            (Path(scratch) / ANSWER).rename(folder)
    kept = sorted(home.cache.glob("as-of-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [path for path in kept if path != folder][KEEP - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
    return folder / DATABASE


ANSWER = "answer"
"""Folder within the scratch folder that holds the database."""


def compute(
    catalog: Catalog,
    decided: Sequence[dict[str, Any]],
    by_persons: Sequence[dict[str, Any]],
    files: Sequence[Path],
    today: date,
    scratch: Path,
) -> dict[str, content.Content]:
    """Computes the marts from what was known into `scratch/answer/`. Returns mart -> content.

    `decided`: rows of register.export, `by_persons` of decisions.export, `files` batches, `today` the day by which due
    dates have passed. Raises WarehouseError.
    """
    inputs.write(catalog, scratch, decided, files, today, by_persons)
    warehouse.build(scratch)
    (scratch / ANSWER).mkdir()
    return build.copy_marts(warehouse.warehouse(scratch), scratch / ANSWER / DATABASE)
