"""Old candidates are removed, so that storage stays bounded. Never what `current` names, never an edition, never the
candidate that one was made from: there its figures lead back to their cells.
"""

from __future__ import annotations

import json

from pipelines.home import Home, sync_folder
from pipelines.release.build import remove
from pipelines.release.manifest import FILE
from pipelines.release.pointer import TRASH
from pipelines.release.read import APPROVALS, current_id, list_releases

KEEP = 14
"""Candidates kept beside the current one."""


def prune(home: Home, keep: int = KEEP) -> list[str]:
    """Removes all candidates but the newest `keep` and the current one; returns their ids. Needs the writer's
    lock.

    A folder first leaves `versions` by one rename, so that nobody finds half of it. A reader that has it open
    keeps it.
    """
    found = list_releases(home)
    kept = {current_id(home), *(origin_of(home, entry["release_id"]) for entry in found)}
    old = [entry["release_id"] for entry in found if entry["kind"] == "candidate"]
    doomed = [release_id for release_id in old if release_id not in kept][max(0, keep) :]
    trash = home.releases / TRASH
    trash.mkdir(mode=0o700, exist_ok=True)
    for release_id in doomed:
        (home.releases / "versions" / release_id).rename(trash / release_id)
        sync_folder(home.releases / "versions")
        remove(trash / release_id)
    return doomed


def origin_of(home: Home, release_id: str) -> str:
    """The candidate that an edition was made from, as its approval says, or its manifest where that is damaged; '' of
    every other release.
    """
    folder = home.releases / "versions" / release_id
    for file, key in ((home.releases / APPROVALS / f"{release_id}.json", "candidate"), (folder / FILE, "made_from")):
        try:
            return str(json.loads(file.read_bytes())[key])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""
