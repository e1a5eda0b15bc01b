"""What must hold of a backup, and of an installation that is restored from one, after a fault: as in `holds`."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.home import Home
from tests.faults.holds import digest


def backed_up(target: Path) -> list[str]:
    """Each backup that is listed is whole."""
    found: list[str] = []
    for manifest in sorted((target / "manifests").glob("[!.]*.json")):
        for name, entry in json.loads(manifest.read_bytes())["files"].items():
            kept = target / "objects" / entry["sha256"]
            if not kept.is_file() or digest(kept) != entry["sha256"]:
                found.append(f"The backup {manifest.name} lacks {name}.")
    return found


def restored(home: Home, target: Path) -> list[str]:
    """An installation that a backup was restored to is not there, or as the newest backup says."""
    if not home.root.exists() or not any(home.root.iterdir()):
        return []
    newest = max((target / "manifests").glob("[!.]*.json"))
    files = json.loads(newest.read_bytes())["files"].items()
    wrong = [n for n, entry in files if not (home.root / n).is_file() or digest(home.root / n) != entry["sha256"]]
    return [f"Restored in part: {len(wrong)} files are not as in the backup, {wrong[0]} among them."] if wrong else []
