"""Is a release still what its manifest says? Every file is hashed again and every column read again, in a new
process.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.home import Home
from pipelines.landing import register
from pipelines.release import audit, content, manifest, pointer, read
from pipelines.release.manifest import ReleaseError


def verify(home: Home, release_id: str = read.CURRENT) -> list[str]:
    """Every difference between a release and its manifest, as sentences; none = whole. Raises ReleaseError if
    there is none.
    """
    folder = read.folder_of(home, release_id)
    try:
        said = manifest.read(folder)
        found = manifest.files(folder)
    except ReleaseError as error:
        return [str(error)]
    faults = [fault for name in read.POINTERS if folder.name == read.named(home, name) for fault in _twin(home, name)]
    faults += _withdrawal(home, folder, said)
    recorded = register.release_digest(home, folder.name)
    if recorded not in (None, said["digest"]):
        faults.append("The manifest is not the one that was published: its digest is not that of the register.")
    for name in sorted({*said["files"], *found}):
        if name not in found:
            faults.append(f"{name} is missing.")
        elif name not in said["files"]:
            faults.append(f"{name} does not belong to the release.")
        elif found[name] != said["files"][name]:
            faults.append(f"{name} was changed: its hash is not that of the manifest.")
    known = {parent.as_posix() for name in said["files"] for parent in PurePosixPath(name).parents}
    folders = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_dir())
    faults += [f"The folder {name} does not belong to the release." for name in folders if name not in known]
    try:
        back = audit.read_back(folder, said.get("hashed"))
    except ReleaseError as error:
        return [*faults, str(error)]
    return faults + _held(said, back)


def _held(said: dict[str, Any], back: dict[str, Any]) -> list[str]:
    """What was read back against what the manifest says each table holds."""
    faults = []
    for place, expected in (
        ("tables", said["tables"]),
        ("views", said["views"]),
        ("parquet", said["tables"]),
    ):
        for name in sorted({*expected, *back[place]}):
            if expected.get(name) != back[place].get(name):
                faults.append(f"{name} ({place}) does not hold the figures of the manifest.")
    rows = {name: table["rows"] for name, table in {**said["tables"], **said["views"]}.items()}
    for name in sorted({*rows, *back["csv"]}):
        if rows.get(name) != back["csv"].get(name):
            faults.append(f"{name}.csv does not hold {rows.get(name)} rows.")
    if content.whole(said["tables"]) != said["content"]:
        faults.append("The hash of the whole content is not that of its tables.")
    return faults


def _withdrawal(home: Home, folder: Path, said: dict[str, Any]) -> list[str]:
    """The note in an edition's folder against the record of the withdrawal; no other release has one."""
    note, record = manifest.note(folder / manifest.WITHDRAWN), manifest.note(read.record(home, folder.name))
    if said["kind"] != "edition" and note:
        return [f"{manifest.WITHDRAWN} does not belong to the release."]
    if note == record:
        return []
    if note is None:
        return [f"It was withdrawn, but its {manifest.WITHDRAWN} is missing."]
    return [f"Its {manifest.WITHDRAWN} is not the withdrawal that was recorded."]


def _twin(home: Home, name: str) -> list[str]:
    try:
        said = json.loads(pointer.twin(home, name).read_bytes())["release_id"]
    except (OSError, ValueError, KeyError, TypeError):
        said = None
    return [] if said == read.named(home, name) else [f"{name}.json does not name the release that `{name}` names."]
