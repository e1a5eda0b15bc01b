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

__all__ = ["CURRENT", "ReleaseError", "current_id", "folder_of", "list_releases", "show"]

CURRENT = "current"


def current_id(home: Home) -> str | None:
    """The id of the release that `current` names, or None before the first."""
    pointer = home.releases / CURRENT
    return Path(pointer.readlink()).name if pointer.is_symlink() else None


def folder_of(home: Home, release_id: str = CURRENT) -> Path:
    """The folder of a release by its id, or of `current`. Raises ReleaseError when there is none."""
    wanted = current_id(home) if release_id == CURRENT else release_id
    if wanted is None:
        raise ReleaseError("There is no release yet.")
    folder = home.releases / "versions" / wanted
    if wanted != Path(wanted).name or wanted.startswith(".") or not (folder / manifest.FILE).is_file():
        known = ", ".join(entry["release_id"] for entry in list_releases(home)[:5]) or "none"
        raise ReleaseError(f"There is no release {wanted!r}. The newest: {known}.")
    return folder


def list_releases(home: Home) -> list[dict[str, Any]]:
    """Every release, newest first: release_id, kind, created, current, rows (table -> rows), folder."""
    versions = home.releases / "versions"
    current = current_id(home)
    found = []
    for folder in sorted(versions.iterdir(), reverse=True) if versions.is_dir() else []:
        try:
            content = json.loads((folder / manifest.FILE).read_bytes())
            entry = {key: content[key] for key in ("release_id", "kind", "created")}
            entry["rows"] = {name: table["rows"] for name, table in content["tables"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            if not (folder / manifest.FILE).exists():
                continue  # never finished: the next run removes it
            entry = {"release_id": folder.name, "kind": "damaged", "created": "", "rows": {}}
        found.append(entry | {"current": folder.name == current, "folder": str(folder)})
    return found


def show(home: Home, release_id: str = CURRENT) -> dict[str, Any]:
    """The manifest of one release, with its folder, whether it is current, and its rows by table.

    Raises ReleaseError when there is no such release or its manifest was changed.
    """
    folder = folder_of(home, release_id)
    content = manifest.read(folder)
    rows = {name: table["rows"] for name, table in content["tables"].items()}
    return content | {"rows": rows, "folder": str(folder), "current": folder.name == current_id(home)}
