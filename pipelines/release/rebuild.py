"""A release computed again from the store: the submissions decided by then, the batches it names, its own documents.

What comes out is held against the release cell by cell. Only marts that dbt makes: what checks found is not computed
again here. Nothing is published and nothing in the store is touched.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pipelines
from pipelines.home import Home
from pipelines.release import as_of, build, diff, manifest, protocol, read
from pipelines.release.manifest import ReleaseError


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
    inputs = as_of.inputs_of(home, said)
    with tempfile.TemporaryDirectory(dir=home.create().cache, prefix="rebuild-") as scratch:
        found = as_of.compute(*inputs, Path(scratch), home, said.get("hashed"))
        expected = {name: table for name, table in said["tables"].items() if name not in build.KEYS}
        differing = [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]
        keys = {name: said["keys"].get(name, []) for name in differing}
        changed: dict[str, Any] = {name: {} for name in differing}
        again = Path(scratch) / as_of.ANSWER
        changed |= diff.tables(folder, again, {name: key for name, key in keys.items() if key})
    ours = f"yearbook {pipelines.__version__}"
    made_by = said["software"] if said["software"] != ours else ""
    return Rebuilt(folder.name, {name: table["rows"] for name, table in expected.items()}, changed, made_by)
