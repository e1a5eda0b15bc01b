"""The publish protocol, the same for every kind of release: recover, stage and add the forms, audit in a new process,
make durable, rename, manifest, swap, tidy.

The order is the promise: until the one rename of the pointer a reader sees the old release, after it the new one, and
a process killed anywhere in between needs no hand work. What a release holds is decided by whoever calls (`publish`,
`edition`); the caller holds the writer's lock (see `locks.sole_writer`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pipelines
from pipelines import journal
from pipelines.home import Home, sync_file, sync_folder, write_durably
from pipelines.landing import register
from pipelines.release import audit, build, content, forms, linked, manifest, parts, pointer, prune, read
from pipelines.release.linked import Before
from pipelines.release.manifest import ReleaseError

_ROOM = 3
"""A new release is begun only with room for this many times the last one."""


@dataclass(frozen=True)
class Release:
    """A published release. rows: table -> number of rows."""

    release_id: str
    folder: Path
    rows: dict[str, int]


@dataclass(frozen=True)
class Kind:
    """A kind of release: its name, the pointer that names the newest, and who may look into its folders."""

    name: str
    pointer: str
    mode: int


CANDIDATE = Kind("candidate", read.CURRENT, 0o700)
EDITION = Kind("edition", read.LATEST_EDITION, 0o755)


@dataclass(frozen=True)
class Staged:
    """What a staged folder must hold. tables: table -> content as read where it came from; keys: table -> its unique
    key; facts: what the manifest says besides; before_rename: what must be on disk before the release is; before: the
    release of which it holds some files.
    """

    tables: dict[str, content.Content]
    keys: dict[str, list[str]]
    facts: dict[str, Any]
    before_rename: Callable[[], None] = field(default=lambda: None)
    before: Before | None = None


Fill = Callable[[Path, str, str | None], Staged]
"""(empty folder, release id, id of the release before) -> what it was filled with."""


def publish(home: Home, kind: Kind, fill: Fill) -> Release:
    """Makes a release and lets its pointer name it. Raises ReleaseError; the old one then stands."""
    pointer.recover(home)
    parent = read.named(home, kind.pointer)
    _refuse_without_room(home, parent)
    release_id = next_id(home, kind.name)
    staging = home.releases / pointer.STAGING / release_id
    try:
        staging.parent.mkdir(exist_ok=True, mode=0o700)
        staging.mkdir(mode=0o700)
        staged = fill(staging, release_id, parent)
        said = _said(kind, release_id, parent, staged)
        forms.write(staging, said, staged.before.linked if staged.before else {})
        views = _audit(staging, staged)
        described = manifest.text(_describe(said, staging, staged, views))
        _make_durable(staging, kind.mode)
        staged.before_rename()
        register.record_release(home, release_id, json.loads(described)["digest"])
        if read.named(home, kind.pointer) != parent:
            raise ReleaseError("Another release was published while this one was made; run again.")
        final = home.releases / "versions" / release_id
        staging.rename(final)
    except BaseException:
        build.remove(staging)
        raise
    sync_folder(final.parent)
    write_durably(final / manifest.FILE, described, 0o444)
    pointer.swap(home, release_id, kind.pointer)
    pointer.write_twin(home, kind.pointer)
    prune.prune(home)
    rows = {name: table["rows"] for name, table in staged.tables.items()}
    journal.note(home, "release published", release=release_id, parent=parent or "", rows=sum(rows.values()))
    return Release(release_id, final, rows)


def next_id(home: Home, kind: str) -> str:
    """A name never used before: kind and running number, counting on from every release there is or was current."""
    names = [entry["release_id"] for entry in read.list_releases(home)]
    names += [read.named(home, name) or "" for name in read.POINTERS]
    numbers = [int(match[1]) for name in names if (match := re.search(r"(\d+)$", name))]
    return f"{kind}-{max(numbers, default=0) + 1:06d}"


def said(home: Home, release_id: str | None) -> dict[str, Any]:
    """The manifest of a release, or nothing: a damaged one must not keep a sound one from taking its place."""
    try:
        return manifest.read(home.releases / "versions" / release_id) if release_id else {}
    except ReleaseError:
        return {}


def _refuse_without_room(home: Home, parent: str | None) -> None:
    size = sum(file["bytes"] for file in said(home, parent).get("files", {}).values())
    free = shutil.disk_usage(home.releases).free
    if free < _ROOM * size:
        raise ReleaseError(
            f"{home.releases} has {free // 2**20:,} MB free; a release needs {_ROOM * size // 2**20:,} MB. "
            "Make room, then run again."
        )


def _audit(staging: Path, staged: Staged) -> dict[str, content.Content]:
    """Holds what a new process reads from the staged files against what the source said. Returns the views."""
    tables = staged.tables
    found = audit.read_back(staging, before=staged.before)
    for place in ("tables", "parquet"):
        if found[place] != tables:
            wrong = sorted(name for name in {*tables, *found[place]} if tables.get(name) != found[place].get(name))
            raise ReleaseError(f"Read back, the {place} differ from where they came from: {', '.join(wrong)}.")
    rows = {name: table["rows"] for name, table in {**tables, **found["views"]}.items()}
    if found["csv"] != rows:
        wrong = sorted(name for name in {*rows, *found["csv"]} if rows.get(name) != found["csv"].get(name))
        raise ReleaseError(f"Read back, the CSV files differ from the tables: {', '.join(wrong)}.")
    if staged.before:
        was, now = staged.before.contents(), found["views"]
        for name, files in parts.by_table(staged.before.linked, "csv").items():
            if name in now and not all(linked.same(was[name], now[name], parts.year(file)) for file in files):
                raise ReleaseError(f"Read back, the view {name} differs from the files that were taken over for it.")
    return found["views"]


def _said(kind: Kind, release_id: str, parent: str | None, staged: Staged) -> dict[str, Any]:
    """What a manifest says of a release before its files are looked at."""
    return {
        "format": manifest.FORMAT,
        "release_id": release_id,
        "kind": kind.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parent": parent,
        **staged.facts,
        "keys": staged.keys,
        "software": f"yearbook {pipelines.__version__}",
    }


def _describe(said: dict[str, Any], staging: Path, staged: Staged, views: dict[str, content.Content]) -> dict[str, Any]:
    import duckdb

    files = manifest.files(staging)
    for path, was in (staged.before.linked if staged.before else {}).items():
        if files.get(path) != was:
            raise ReleaseError(f"{path} is no longer what {said['parent']} published; run `yearbook release verify`.")
    for name, digest in staged.facts["documents"].items():
        if files.get(f"documents/{name}", {}).get("sha256") != digest:
            raise ReleaseError(f"Read back, the document {name} is not the one that was loaded.")
    return said | {
        "engine": f"duckdb {duckdb.__version__}",
        "hashed": content.SUMS,
        "content": content.whole(staged.tables),
        "tables": staged.tables,
        "views": views,
        "files": files,
    }


def _make_durable(folder: Path, mode: int) -> None:
    """Every file read-only and on disk, then every folder."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.chmod(mode)
            sync_folder(path)
        else:
            path.chmod(0o444)
            sync_file(path)
    folder.chmod(mode)
    sync_folder(folder)
