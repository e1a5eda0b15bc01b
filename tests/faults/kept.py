"""What must hold of a backup, and of an installation that is restored from one, after a fault: as in `holds`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.home import Home
from tests.faults.holds import asked, digest


def backed_up(target: Path) -> list[str]:
    """Each backup that is listed is whole."""
    found: list[str] = []
    for manifest in sorted((target / "manifests").glob("[!.]*.json")):
        for name, entry in json.loads(manifest.read_bytes())["files"].items():
            kept = target / "objects" / entry["sha256"]
            if not kept.is_file() or digest(kept) != entry["sha256"]:
                found.append(f"The backup {manifest.name} lacks {name}.")
    return found


AGAIN = ("runs", "cache", "logs", "dagster", "inbox", "writer.lock", "turn.lock", "releases/staging", "releases/trash")
"""Of a home: what can be made again, is not taken in yet, or is compared otherwise."""


def differ(home: Home, restored: Home) -> list[str]:
    """What a restored installation has more or less than the one that was kept, or otherwise."""
    if not restored.register.exists():
        return ["Nothing was restored."]
    one, other = _held(home), _held(restored)
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return [f"Restored otherwise than it was: {len(names)} names, {names[0]} among them."] if names else []


def _held(home: Home) -> dict[str, Any]:
    """Name -> what a file holds, a link names; the rows of each table of the register."""
    found: dict[str, Any] = {}
    for path in home.root.rglob("*"):
        name = path.relative_to(home.root).as_posix()
        if f"{name}/".startswith(tuple(f"{one}/" for one in AGAIN)) or name.startswith(home.register.name):
            continue
        found[name] = str(path.readlink()) if path.is_symlink() else digest(path) if path.is_file() else "folder"
    for (table,) in asked(home, "select name from sqlite_master where type = 'table'"):
        found[f"register: {table}"] = sorted(asked(home, f'select * from "{table}"'), key=repr)
    return found


def restored(home: Home, target: Path) -> list[str]:
    """An installation that a backup was restored to is not there, or as the newest backup says."""
    if not home.root.exists() or not any(home.root.iterdir()):
        return []
    newest = max((target / "manifests").glob("[!.]*.json"))
    files = json.loads(newest.read_bytes())["files"].items()
    wrong = [n for n, entry in files if not (home.root / n).is_file() or digest(home.root / n) != entry["sha256"]]
    return [f"Restored in part: {len(wrong)} files are not as in the backup, {wrong[0]} among them."] if wrong else []
