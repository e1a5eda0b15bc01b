"""The pointers `current` and `latest_edition`, their JSON twins, and the recovery of what a killed run left.

The symlink is the truth, swapped by one rename; `<pointer>.json` repeats it for systems that do not follow links. Every
function needs the writer's lock.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.home import Home, sync_folder, write_durably
from pipelines.release import manifest
from pipelines.release.build import remove
from pipelines.release.read import APPROVALS, CURRENT, LATEST_EDITION, POINTERS, list_releases, named, withdrawn

STAGING = "staging"
TRASH = "trash"


def twin(home: Home, name: str) -> Path:
    """The JSON file that says what a pointer names."""
    return home.releases / f"{name}.json"


def swap(home: Home, release_id: str, name: str = CURRENT) -> None:
    """Makes a pointer name a finished release, in one step and durably."""
    temporary = home.releases / f".{name}.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("versions") / release_id)
    temporary.replace(home.releases / name)
    sync_folder(home.releases)


def write_twin(home: Home, name: str = CURRENT) -> None:
    """Writes the twin after the symlink, if it does not say the same already; removes it where the pointer is gone."""
    release_id = named(home, name)
    if release_id is None:
        _remove(home, twin(home, name))
        return
    said = {"release_id": release_id, "folder": f"versions/{release_id}"}
    data = (json.dumps(said, indent=1) + "\n").encode()
    if not twin(home, name).is_file() or twin(home, name).read_bytes() != data:
        write_durably(twin(home, name), data)


def _remove(home: Home, path: Path) -> None:
    """Removes a name durably: else a power cut would let it name again what was withdrawn."""
    if path.is_symlink() or path.exists():
        path.unlink()
        sync_folder(home.releases)


def settle_edition(home: Home) -> str | None:
    """Lets `latest_edition` name the newest edition that was not withdrawn; returns its id, None when there is none.

    An edition exists once its manifest is written: whoever died before the swap is carried on here. Only a withdrawal
    moves the pointer back: one that was damaged stays named, so that its readers are told and not served older figures.
    """
    standing = [e["release_id"] for e in list_releases(home) if e["kind"] == "edition" and e["withdrawn"] is None]
    latest = standing[0] if standing else None
    now = named(home, LATEST_EDITION)
    if now and now not in standing and withdrawn(home, home.releases / "versions" / now) is None:
        latest = max((id for id in (now, latest) if id), key=lambda id: id.rpartition("-")[2])
    if latest is None:
        _remove(home, home.releases / LATEST_EDITION)
    elif latest != named(home, LATEST_EDITION):
        swap(home, latest, LATEST_EDITION)
    write_twin(home, LATEST_EDITION)
    return latest


def finish_withdrawals(home: Home) -> list[str]:
    """A withdrawal counts once it is recorded: where whoever recorded it died, the edition's own folder is told here.
    Returns the ids of such editions.
    """
    done: list[str] = []
    for record in sorted((home.releases / APPROVALS).glob(f"[!.]*.{manifest.WITHDRAWN}")):
        folder = home.releases / "versions" / record.name.split(".")[0]
        if folder.is_dir() and not (folder / manifest.WITHDRAWN).exists():
            write_durably(folder / manifest.WITHDRAWN, record.read_bytes(), 0o444)
            done.append(folder.name)
    return done


def _refuse_folders(home: Home) -> None:
    """A copy that followed links leaves a folder where one was. No release could be named then, and what is in it may
    be somebody's.
    """
    for place in (place for name in POINTERS for place in (home.releases / name, twin(home, name))):
        if place.is_dir() and not place.is_symlink():
            raise manifest.ReleaseError(
                f"{place} is a folder; it must be a {'file' if place.suffix else 'link'}, or nothing. Move it away "
                "(the releases lie in `versions`), then give the command again."
            )


def recover(home: Home) -> list[str]:
    """Clears what a run that died left: staged folders, releases without a manifest, temporary files; finishes
    withdrawals. Says what it did. Raises ReleaseError where a folder lies in the place of a pointer or its twin.
    """
    _refuse_folders(home)
    done: list[str] = []
    for name in (STAGING, TRASH):
        for left in sorted((home.releases / name).iterdir()) if (home.releases / name).is_dir() else []:
            remove(left)
            done.append(f"removed {name}/{left.name}")
    pointed = {named(home, name) for name in POINTERS}
    for folder in sorted((home.releases / "versions").iterdir()):
        if not (folder / manifest.FILE).exists() and folder.name not in pointed:
            remove(folder)
            done.append(f"removed the unfinished release {folder.name}")
    patterns = (*(f".{name}.*" for name in POINTERS), ".*.tmp", "versions/*/.*.tmp", f"{APPROVALS}/.*.tmp")
    stray = {left for pattern in patterns for left in home.releases.glob(pattern)}
    approvals = (home.releases / APPROVALS).glob("[!.]*.json")
    stray |= {left for left in approvals if not (home.releases / "versions" / left.name.split(".")[0]).exists()}
    for left in sorted(stray):
        left.unlink()
        done.append(f"removed {left.name}")
    done += [f"finished the withdrawal of {id}" for id in finish_withdrawals(home)]
    write_twin(home)
    settle_edition(home)
    return done
