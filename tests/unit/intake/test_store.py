"""The content-addressed store: ordinary bounded files only, stored once, read-only, moved when accepted."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.intake import store


def test_bytes_are_stored_once_under_their_hash(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.CSV"
    path.write_bytes(b"figures\n")
    sha256, size = store.receive(home, path)
    assert (sha256, size) == (hashlib.sha256(b"figures\n").hexdigest(), 8)
    stored = store.find(home, sha256)
    assert stored == home.quarantine / sha256[:2] / f"{sha256}.csv"
    assert stored.read_bytes() == b"figures\n"
    assert stored.stat().st_mode & 0o777 == 0o400
    (tmp_path / "b.xlsx").write_bytes(b"figures\n")
    assert store.receive(home, tmp_path / "b.xlsx") == (sha256, 8)
    assert [one for one in home.quarantine.rglob("*") if one.is_file()] == [stored]


def test_accepted_bytes_move_and_stay(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"figures\n")
    sha256, size = store.receive(home, path)
    stored = store.find(home, sha256)
    store.keep(home, sha256)
    kept = store.find(home, sha256)
    assert not stored.exists() and kept.is_relative_to(home.originals)
    store.keep(home, sha256, sha256)
    assert store.find(home, sha256) == kept
    assert store.receive(home, path) == (sha256, size)
    assert list(home.root.rglob(f"*{sha256}*")) == [kept]


@pytest.mark.parametrize("readable", [True, False])
def test_bytes_sent_again_take_the_place_of_damaged_ones(
    readable: bool, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"figures\n")
    sha256, size = store.receive(home, path)
    store.keep(home, sha256)
    kept = store.find(home, sha256)
    kept.chmod(0o600)
    kept.write_bytes(b"figurez\n")

    def fails(_: Path) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    if not readable:
        monkeypatch.setattr(store, "file_digest", fails)
    assert store.receive(home, path) == (sha256, size)
    assert kept.read_bytes() == b"figures\n" and kept.stat().st_mode & 0o777 == 0o400
    assert [one.name for one in home.root.rglob(f"*{sha256}*")] == [kept.name]


def test_bytes_that_are_accepted_while_they_come_again_are_kept_once(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"figures\n")
    sha256, size = store.receive(home, path)
    digest = store.file_digest

    def moved_before(stored: Path) -> str:
        store.keep(home, sha256)
        return digest(stored)

    monkeypatch.setattr(store, "file_digest", moved_before)
    assert store.receive(home, path) == (sha256, size)
    assert list(home.root.rglob(f"*{sha256}*")) == [store.find(home, sha256)]
    assert store.find(home, sha256).is_relative_to(home.originals)


def test_halves_of_processes_that_are_gone_are_cleared(home: Home) -> None:
    own, dead = (home.quarantine / f".incoming-{pid}-7.tmp" for pid in (os.getpid(), 2**22 + 1))
    own.touch()
    dead.touch()
    store.clear(home)
    assert own.exists() and not dead.exists()


def test_a_purged_file_is_not_found(home: Home) -> None:
    with pytest.raises(FileNotFoundError, match="purged"):
        store.find(home, "0" * 64)


def test_links_devices_folders_and_empty_files_are_refused(home: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "link.csv").symlink_to(secret)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder.csv").mkdir()
    for name, code in (
        ("link.csv", "not_ordinary"),
        ("pipe.csv", "not_ordinary"),
        ("folder.csv", "not_ordinary"),
        ("empty.csv", "empty_file"),
        ("absent.csv", "not_readable"),
    ):
        with pytest.raises(store.StoreError) as error:
            store.receive(home, tmp_path / name)
        assert error.value.finding.code == code
        assert str(error.value).endswith(".")
    assert not list(home.quarantine.iterdir())


def test_a_file_too_large(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", 10)
    (tmp_path / "a.csv").write_bytes(b"x" * 11)
    with pytest.raises(store.StoreError, match="larger"):
        store.receive(home, tmp_path / "a.csv")


def test_a_file_that_is_still_being_written(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    copy = store._copy

    def and_then_it_grew(source: object, temporary: Path) -> tuple[str, int]:
        done = copy(source, temporary)
        with path.open("ab") as stream:
            stream.write(b"more")
        return done

    monkeypatch.setattr(store, "_copy", and_then_it_grew)
    with pytest.raises(store.StoreError, match="changed while"):
        store.receive(home, path)
    assert not [one for one in home.quarantine.rglob("*") if one.is_file()]
