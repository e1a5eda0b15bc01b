"""What was known at a time: the marts computed from the submissions decided by then, under the documents of then.

Documents change like figures: what was known by a release is computed under its own copy of them, what was known at a
time under that of the newest candidate there was. Nothing is published. The database is kept in the cache, since the
same question has the same answer for ever. What a release said is asked of the release itself; whether it still comes
out so is `rebuild`'s word.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.contracts import Catalog, load
from pipelines.home import Home, file_digest
from pipelines.landing import batches, decisions, register
from pipelines.release import build, content, manifest, protocol, prune, read
from pipelines.release.database import DATABASE
from pipelines.release.manifest import ReleaseError
from pipelines.warehouse import build as warehouse
from pipelines.warehouse import inputs as dbt_inputs

_RELEASE = re.compile(rf"[a-z]+-\d{{6,}}|{'|'.join(read.POINTERS)}")
KEEP = 3
"""Answers kept in the cache, the newest."""
_CANDIDATE = protocol.CANDIDATE.name
_NAMED = 5


@dataclass(frozen=True)
class Known:
    """What was known: a database of the marts. `documents`: the release under whose copy of the documents it was
    computed, None = today's.
    """

    database: Path
    documents: str | None
    are_lost: bool = False

    @property
    def said(self) -> str:
        """Under which documents, as a sentence."""
        if self.documents:
            return f"Computed under the documents of {self.documents}."
        why = "no candidate of that time is kept" if self.are_lost else "there was no candidate yet"
        return f"Computed under today's documents: {why}."


def asked(home: Home, text: str) -> Known:
    """What was known at a time (see `instant`), or by a release (an id, or a pointer's name).

    Raises ReleaseError when it is neither or nothing was known, ContractError when today's documents are needed and
    have faults, WarehouseError when dbt fails.
    """
    if _RELEASE.fullmatch(text):
        return _by_release(home, text)
    moment = instant(home, text)
    created = [(said["created"], said["release_id"]) for said in read.list_releases(home) if said["kind"] == _CANDIDATE]
    there = [id for when, id in created if datetime.fromisoformat(when) <= moment]
    documents = max(there, default=None)
    catalog = load(read.folder_of(home, documents) / "documents" if documents else home.contracts)
    until = moment.isoformat(timespec="microseconds")
    decided = _decided(home, until)
    if not decided:
        raise ReleaseError(f"Nothing had been decided by {text} ({until}).")
    files = [batches.path(home, row["batch_id"]) for row in register.batches(home) if row["committed_at"] <= until]
    today = moment.astimezone(ZoneInfo(catalog.calendar.time_zone)).date()
    found = _answer(home, catalog, decided, _by_persons(home, until), files, today)
    return Known(found, documents, are_lost=bool(created) and min(created)[1] != f"{_CANDIDATE}-000001")


def instant(home: Home, text: str) -> datetime:
    """A time as people write it (`2005-03-01`, `2005-03-01T12:00`, with an offset or in the calendar's zone).

    A day without a time means its end. Raises ReleaseError, ContractError.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        known = [entry["release_id"] for entry in read.list_releases(home)[:_NAMED]]
        there = f"The newest releases are {', '.join(known)}." if known else "There is no release yet."
        form = "2005-03-01 or 2005-03-01T12:00+08:00"  # no year of figures: examples
        raise ReleaseError(f"{text!r} is neither a time, like {form}, nor the id of a release. {there}") from None
    if len(text) == len("yyyy-mm-dd"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(load(home.contracts).calendar.time_zone))
    return found.astimezone(UTC)


def _by_release(home: Home, text: str) -> Known:
    """What a release knew; of an edition, the candidate that it was made from."""
    folder = read.folder_of(home, text).resolve()
    if manifest.read(folder)["kind"] != _CANDIDATE:
        origin = prune.origin_of(home, folder.name)
        if not origin:
            raise ReleaseError(f"{folder.name} does not say what was known when it was made; name a time instead.")
        folder = read.folder_of(home, origin).resolve()
    inputs = inputs_of(home, manifest.read(folder))
    if not inputs[1]:
        raise ReleaseError(f"{text} was made before anything had been decided.")
    return Known(_answer(home, *inputs), folder.name)


Inputs = tuple[Catalog, list[dict[str, Any]], list[dict[str, Any]], list[Path], date]
"""Documents, rows of register.export and of decisions.export, batches, and the day by which due dates have passed."""


def inputs_of(home: Home, said: dict[str, Any]) -> Inputs:
    """What a candidate was computed from, as its manifest says. Raises ReleaseError when it does not, or when some of
    it is gone or is not what it was.
    """
    id = said["release_id"]
    if "known" not in said:
        raise ReleaseError(f"{id} does not say what was known when it was made; it cannot be computed again.")
    until = said["known"]["decided_until"]
    by_persons = _by_persons(home, until)
    count = said["known"].get("decisions", 0)  # of a release made before persons could decide: none
    if len(by_persons) != count:
        held = f"the register holds {len(by_persons)} of that time"
        raise ReleaseError(f"{id} knew {count} decisions of persons; {held}.")
    files = []
    for name, digest in said["batches"].items():
        file = batches.path(home, name.removesuffix(".parquet"))
        if not file.is_file() or file_digest(file) != digest:
            raise ReleaseError(f"The batch {name} is not in landing as it was when {id} was made.")
        files.append(file)
    documents = load(read.folder_of(home, id) / "documents")
    return documents, _decided(home, until), by_persons, files, date.fromisoformat(said["known"]["today"])


def _decided(home: Home, until: str) -> list[dict[str, Any]]:
    return [row for row in register.export(home) if row["accepted_at"] <= until]


def _by_persons(home: Home, until: str) -> list[dict[str, Any]]:
    return [row for row in decisions.export(home) if row["decided_at"] <= until]


def _answer(
    home: Home,
    catalog: Catalog,
    decided: Sequence[dict[str, Any]],
    by_persons: Sequence[dict[str, Any]],
    files: Sequence[Path],
    today: date,
) -> Path:
    """The database in the cache, computed where it is not there yet."""
    known = [decided[-1]["accepted_at"], len(by_persons), [file.name for file in files], today.isoformat()]
    question = json.dumps([catalog.files, *known])
    folder = home.create().cache / f"as-of-{hashlib.sha256(question.encode()).hexdigest()[:16]}"
    if not (folder / DATABASE).exists():
        with tempfile.TemporaryDirectory(dir=home.cache, prefix=".as-of-") as scratch:
            compute(catalog, decided, by_persons, files, today, Path(scratch), home)
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
    home: Home,
    hashed: str | None = content.SUMS,
) -> dict[str, content.Content]:
    """Computes the marts from what was known into `scratch/answer/`. Returns mart -> content (`hashed`: see `content`).

    `decided`: rows of register.export, `by_persons` of decisions.export, `files` batches, `today` the day by which due
    dates have passed, `home` the installation whose cache serves. Raises WarehouseError.
    """
    dbt_inputs.write(catalog, scratch, decided, files, today, by_persons)
    warehouse.build(scratch, home=home)
    (scratch / ANSWER).mkdir()
    return build.copy_marts(warehouse.warehouse(scratch), scratch / ANSWER / DATABASE, hashed)
