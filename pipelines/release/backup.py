"""Copies of a whole installation in a folder elsewhere, and a new installation from one.

A backup folder holds `objects/<sha256>`, each file once however many backups name it, and `manifests/<moment>.json`,
written last: whatever ends a backup early, the earlier ones stay whole. What can be made again (runs, cache, the
journal, Dagster's own state) is not copied, nor the inbox, whose files nobody has taken in yet.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines import journal, progress
from pipelines.home import Home, file_digest, lives, sync_file, sync_folder, sync_folders, write_durably
from pipelines.landing import carried, engine, register
from pipelines.locks import sole_writer
from pipelines.release import build, pointer

FORMAT = 1
_SAID = {"format", "files", "links", "folders"}
"""What a manifest says of the installation. files: name -> {sha256, mode}; links: name -> what it names; folders: name
-> mode.
"""
_SCRATCH = ".register."
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
"""How a manifest is named; these names sort as their moments do."""


class BackupError(Exception):
    """No backup, or no restored installation. The message is a sentence that says why."""


def create(home: Home, target: Path) -> Path:
    """Adds a backup of an installation to a folder and returns its manifest. Raises BackupError, Busy, Unusable,
    OSError.
    """
    target = target.absolute()
    if target.resolve().is_relative_to(home.root.resolve()):
        raise BackupError(f"{target} lies within the installation. Name a folder elsewhere, best on another disk.")
    if not register.exists(home) or home.register.is_dir():
        raise BackupError(f"{home.root} holds no installation: there is no register. Set YEARBOOK_HOME.")
    objects = target / "objects"
    new = [folder for folder in (target, *target.parents) if not folder.exists()]
    for folder in (target, objects, target / "manifests"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sync_folders((target, *(folder.parent for folder in new)))  # else a power cut takes whole backups
    with sole_writer(home), tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=target) as scratch:
        _sweep(target, Path(scratch))
        copy = Path(scratch) / home.register.name
        carried.save(home, copy)
        said: dict[str, Any] = {"format": FORMAT, "files": {}, "links": {}, "folders": {}}
        said["files"][home.register.name] = _keep(copy, objects)
        for path in progress.counted("files and folders kept", _of(home)):
            name = path.relative_to(home.root).as_posix()
            if path.is_symlink():
                said["links"][name] = str(path.readlink())
            elif path.is_dir():
                said["folders"][name] = path.stat().st_mode & 0o777
            else:
                said["files"][name] = _keep(path, objects)
        sync_folder(objects)
        made = target / "manifests" / f"{_now(target)}.json"
        write_durably(made, _text(said), 0o600)
    journal.note(home, "backup made", manifest=str(made), files=len(said["files"]))
    return made


def restore(target: Path, home: Home, moment: str | None = None) -> int:
    """Makes an installation from a backup (default: the newest) where there is none yet; returns how many files.

    Every file is compared with the manifest as it is written. The home appears whole or not at all, and with it its
    register, where that is to live in a database, which must be empty. Raises BackupError, Unusable.
    """
    home = Home(home.root.resolve(), home.contracts)
    if home.root.is_mount():
        raise _mounted(home)
    if home.root.exists() and (not home.root.is_dir() or any(home.root.iterdir())):
        raise BackupError(f"{home.root} is not empty. A backup is restored only where there is nothing.")
    if fault := carried.in_use(home):
        raise BackupError(fault)
    said = _read(target, moment)
    home.root.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{home.root.name}.restoring."
    for left in home.root.parent.glob(f"{prefix}*"):
        if not lives(left.name.removeprefix(prefix).partition("_")[0]):
            build.remove(left)
    staged = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}_", dir=home.root.parent))
    try:
        Home(staged, home.contracts).create()  # with the folders of which nothing is kept, the inbox among them
        files = progress.counted("files put back", sorted(said["files"].items()))
        faults = [fault for name, entry in files if (fault := _put(target, staged, name, entry))]
        if faults:
            raise BackupError("Nothing was restored. " + " ".join(faults))
        for name, to in said["links"].items():
            link = _within(staged, name)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(to)
        for name in said["folders"]:
            _within(staged, name).mkdir(parents=True, exist_ok=True)
        for name, mode in sorted(said["folders"].items(), reverse=True):  # the innermost first
            sync_folder(staged / name)
            (staged / name).chmod(mode)
        with carried.put_back(Home(staged, home.contracts), home):
            sync_folder(staged)
            staged.rename(home.root)
            sync_folder(home.root.parent)
    except BaseException as error:
        if engine.in_postgres() and not staged.exists():  # the database did not keep the register
            home.root.rename(staged)
        for folder in [path for path in staged.rglob("*") if path.is_dir() and not path.is_symlink()]:
            folder.chmod(0o700)
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, OSError) and error.errno == errno.EBUSY:  # a folder of the same disk, mounted
            raise _mounted(home) from None
        raise
    journal.note(home, "installation restored", backup=str(target), files=len(said["files"]))
    return len(said["files"])


def _mounted(home: Home) -> BackupError:
    return BackupError(
        f"{home.root} is a mount point, in whose place nothing can be put at once. Restore into a folder on it: "
        f"YEARBOOK_HOME={home.root}/home."
    )


def _moments(target: Path) -> list[str]:
    """The moments of a folder's backups, the newest last. Files that are called otherwise are none of ours."""
    found: list[str] = []
    for path in (target / "manifests").glob("[!.]*.json"):
        with suppress(ValueError):
            datetime.strptime(path.stem, _MOMENT)
            found.append(path.stem)
    return sorted(found)


