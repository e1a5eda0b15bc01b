"""What must hold of an installation after a fault, judged from its files and its register alone.

`right_after` before anything recovers, `settled` once the command was given again. Written a second time, apart from
the product: files are hashed here, the register is asked by SQLite, figures are read from the CSV of a release. Only
`sound` asks the product's own `release verify`. What comes back are sentences; none: it holds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.home import Home

POINTERS = ("current", "latest_edition")
APART = ("mart_submission.csv",)
"""Tables that say when what was decided, in which run."""
SCRATCH = (".incoming-", ".reread-", ".kept-", ".restore-", ".register.")


@dataclass(frozen=True)
class Seen:
    """What stood before the fault. pointers: name -> release; releases: id -> digest; open: files that a reader has."""

    pointers: dict[str, str | None]
    releases: dict[str, str]
    open: list[tuple[int, str]]


def digest(data: Path | bytes) -> str:
    """SHA-256 of a file or of bytes."""
    return hashlib.sha256(data if isinstance(data, bytes) else data.read_bytes()).hexdigest()


def asked(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """The register's answer; none where there is no such table yet. A copy is asked: SQLite mends what a killed process
    left as it reads, and that is the product's business. For when nobody writes.
    """
    with tempfile.TemporaryDirectory() as folder:
        for file in home.root.glob(f"{home.register.name}*"):
            shutil.copy(file, folder)
        if not (copy := Path(folder, home.register.name)).exists():
            return []
        with closing(sqlite3.connect(copy)) as register:
            try:
                return register.execute(sql).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise


def named(home: Home, pointer: str) -> str | None:
    """The id that a pointer names."""
    link = home.releases / pointer
    return link.readlink().name if link.is_symlink() else None


def twin(home: Home, pointer: str) -> str | None:
    """The id that its JSON twin says."""
    file = home.releases / f"{pointer}.json"
    try:
        return json.loads(file.read_bytes())["release_id"] if file.exists() else None
    except ValueError:
        return "unreadable-999999"


def look(home: Home) -> Seen:
    """Notes what stands, and opens every file of the current release as a reader would."""
    releases = {folder.name: _manifest(folder)["digest"] for folder in _finished(home)}
    current = named(home, "current")
    paths = _files(home.releases / "versions" / current) if current else ()
    handles = [(os.open(path, os.O_RDONLY), digest(path)) for path in paths]
    return Seen({name: named(home, name) for name in POINTERS}, releases, handles)


def right_after(home: Home, before: Seen, withdrawn: bool = False) -> list[str]:
    """Before anything recovers: what readers may see is the old or the new, whole. `withdrawn`: the latest edition
    may be withdrawn meanwhile; then, and not before that is recorded, `latest_edition` may go back.
    """
    ids = {*_standing(home), *(folder.name for folder in _finished(home))}
    found = [f"{id}: {fault}" for id in sorted(ids) for fault in whole(home, home.releases / "versions" / id)]
    for name, was in before.pointers.items():
        now, said = named(home, name), twin(home, name)
        record = home.releases / "approvals" / f"{was}.withdrawn.json"
        back = withdrawn and name == "latest_edition" and record.exists()
        if said and not _number(said) <= _number(now or "") and not (back and said == was):
            found.append(f"{name}.json names {said} before {name} does, which names {now}.")
        if now is None and was is not None and not back:
            found.append(f"{name} names nothing any more; it named {was}.")
        if now is not None and was is not None and _number(now) < _number(was) and not back:
            found.append(f"{name} went back from {was} to {now}.")
    there = {folder.name for folder in _finished(home)}
    found += [f"{id} is gone." for id in before.releases if id.startswith("edition") and id not in there]
    anew = [id for id in there & set(before.releases) if _digest(home, id) != before.releases[id]]
    found += [f"{id} was written anew." for id in anew]
    for handle, was in before.open:
        os.lseek(handle, 0, os.SEEK_SET)
        with open(handle, "rb", closefd=False) as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != was:
                found.append("A reader who had the old release open reads something else.")
                break
    for id in sorted(there):
        if id.startswith("edition") and not (home.releases / "approvals" / f"{id}.json").is_file():
            found.append(f"{id} is there, and nothing says who signed it off.")
    return [*found, *_modes(home), *_landed(home), *_kept(home)]


def close(before: Seen) -> None:
    """The reader goes away."""
    for handle, _ in before.open:
        os.close(handle)


def settled(home: Home, ran: bool = True) -> list[str]:
    """Once the command was given again and ended well: all is judged once, told, and nothing is left over. `ran`: it
    was one that takes the inbox in, and ends what others began.
    """
    found = [*_landed(home), *_judged(home), *_left(home), *(_ran(home) if ran else ())]
    for name in POINTERS:
        if (said := twin(home, name)) != named(home, name):
            found.append(f"{name}.json says {said}, {name} names {named(home, name)}.")
    for folder in _finished(home):
        found += [f"{folder.name}: {fault}" for fault in whole(home, folder)]
        record = home.releases / "approvals" / f"{folder.name}.withdrawn.json"
        if record.exists() != (folder / "withdrawn.json").exists():
            found.append(f"{folder.name} is withdrawn in one of the two places that say so, not in the other.")
        withdrawn = record.exists() and folder.name == named(home, "latest_edition")
        found += ["latest_edition names a withdrawn one."] if withdrawn else []
    if not home.lock.exists():
        return found
    with home.lock.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            found.append("The writer's lock is still held.")
    return found


def sound(home: Home) -> list[str]:
    """What `release verify` says of the releases that the pointers name. For a process apart: it reads tables."""
    from pipelines.release import verify

    return [fault for name in POINTERS if named(home, name) for fault in verify.verify(home, name)]


def figures(home: Home) -> dict[str, Any]:
    """The figures that stand, to be compared with those of another installation: pointer -> table -> digest."""
    found: dict[str, Any] = {}
    for name in POINTERS:
        if id := named(home, name):
            tables = sorted((home.releases / "versions" / id / "csv").rglob("*.csv"))
            found[name] = {path.name: digest(path) for path in tables if path.name not in APART}
    accepted = "select table_id, period, unit, content_hash, figures from submission where verdict = 'accepted'"
    found["accepted"] = sorted(map(list, asked(home, accepted)))
    return found


def whole(home: Home, folder: Path) -> Iterator[str]:
    """Is a release what its manifest says, and its manifest what the register says?"""
    try:
        said = _manifest(folder)
    except (OSError, ValueError) as error:
        yield f"its manifest cannot be read: {error}"
        return
    bare = {key: value for key, value in said.items() if key != "digest"}
    canonical = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    recorded = asked(home, f"select digest from release where release_id = '{folder.name}'")
    if not said.get("digest") == digest(canonical.encode()) == (recorded[0][0] if recorded else None):
        yield "its manifest is not the one that the register knows"
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder) if path.name[0] != "."}
    for name in sorted({*there, *said["files"]} - {"manifest.json", "withdrawn.json"}):
        entry = said["files"].get(name)
        if entry is None or name not in there or digest(there[name]) != entry["sha256"]:
            yield f"{name} is not as the manifest says"


def _standing(home: Home) -> list[str]:
    return [id for name in POINTERS if (id := named(home, name))]


def _manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_bytes())


def _digest(home: Home, id: str) -> str:
    try:
        return _manifest(home.releases / "versions" / id)["digest"]
    except (OSError, ValueError, KeyError):
        return ""


def _finished(home: Home) -> list[Path]:
    return [folder for folder in sorted((home.releases / "versions").iterdir()) if (folder / "manifest.json").exists()]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _number(id: str) -> int:
    return int(id.rpartition("-")[2] or 0)


def _modes(home: Home) -> Iterator[str]:
    """Nothing is open to more than before: the home to its owner, finished files to nobody's pen."""
    if stat.S_IMODE(home.root.stat().st_mode) != 0o700:
        yield "The home is open to others."
    for folder in _finished(home):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o022 or (mode & 0o077 and folder.name.startswith("candidate")):
            yield f"{folder.name} is open to others ({mode:o})."
        if any(path.stat().st_mode & 0o222 for path in _files(folder)):
            yield f"{folder.name} holds a file that may be written."


