"""The publish protocol: gates, recover, stage, audit in a new process, make durable, rename, manifest, swap,
prune.

The order is the promise: until the one rename of the pointer a reader sees the old release, after it the new
one, and a process killed anywhere in between needs no hand work. The caller holds the writer's lock (see
`home.sole_writer`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pipelines
from pipelines.contracts.catalog import Catalog
from pipelines.home import Home, sync_file, sync_folder, write_durably
from pipelines.release import audit, build, content, gates, manifest, pointer, prune, read
from pipelines.release.manifest import ReleaseError
from pipelines.release.sources import batches, checks, inputs, missing_batches
from pipelines.runs import VALIDATION
from pipelines.warehouse.build import warehouse as private_build

STEPS = (
    "recovered", "staged", "audited", "durable", "renamed", "described", "swapped", "twinned", "pruned",
)  # fmt: skip
"""Names of the places between the steps, in order; `reached` is told each as it is passed."""

_ROOM = 3
"""A new release is begun only with room for this many times the last one."""


@dataclass(frozen=True)
class Release:
    """A published release. rows: table -> number of rows."""

    release_id: str
    folder: Path
    rows: dict[str, int]


def candidate(
    home: Home, catalog: Catalog, run_folder: Path, reached: Callable[[str], None] = lambda step: None
) -> Release:
    """Publishes a candidate from a run's private build. Raises gates.Shut or ReleaseError; the old one then
    stands.
    """
    shut = gates.reasons(catalog, run_folder)
    if shut:
        raise gates.Shut(shut)
    pointer.recover(home)
    reached("recovered")
    parent = read.current_id(home)
    _refuse_older(home, parent, run_folder)
    _refuse_without_room(home, parent)
    release_id = next_id(home, "candidate")
    staging = home.releases / pointer.STAGING / release_id
    try:
        staging.mkdir(parents=True, mode=0o700)
        tables = build.stage(catalog, private_build(run_folder), home.contracts, staging)
        _keep_results(run_folder, staging)
        reached("staged")
        views = _audit(staging, tables)
        reached("audited")
        described = manifest.text(_describe(catalog, run_folder, staging, release_id, parent, tables, views))
        _make_durable(staging)
        reached("durable")
        if read.current_id(home) != parent:
            raise ReleaseError("Another release was published while this one was made; run again.")
        final = home.releases / "versions" / release_id
        staging.rename(final)
    except BaseException:
        build.remove(staging)
        raise
    sync_folder(final.parent)
    reached("renamed")
    write_durably(final / manifest.FILE, described, 0o444)
    reached("described")
    pointer.swap(home, release_id)
    reached("swapped")
    pointer.write_twin(home)
    reached("twinned")
    prune.prune(home)
    reached("pruned")
    return Release(release_id, final, {name: table["rows"] for name, table in tables.items()})


def next_id(home: Home, kind: str) -> str:
    """A name never used before: kind and running number, counting on from every release there is or was
    current.
    """
    names = [entry["release_id"] for entry in read.list_releases(home)] + [read.current_id(home) or ""]
    numbers = [int(match[1]) for name in names if (match := re.search(r"(\d+)$", name))]
    return f"{kind}-{max(numbers, default=0) + 1:06d}"


def _said(home: Home, release_id: str | None) -> dict[str, Any]:
    """The manifest of the release before, or nothing: a damaged one must not keep a sound one from taking its
    place.
    """
    try:
        return manifest.read(home.releases / "versions" / release_id) if release_id else {}
    except ReleaseError:
        return {}


def _refuse_older(home: Home, parent: str | None, run_folder: Path) -> None:
    """An older run never publishes last: a new release knows every batch of figures that the current one
    knows.
    """
    lost = missing_batches(_said(home, parent).get("batches", {}), batches(run_folder))
    if lost:
        raise ReleaseError(
            f"The run {run_folder.name} does not know {len(lost)} of the batches in {parent}, "
            "which is newer; run again."
        )


def _refuse_without_room(home: Home, parent: str | None) -> None:
    size = sum(file["bytes"] for file in _said(home, parent).get("files", {}).values())
    free = shutil.disk_usage(home.releases).free
    if free < _ROOM * size:
        raise ReleaseError(
            f"{home.releases} has {free // 2**20:,} MB free; a release needs {_ROOM * size // 2**20:,} MB. "
            "Make room, then run again."
        )


def _keep_results(run_folder: Path, staging: Path) -> None:
    """What the checks found goes with the figures."""
    shutil.copytree(run_folder / VALIDATION, staging / VALIDATION)


def _audit(staging: Path, tables: dict[str, content.Content]) -> dict[str, content.Content]:
    """Holds what a new process reads from the staged files against what the private build said. Returns the
    views.
    """
    found = audit.read_back(staging)
    for place in ("tables", "parquet"):
        if found[place] != tables:
            wrong = sorted(name for name in {*tables, *found[place]} if tables.get(name) != found[place].get(name))
            raise ReleaseError(f"Read back, the {place} differ from the private build: {', '.join(wrong)}.")
    rows = {name: table["rows"] for name, table in {**tables, **found["views"]}.items()}
    if found["csv"] != rows:
        wrong = sorted(name for name in {*rows, *found["csv"]} if rows.get(name) != found["csv"].get(name))
        raise ReleaseError(f"Read back, the CSV files differ from the tables: {', '.join(wrong)}.")
    return found["views"]


def _describe(
    catalog: Catalog,
    run_folder: Path,
    staging: Path,
    release_id: str,
    parent: str | None,
    tables: dict[str, content.Content],
    views: dict[str, content.Content],
) -> dict[str, Any]:
    import duckdb

    return {
        "format": manifest.FORMAT,
        "release_id": release_id,
        "kind": "candidate",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parent": parent,
        "run": run_folder.name,
        "programme": catalog.programme.programme,
        "fictitious": catalog.programme.fictitious,
        "software": f"yearbook {pipelines.__version__}",
        "engine": f"duckdb {duckdb.__version__}",
        "documents": catalog.files,
        "batches": batches(run_folder),
        "inputs": inputs(run_folder),
        "checks": checks(run_folder / VALIDATION),
        "content": content.whole(tables),
        "tables": tables,
        "views": views,
        "files": manifest.files(staging),
    }


def _make_durable(folder: Path) -> None:
    """Every file read-only and on disk, then every folder. Folders stay the owner's alone."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.chmod(0o700)
            sync_folder(path)
        else:
            path.chmod(0o444)
            sync_file(path)
    sync_folder(folder)