def _now(target: Path) -> str:
    """The moment of a new backup: later than of every one that is there, even if the clock was set back. Else an older
    one would be restored for the newest.
    """
    now = f"{datetime.now(UTC):{_MOMENT}}"
    last = max(_moments(target), default="")
    return now if now > last else f"{datetime.strptime(last, _MOMENT) + timedelta(microseconds=1):{_MOMENT}}"


def _sweep(target: Path, own: Path) -> None:
    """Removes what a backup that was killed has left; only one is made at a time."""
    halves = [half for folder in ("objects", "manifests") for half in (target / folder).glob(".*.tmp")]
    for left in [*target.glob(f"{_SCRATCH}*"), *halves]:
        if left.is_dir() and left != own:
            shutil.rmtree(left)
        elif left.is_file():
            left.unlink()


def _of(home: Home) -> list[Path]:
    """What is kept. Half files are not: who receives one needs no lock, and has it gone in a moment."""
    left = {home.runs, home.cache, home.logs, home.dagster, home.inbox, home.lock, home.turns, home.register}
    left |= {home.register.with_name(home.register.name + end) for end in ("-wal", "-shm", "-journal")}
    left |= {home.releases / name for name in (pointer.STAGING, pointer.TRASH)}

    def below(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path not in left and not (path.name.startswith(".") and path.name.endswith(".tmp")):
                yield path
                if path.is_dir() and not path.is_symlink():
                    yield from below(path)

    return list(below(home.root))


def _keep(path: Path, objects: Path) -> dict[str, Any]:
    """A file among the objects, copied only when it is not there as it should be."""
    digest, mode = file_digest(path), path.stat().st_mode & 0o777
    kept = objects / digest
    if not kept.exists() or file_digest(kept) != digest:
        temporary = objects / f".{digest}.tmp"
        temporary.unlink(missing_ok=True)
        shutil.copyfile(path, temporary)
        sync_file(temporary)
        if file_digest(temporary) != digest:
            raise BackupError(f"{path} changed while it was copied.")
        temporary.chmod(0o400)
        temporary.replace(kept)
    return {"sha256": digest, "mode": mode}


def _read(target: Path, moment: str | None) -> dict[str, Any]:
    names = _moments(target)
    if not names or (moment or names[-1]) not in names:
        raise BackupError(
            f"{target} holds no backup{f' of {moment}' if moment else ''}. There are: {', '.join(names) or 'none'}."
        )
    name = f"{moment or names[-1]}.json"
    damaged = BackupError(f"The manifest {name} is damaged. Name an earlier backup; there are: {', '.join(names)}.")
    try:
        data = (target / "manifests" / name).read_bytes()
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise damaged from None
    if not isinstance(said, dict):
        raise damaged
    if said.get("format") != FORMAT:
        raise BackupError(f"The backup has format {said.get('format')}; this version reads format {FORMAT}.")
    earlier = set(said) == _SAID  # before manifests held a digest of themselves
    if data != (_json(said) if earlier else _text(said)):
        raise damaged
    return said


def _text(said: dict[str, Any]) -> bytes:
    """The one form in which a manifest is written, its digest added: a bit of it is a file's name, hash or mode."""
    bare = {key: value for key, value in said.items() if key != "digest"}
    return _json(bare | {"digest": hashlib.sha256(_json(bare)).hexdigest()})


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, indent=1, sort_keys=True).encode()  # in ASCII: a file's name need not be text


def _within(staged: Path, name: str) -> Path:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise BackupError(f"The manifest names {name}, which is outside the installation.")
    return staged / name


def _put(target: Path, staged: Path, name: str, entry: dict[str, Any]) -> str | None:
    place, kept = _within(staged, name), target / "objects" / entry["sha256"]
    if not kept.is_file():
        return f"{name} is missing from the backup."
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, place)
    sync_file(place)
    if file_digest(place) != entry["sha256"]:
        return f"{name} is damaged in the backup: its hash is not that of the manifest."
    place.chmod(entry["mode"])
    return None
