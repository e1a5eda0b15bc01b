"""Backups: what comes back is what was there; damage and a home in use are refused; a dead backup harms no other."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from pipelines.home import Home
from pipelines.release import backup
from tests.faults.sections.disk import can_mount


@pytest.fixture
def home(tmp_path: Path) -> Home:
    where = Home(tmp_path / "home", tmp_path / "contracts").create()
    with closing(sqlite3.connect(where.register)) as register:
        register.execute("create table t as select 7 as x")
        register.commit()
    (where.originals / "a").write_bytes(b"original")
    (where.originals / "a").chmod(0o400)
    (where.runs / "r").write_bytes(b"private")
    (where.releases / "versions" / "v1").mkdir()
    (where.releases / "current").symlink_to("versions/v1")
    return where


def test_restored_as_it_was(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    other = Home(tmp_path / "other", home.contracts)
    assert backup.restore(tmp_path / "kept", other) == 2
    assert (other.originals / "a").read_bytes() == b"original"
    assert (other.originals / "a").stat().st_mode & 0o777 == 0o400
    assert (other.releases / "current").readlink() == Path("versions/v1")
    assert not list(other.runs.iterdir()), "what can be made again"
    assert other.inbox.is_dir(), "the offices' files come before the next run does"
    with closing(sqlite3.connect(other.register)) as register:
        assert register.execute("select x from t").fetchall() == [(7,)]


def test_what_killed_ones_left_is_removed(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    half, part = tmp_path / "kept" / "manifests" / ".x.json.1.tmp", tmp_path / ".other.restoring.999999999_x"
    going = tmp_path / ".other.restoring.1_x"
    half.touch()
    for folder in (part, going):
        (folder / "landing").mkdir(parents=True)
    backup.create(home, tmp_path / "kept")
    backup.restore(tmp_path / "kept", Home(tmp_path / "other", home.contracts))
    assert not half.exists() and not part.exists()
    assert (going / "landing").is_dir(), "of a process that is going on"


def test_the_second_copies_only_what_is_new(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    before = {path.name: path.stat().st_ino for path in (tmp_path / "kept" / "objects").iterdir()}
    (home.originals / "b").write_bytes(b"new")
    backup.create(home, tmp_path / "kept")
    after = {path.name: path.stat().st_ino for path in (tmp_path / "kept" / "objects").iterdir()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_damage_is_found_and_nothing_restored(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    kept = next(p for p in (tmp_path / "kept" / "objects").iterdir() if p.read_bytes() == b"original")
    kept.chmod(0o600)
    kept.write_bytes(b"changed!")
    other = Home(tmp_path / "other", home.contracts)
    with pytest.raises(backup.BackupError, match="originals/a is damaged"):
        backup.restore(tmp_path / "kept", other)
    assert not other.root.exists()
    assert not list(tmp_path.glob(".other.restoring.*"))


def test_a_home_in_use_and_a_folder_within_are_refused(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    with pytest.raises(backup.BackupError, match="not empty"):
        backup.restore(tmp_path / "kept", home)
    with pytest.raises(backup.BackupError, match="within the installation"):
        backup.create(home, home.root / "kept")


def test_a_damaged_copy_is_made_again_by_the_next_backup(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    kept = next(p for p in (tmp_path / "kept" / "objects").iterdir() if p.read_bytes() == b"original")
    kept.chmod(0o600)
    kept.write_bytes(b"0riginal")
    backup.create(home, tmp_path / "kept")
    assert kept.read_bytes() == b"original"


def test_what_a_killed_backup_left_is_swept_and_what_was_being_published_is_not_copied(
    home: Home, tmp_path: Path
) -> None:
    target = tmp_path / "kept"
    backup.create(home, target)
    (target / "objects" / ".half.tmp").write_bytes(b"half")
    (target / ".register.left").mkdir()
    (home.releases / "staging" / "candidate-000002").mkdir(parents=True)
    (home.releases / "staging" / "candidate-000002" / "half").write_bytes(b"half")
    backup.create(home, target)
    assert not list(target.glob(".register.*")) and not list((target / "objects").glob(".*"))
    other = Home(tmp_path / "other", home.contracts)
    assert backup.restore(target, other) == 2
    assert not (other.releases / "staging").exists()


def test_the_newest_is_the_last_that_was_made_whatever_the_clock_said(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    with time_machine.travel(datetime(2041, 2, 1, tzinfo=UTC), tick=False):
        backup.create(home, target)
    (home.originals / "later").write_bytes(b"later")
    made = backup.create(home, target)
    (target / "manifests" / "of-whom.json").write_bytes(b"{}")  # none of ours
    other = Home(tmp_path / "other", home.contracts)
    backup.restore(target, other)
    assert (other.originals / "later").exists()
    assert made.stem == "20410201T000000.000001Z"


def test_any_bit_of_a_manifest_is_told(home: Home, tmp_path: Path) -> None:
    made = backup.create(home, tmp_path / "kept")
    data = made.read_bytes()
    for at in range(0, len(data), 3):
        made.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(backup.BackupError):
            backup._read(tmp_path / "kept", None)


def test_a_manifest_of_before_they_held_a_digest_is_read(home: Home, tmp_path: Path) -> None:
    made = backup.create(home, tmp_path / "kept")
    said = json.loads(made.read_bytes())
    del said["digest"]
    made.write_bytes(json.dumps(said, indent=1, sort_keys=True).encode())
    assert backup.restore(tmp_path / "kept", Home(tmp_path / "other", home.contracts)) == 2


def test_what_somebody_is_just_delivering_is_not_copied(home: Home, tmp_path: Path) -> None:
    (home.quarantine / ".incoming-1-2.tmp").write_bytes(b"half")  # gone in a moment, and no lock holds it
    made = backup.create(home, tmp_path / "kept")
    assert set(json.loads(made.read_bytes())["files"]) == {"register.db", "originals/a"}


def test_a_home_that_is_a_link_is_made_where_it_leads(home: Home, tmp_path: Path) -> None:
    backup.create(home, tmp_path / "kept")
    (tmp_path / "link").symlink_to(tmp_path / "far")
    assert backup.restore(tmp_path / "kept", Home(tmp_path / "link", home.contracts)) == 2
    assert (tmp_path / "link").is_symlink() and (tmp_path / "far" / "register.db").exists()


@pytest.mark.parametrize("bound", [False, True])
def test_a_mount_point_is_refused_with_a_sentence(home: Home, tmp_path: Path, bound: bool) -> None:
    if not can_mount(tmp_path / "disk"):
        pytest.skip("nothing may be mounted here")
    backup.create(home, tmp_path / "kept")
    (other := Home(tmp_path / "other", home.contracts)).root.mkdir()
    words = ["--bind", str(tmp_path / "disk")] if bound else ["-t", "tmpfs", "tmpfs"]
    subprocess.run(["mount", *words, str(other.root)], check=True)
    try:
        with pytest.raises(backup.BackupError, match=r"is a mount point.*/other/home\."):
            backup.restore(tmp_path / "kept", other)
        assert not list(tmp_path.glob(".other.restoring.*"))
    finally:
        subprocess.run(["umount", str(other.root)], check=True)