def _landed(home: Home) -> Iterator[str]:
    """A batch that the register names is there with its bytes."""
    for batch_id, sha256 in asked(home, "select batch_id, sha256 from batch"):
        path = home.landing / f"{batch_id}.parquet"
        if not path.is_file() or digest(path) != sha256:
            yield f"The register names {batch_id}, whose file is not there as it was."
    for delivery, sha256 in asked(home, "select number, sha256 from delivery"):
        places = [*home.originals.glob(f"*/{sha256}.*"), *home.quarantine.glob(f"*/{sha256}.*")]
        if not any(digest(path) == sha256 for path in places):
            yield f"The bytes of delivery {delivery} are not in the store."


def _kept(home: Home) -> Iterator[str]:
    """Whatever was delivered is in the inbox or in the store (`expected.json` beside the home says what was)."""
    expected = home.root.parent / "delivered.json"
    if expected.exists():
        there = {digest(path) for folder in (home.inbox, home.originals, home.quarantine) for path in _files(folder)}
        said = json.loads(expected.read_text()).items()
        yield from (f"{name} is nowhere any more." for name, sha256 in said if sha256 not in there)


def _judged(home: Home) -> Iterator[str]:
    files = {path.name for path in home.landing.iterdir()}
    batches = {f"{id}.parquet" for (id,) in asked(home, "select batch_id from batch")}
    if files != batches:
        yield f"Landing holds {sorted(files ^ batches)} more or less than the register names."
    for number, verdict, receipt, sha256 in asked(home, "select number, verdict, receipt, sha256 from delivery"):
        if verdict is None:
            yield f"Delivery {number} was never judged."
        elif not receipt or not (home.root / receipt).is_file() or not (home.root / receipt).stat().st_size:
            yield f"Nobody was told of delivery {number}: there is no receipt."
        if verdict == "accepted" and not list(home.originals.glob(f"*/{sha256}.*")):
            yield f"Delivery {number} was accepted, but its file is not among the originals."
    twice = "select submission_id from submission where verdict = 'accepted' group by 1 having count(*) > 1"
    yield from (f"{id} was accepted twice." for (id,) in asked(home, twice))
    of = "select b.batch_id, b.rows, sum(s.figures) from batch b left join submission s using (batch_id) group by 1, 2"
    yield from (
        f"{id} holds {rows} figures, its submissions {said}." for id, rows, said in asked(home, of) if rows != said
    )


