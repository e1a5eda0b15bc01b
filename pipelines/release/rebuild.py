"""A release computed again from the store: the submissions decided by then, the batches it names, its own documents.

What comes out is held against the release cell by cell. Only marts that dbt makes: what checks found is not computed
again here. Nothing is published and nothing in the store is touched.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pipelines
from pipelines.contracts import load
from pipelines.home import Home
from pipelines.landing import batches, decisions, register
from pipelines.release import as_of, diff, manifest, protocol, quality, read
from pipelines.release.manifest import ReleaseError
from pipelines.validation.kept import file_digest


@dataclass(frozen=True)
class Rebuilt:
    """What came of it. tables: mart -> rows compared; changed: mart -> what differs (see `diff`), none = equal;
    made_by: the software that made the release, where it is another one than this.
    """

    release_id: str
    tables: dict[str, int]
    changed: dict[str, diff.Table]
    made_by: str


def rebuild(home: Home, release_id: str = read.CURRENT) -> Rebuilt:
    """Computes a candidate again and compares. Raises ReleaseError when it cannot be, WarehouseError when dbt fails."""
    folder = read.folder_of(home, release_id).resolve()
    said = manifest.read(folder)
    if said["kind"] != protocol.CANDIDATE.name:
        raise ReleaseError(f"{folder.name} was made from {said.get('made_from')}; compute that one again.")
    if "known" not in said:
        raise ReleaseError(f"{folder.name} does not say what was known when it was made; it cannot be computed again.")
    catalog = load(folder / "documents")
    files = _batches(home, said)
    until = said["known"]["decided_until"]
    decided = [row for row in register.export(home) if row["accepted_at"] <= until]
    by_persons = _by_persons(home, said)
    with tempfile.TemporaryDirectory(dir=home.create().cache, prefix="rebuild-") as scratch:
        today = date.fromisoformat(said["known"]["today"])
        found = as_of.compute(catalog, decided, by_persons, files, today, Path(scratch))
        expected = {name: table for name, table in said["tables"].items() if name != quality.TABLE}
        differing = [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]
        keys = {name: said["keys"].get(name, []) for name in differing}
        changed: dict[str, Any] = {name: {} for name in differing}
        again = Path(scratch) / as_of.ANSWER
        changed |= diff.tables(folder, again, {name: key for name, key in keys.items() if key})
    ours = f"yearbook {pipelines.__version__}"
    made_by = said["software"] if said["software"] != ours else ""
    return Rebuilt(folder.name, {name: table["rows"] for name, table in expected.items()}, changed, made_by)


def _by_persons(home: Home, said: dict[str, Any]) -> list[dict[str, Any]]:
    """The decisions of persons that a release knew. Raises ReleaseError when one is gone."""
    found = [row for row in decisions.export(home) if row["decided_at"] <= said["known"]["decided_until"]]
    count = said["known"].get("decisions", 0)  # of a release made before persons could decide: none
    if len(found) != count:
        raise ReleaseError(
            f"{said['release_id']} knew {count} decisions of persons; the register holds {len(found)} of that time."
        )
    return found


def _batches(home: Home, said: dict[str, Any]) -> list[Path]:
    """The batch files that a release names. Raises ReleaseError when one is gone or is not what it was."""
    found = []
    for name, digest in said["batches"].items():
        file = batches.path(home, name.removesuffix(".parquet"))
        if not file.is_file() or file_digest(file) != digest:
            raise ReleaseError(f"The batch {name} is not in landing as it was when {said['release_id']} was made.")
        found.append(file)
    return found
