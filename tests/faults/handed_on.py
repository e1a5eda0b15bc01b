"""Damage to what one step hands on to the next: staged files before they are read back, a candidate before it is
signed off, a backup before it is restored. Each must refuse it, or make of it what it was.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.release.database import DATABASE
from tests.faults import damaging, drivers, effects, holds, points, small
from tests.faults.apart import apart
from tests.faults.attack import Place, undisturbed
from tests.faults.outcome import Outcome

AUDIT = "pipelines.release.audit"
DAMAGED = "damaged.txt"
"""In the folder of a place: which file was damaged."""


def staged(kind: str, name: str, folder: Path, outcome: Outcome) -> None:
    """Database, Parquet or document is damaged as the process that reads back is about to begin. `changed`: it is sound
    in itself, and says another thing. Of a CSV file only the rows are counted then: it is left alone.
    """
    place = Place("candidate", folder / "0", outcome)
    undisturbed(place.name)  # asked for only where it is published
    ended = apart(place.folder, _publish, place.home, kind, name)
    hit = (place.folder / DAMAGED).read_text(encoding="utf-8")
    when = f"{hit} was {kind} before it was read back"
    outcome.hold(ended.code != 0 or kind != "changed", f"{when}, and is published")
    place.hold(when)
    if ended.code == 0:
        place.ended(when)
    else:
        refused = "ReleaseError: " in ended.said
        outcome.hold(refused, f"{when}: it ended with {ended.said[-700:]}")
        outcome.counts["refused"] += refused
    place.clear()


def _publish(home: Home, kind: str, name: str) -> None:
    """In a process apart: publishes, and damages a staged file once the audit is started. Writes which."""
    hit = list[Path]()

    def heard(event: str, facts: tuple[Any, ...]) -> None:
        if event != "subprocess.Popen" or AUDIT not in facts[1] or hit:
            return
        (folder,) = (home.releases / "staging").iterdir()
        tables, documents = ([f for f in (folder / p).rglob("*.*") if f.is_file()] for p in ("parquet", "documents"))
        if kind == "changed":
            written = [file for file in tables if file.stat().st_nlink == 1]  # others are held against their hash
            hit.append(_forged((folder / DATABASE, min(written), min(documents))[int(name.rpartition(" ")[2]) % 3]))
        else:
            hit.append(damaging.damage([folder / DATABASE, *tables, *documents], kind, random.Random(name)))
        (home.root.parents[1] / DAMAGED).write_text(str(hit[0].relative_to(folder)), encoding="utf-8")

    sys.addaudithook(heard)
    drivers.candidate(home)


def _forged(file: Path) -> Path:
    """A file is whole, and other than it was: figures of a database, rows of a table, the end of a document."""
    if file.name == DATABASE:
        damaging.forge(file, "update mart_observation set value = value + 1 where value is not null")
    elif file.suffix == ".parquet":
        import duckdb

        with duckdb.connect() as connection:
            connection.execute(f"create table t as from read_parquet('{file}')")
            connection.execute("insert into t from t limit 1")
            file.unlink()
            connection.execute(f"copy t to '{file}' (format parquet)")
    else:
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data + b"\n")
    return file


def signed(kind: str, name: str, folder: Path, outcome: Outcome) -> None:
    """The candidate is damaged before it is signed off."""
    place = Place("edition", folder / "0", outcome)
    was = holds.named(place.home, "latest_edition")
    candidate = (place.home.releases / "current").resolve()
    hit = damaging.damage(list(candidate.rglob("*")), kind, random.Random(name)).relative_to(candidate)
    ended = place.attempt({})
    when = f"{hit} of the candidate was {kind} before it was signed off"
    now = holds.named(place.home, "latest_edition")
    outcome.hold(now == was, f"{when}, and {now} is published")
    outcome.hold("Shut: " in ended.said or "ReleaseError: " in ended.said, f"{when}: it says {ended.said[-700:]}")
    outcome.counts["refused"] += now == was
    holds.close(place.before)


def backup(kind: str, name: str, folder: Path, outcome: Outcome) -> None:
    """A backup's manifest or one of its objects is damaged before it is restored. `changed`: the manifest, so that it
    is sound in itself, and says of one file what is true of another.
    """
    place, chance = Place("restore", folder / "0", outcome), random.Random(name)
    target, restored = folder / "0" / "place" / drivers.BACKUP, folder / "0" / "place" / drivers.RESTORED
    if kind == "changed":
        hit = _exchanged(target).relative_to(target)
    else:
        files = chance.choice((list((target / "objects").iterdir()), list((target / "manifests").iterdir())))
        hit = damaging.damage(files, kind, chance).relative_to(target)
    done = small.command(Home(restored, place.home.contracts), "restore", str(target))
    when = f"{hit} of a backup was {kind}"
    if done.returncode:
        fault = damaging.sentence(done)
        outcome.hold(not fault, f"{when}: {fault}: {(done.stdout + done.stderr)[-700:]}")
        outcome.hold(not restored.exists(), f"{when}: something was restored")
        outcome.counts["refused"] += 1
    for fault in effects.missing("restore", place.home, place.before) if done.returncode == 0 else []:
        outcome.hold(False, f"{when}: {fault}")
    place.clear()


def _exchanged(target: Path) -> Path:
    """The manifest, in which two originals have changed places."""
    (manifest,) = (target / "manifests").iterdir()
    said = json.loads(manifest.read_bytes())
    one, other = sorted(name for name in said["files"] if name.startswith("originals/"))[:2]
    said["files"][one], said["files"][other] = said["files"][other], said["files"][one]
    manifest.write_text(json.dumps(said, indent=1, sort_keys=True), encoding="utf-8")
    return manifest


def beside_delivery(folder: Path, outcome: Outcome) -> None:
    """Half a file that somebody delivers is gone while a backup is made, as it is where nobody waits for a lock."""
    place = Place("backup", folder / "0", outcome)
    (place.home.quarantine / ".incoming-1-1.tmp").write_bytes(small.crime(small.YEARS[0])[:100])
    ended = apart(place.folder, _backup_meanwhile, place.home)
    outcome.hold(ended.code == 0, f"somebody delivers while a backup is made: {ended.said[-700:]}")
    for fault in place.settled() if ended.code == 0 else []:
        outcome.hold(False, f"somebody delivered while a backup was made: {fault}")
    place.clear()


def _backup_meanwhile(home: Home) -> None:
    """In a process apart: once the first files are copied the half one is gone."""
    copied: list[Path] = []

    def reached(point: str, count: int, operation: str, path: Path) -> None:
        copied.append(path)
        if len(copied) == 20:
            for half in home.quarantine.glob(".incoming-*"):
                half.unlink()

    points.install({"": home.root.parent / drivers.BACKUP}, reached)
    drivers.backup(home)
    assert len(copied) > 20, json.dumps([str(path) for path in copied])