def _left(home: Home) -> Iterator[str]:
    for folder in (home.releases / "staging", home.releases / "trash"):
        if folder.is_dir() and any(folder.iterdir()):
            yield f"{folder.name} still holds {[path.name for path in folder.iterdir()]}."
    finished = set(_finished(home))
    versions = (home.releases / "versions").iterdir()
    yield from (f"{path.name} was never finished." for path in versions if path not in finished)
    for folder, below, files in os.walk(home.root):
        if Path(folder) == home.root:
            below[:] = [name for name in below if name not in ("dagster", "runs")]
        for name in (*below, *files):
            if name.startswith(".") and name != ".demo":
                yield f"{Path(folder, name).relative_to(home.root)} was left over."
    runs = sorted(home.runs.iterdir()) if home.runs.is_dir() else []
    yield from (f"{path.name} still has chunks." for path in runs[-1:] if (path / "chunks").exists())


def _ran(home: Home) -> Iterator[str]:
    if left := [path.name for path in home.inbox.iterdir()]:
        yield f"The inbox still holds {left}."
    going = asked(home, "select run_id from run where outcome is null")
    yield from (f"The run {id} goes on for ever." for (id,) in going)
    history = home.dagster / "history" / "runs.db"
    if history.exists():
        with closing(sqlite3.connect(history)) as records:
            going = records.execute("select run_id from runs where status in ('STARTED', 'STARTING')").fetchall()
        yield from (f"Dagster believes that {id} goes on." for (id,) in going)
