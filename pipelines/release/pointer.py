"""The pointer `current` and its JSON twin, and the recovery of what a killed run left.

The symlink is the truth, swapped by one rename; `current.json` repeats it for systems that do not follow
links. Every function needs the writer's lock.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.home import Home, sync_folder, write_durably
from pipelines.release import manifest
from pipelines.release.build import remove
from pipelines.release.read import CURRENT, current_id

TWIN = "current.json"
STAGING = "staging"
TRASH = "trash"


def swap(home: Home, release_id: str) -> None:
    """Makes `current` name a finished release, in one step and durably."""
    temporary = home.releases / f".{CURRENT}.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("versions") / release_id)
    temporary.replace(home.releases / CURRENT)
    sync_folder(home.releases)


def write_twin(home: Home) -> None:
    """Writes `current.json` after the symlink, if it does not say the same already."""
    release_id = current_id(home)
    if release_id is None:
        return
    said = {"release_id": release_id, "folder": f"versions/{release_id}"}
    data = (json.dumps(said, indent=1) + "\n").encode()
    twin = home.releases / TWIN
    if not twin.is_file() or twin.read_bytes() != data:
        write_durably(twin, data)


def recover(home: Home) -> list[str]:
    """Clears what a run that died left: staged folders, releases without a manifest, temporary links. Says
    what it did.
    """
    done: list[str] = []
    for name in (STAGING, TRASH):
        for left in sorted((home.releases / name).iterdir()) if (home.releases / name).is_dir() else []:
            remove(left)
            done.append(f"removed {name}/{left.name}")
    current = current_id(home)
    for folder in sorted((home.releases / "versions").iterdir()):
        if not (folder / manifest.FILE).exists() and folder.name != current:
            remove(folder)
            done.append(f"removed the unfinished release {folder.name}")
    patterns = (f".{CURRENT}.*", ".*.tmp", "versions/*/.*.tmp")
    for left in sorted({left for pattern in patterns for left in home.releases.glob(pattern)}):
        left.unlink()
        done.append(f"removed {left.name}")
    write_twin(home)
    return done
