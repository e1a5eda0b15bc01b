"""Old candidates are removed, so that storage stays bounded. Never what `current` names, never an edition."""

from __future__ import annotations

from pipelines.home import Home, sync_folder
from pipelines.release.build import remove
from pipelines.release.pointer import TRASH
from pipelines.release.read import current_id, list_releases

KEEP = 14
"""Candidates kept beside the current one."""


def prune(home: Home, keep: int = KEEP) -> list[str]:
    """Removes all candidates but the newest `keep` and the current one; returns their ids. Needs the writer's
    lock.

    A folder first leaves `versions` by one rename, so that nobody finds half of it. A reader that has it open
    keeps it.
    """
    current = current_id(home)
    old = [entry["release_id"] for entry in list_releases(home) if entry["kind"] == "candidate"]
    doomed = [release_id for release_id in old if release_id != current][max(0, keep) :]
    trash = home.releases / TRASH
    trash.mkdir(mode=0o700, exist_ok=True)
    for release_id in doomed:
        (home.releases / "versions" / release_id).rename(trash / release_id)
        sync_folder(home.releases / "versions")
        remove(trash / release_id)
    return doomed
