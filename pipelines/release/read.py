"""Which releases there are, and what each says of itself. Read only, light: no database is opened here.

A reader resolves the pointer once and keeps the folder: names are never used again, so what it read stays
what it was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.release import manifest
from pipelines.release.manifest import ReleaseError

__all__ = ["CURRENT", "LATEST_EDITION", "ReleaseError", "current_id", "folder_of", "list_releases", "named", "show"]

APPROVALS = "approvals"
"""Who signed which edition off or withdrew it, and from what it was made: beside the editions, not in them."""
CURRENT = "current"
LATEST_EDITION = "latest_edition"
POINTERS = {CURRENT: "There is no release yet.", LATEST_EDITION: "There is no edition yet."}
"""The names that stand for a release, and what is said when they name none."""


def record(home: Home, release_id: str) -> Path:
    """Where a withdrawal is recorded for those inside, beside the note that lies in the edition's own folder."""
    return home.releases / APPROVALS / f"{release_id}.withdrawn.json"


def withdrawn(home: Home, folder: Path) -> dict[str, str] | None:
    """{by, at, reason} of a withdrawn edition, None of one that stands. Either of the two places is enough."""
    return manifest.note(record(home, folder.name)) or manifest.note(folder / manifest.WITHDRAWN)


def named(home: Home, name: str) -> str | None:
    """The id of the release that a pointer names, or None before the first."""
    pointer = home.releases / name
    return Path(pointer.readlink()).name if pointer.is_symlink() else None


def current_id(home: Home) -> str | None:
    """The id of the newest candidate, which `current` names, or None before the first."""
    return named(home, CURRENT)


def folder_of(home: Home, release_id: str = CURRENT) -> Path:
    """The folder of a release by its id, or by a pointer's name. Raises ReleaseError when there is none."""
    wanted = named(home, release_id) if release_id in POINTERS else release_id
    if wanted is None:
        raise ReleaseError(POINTERS[release_id])
    folder = home.releases / "versions" / wanted
    if wanted != Path(wanted).name or wanted.startswith(".") or not (folder / manifest.FILE).is_file():
        known = ", ".join(entry["release_id"] for entry in list_releases(home)[:5]) or "none"
        raise ReleaseError(f"There is no release {wanted!r}. The newest: {known}.")
    return folder


def list_releases(home: Home) -> list[dict[str, Any]]:
    """Every release, newest first: release_id, kind, created, current, latest_edition, withdrawn (who, when, why; None
    = it stands), rows (table -> rows), folder.
    """
    versions = home.releases / "versions"
    pointers = {name: named(home, name) for name in POINTERS}
    found = []
    folders = versions.iterdir() if versions.is_dir() else ()
    for folder in sorted(folders, key=lambda folder: folder.name.rpartition("-")[::-1], reverse=True):
        try:
            content = json.loads((folder / manifest.FILE).read_bytes())
            entry = {key: content[key] for key in ("release_id", "kind", "created")}
            entry["rows"] = {name: table["rows"] for name, table in content["tables"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            if not (folder / manifest.FILE).exists():
                continue  # never finished: the next run removes it
            entry = {"release_id": folder.name, "kind": "damaged", "created": "", "rows": {}}
        entry |= {name: folder.name == id for name, id in pointers.items()}
        found.append(entry | {"withdrawn": withdrawn(home, folder), "folder": str(folder)})
    return found


def show(home: Home, release_id: str = CURRENT) -> dict[str, Any]:
    """The manifest of one release, with its folder, which pointers name it, whether it was withdrawn, rows by table.

    Raises ReleaseError when there is no such release or its manifest was changed.
    """
    folder = folder_of(home, release_id)
    content = manifest.read(folder)
    rows = {name: table["rows"] for name, table in content["tables"].items()}
    standing = {name: folder.name == named(home, name) for name in POINTERS}
    return content | standing | {"rows": rows, "folder": str(folder), "withdrawn": withdrawn(home, folder)}
