"""The inbox: every entry is taken or named with its reason; a name in any encoding harms nobody."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home, Unusable
from pipelines.intake import store
from pipelines.landing import inbox, register, take_in, waiting
from tests.factories import Factory


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


def test_whatever_cannot_be_taken_is_named_with_its_reason(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    (home.inbox / "a_empty.csv").touch()
    (home.inbox / "b_link.csv").symlink_to(tmp_path / "elsewhere.csv")
    os.mkfifo(home.inbox / "c_pipe.csv")
    (home.inbox / ".hidden.csv").touch()
    (home.inbox / ".folder").mkdir()
    (home.inbox / ".folder" / "x.csv").touch()
    factory = Factory(catalog)
    factory.write(home.inbox, "mediation", factory.good("mediation"))
    for taken in (False, True):
        found = inbox.look(home)
        assert found.waiting == (0 if taken else 1)
        assert [entry["file"] for entry in found.left] == ["a_empty.csv", "b_link.csv", "c_pipe.csv"]
        reasons = ("is empty", "a link, a folder or a device", "a link, a folder or a device")
        for entry, reason in zip(found.left, reasons, strict=True):
            assert reason in entry["reason"]
        assert len(inbox.sweep(home, catalog)) == 3
    assert waiting.count(home) == 1


def test_a_file_that_is_still_being_written_waits(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing, whole = home.inbox / "growing.csv", home.inbox / "whole.csv"
    growing.write_text("half")
    whole.write_text("all of it")

    def write_on(seconds: float) -> None:
        assert seconds > 0
        with growing.open("a") as stream:
            stream.write(" and more")

    monkeypatch.setattr("pipelines.landing.inbox.time.sleep", write_on)
    (sentence,) = inbox.sweep(home, catalog)
    assert sentence.startswith("growing.csv: ") and "written" in sentence
    assert growing.exists() and not whole.exists() and waiting.count(home) == 1
    monkeypatch.setattr("pipelines.landing.inbox.time.sleep", lambda seconds: None)
    assert inbox.sweep(home, catalog) == [] and not growing.exists()


def test_a_folder_deeper_than_a_path_can_say_is_named_and_harms_no_other(home: Home, catalog: Catalog) -> None:
    with chdir(home.inbox):
        for _ in range(60):
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
    (home.inbox / "x.csv").write_text("x")
    assert inbox.look(home).waiting == 1
    (sentence,) = inbox.sweep(home, catalog)
    assert "File name too long" in sentence and len(sentence) < 500
    assert waiting.count(home) == 1


def test_a_name_steers_no_terminal(home: Home, catalog: Catalog) -> None:
    (home.inbox / "\x1b[31m\n\u202e.csv").symlink_to("nowhere")
    (sentence,) = inbox.sweep(home, catalog)
    assert sentence.startswith("\\u001b[31m \\u202e.csv: ") and inbox.look(home).left[0]["file"] in sentence


def test_a_file_that_may_not_be_read_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.inbox / "x.csv").write_text("x")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pipelines.intake.store.os.open", refuse)
    (entry,) = inbox.look(home).left
    assert entry["reason"].startswith("The file cannot be opened (Permission denied).")


def test_a_file_that_cannot_be_removed_is_named(home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.inbox / "x.csv").write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    unlink = os.unlink
    monkeypatch.setattr(os, "unlink", lambda path, **where: refuse() if path == "x.csv" else unlink(path, **where))
    assert inbox.sweep(home, catalog) == ["x.csv: was taken in, but cannot be removed here (Permission denied)."]


def test_a_crash_while_many_are_taken_leaves_each_in_the_inbox_or_stored(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five files, two registered at once; the machine stops as the second of the second two is removed."""
    data = {f"{number}.csv": f"file {number}".encode() for number in range(5)}
    for name, said in data.items():
        (home.inbox / name).write_bytes(said)
    monkeypatch.setattr(inbox, "_AT_ONCE", 2)
    unlink = os.unlink

    def stop(path: Any, **where: Any) -> None:
        if path == "3.csv":
            raise KeyboardInterrupt
        unlink(path, **where)

    with monkeypatch.context() as broken:
        broken.setattr(os, "unlink", stop)
        with pytest.raises(KeyboardInterrupt):
            inbox.sweep(home, catalog)
    assert [row["file_name"] for row in waiting.deliveries(home)] == ["0.csv", "1.csv", "2.csv", "3.csv"]
    assert inbox.sweep(home, catalog) == [] and not list(home.inbox.iterdir())
    found = list(waiting.deliveries(home))
    assert [row["file_name"] for row in found] == ["0.csv", "1.csv", "2.csv", "3.csv", "3.csv", "4.csv"]
    assert all(store.find(home, row["sha256"]).read_bytes() == data[row["file_name"]] for row in found)


def test_a_newer_file_laid_in_the_place_of_one_while_others_are_taken_is_not_removed(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv"):
        (home.inbox / name).write_text(f"{name}, first\n", encoding="utf-8")
    receive = store.receive

    def replaced(home: Home, path: Path, *more: Any) -> tuple[str, Path]:
        if path.name == "b.csv":
            newer = home.inbox / ".a"
            newer.write_text("a.csv, newer\n", encoding="utf-8")
            newer.rename(home.inbox / "a.csv")
        return receive(home, path, *more)

    monkeypatch.setattr(store, "receive", replaced)
    assert inbox.sweep(home, catalog) == []
    assert [path.read_text() for path in home.inbox.iterdir()] == ["a.csv, newer\n"]
    assert inbox.sweep(home, catalog) == [] == list(home.inbox.iterdir())
    assert [one["file_name"] for one in waiting.deliveries(home)] == ["a.csv", "b.csv", "a.csv"]


def test_nothing_is_taken_through_a_folder_in_whose_place_a_link_was_laid(
    home: Home, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once before its file is read, once before the file is removed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (home.inbox / "a.csv").write_text("a\n", encoding="utf-8")
    for box in ("read", "removed"):
        (home.inbox / box).mkdir()
        (home.inbox / box / "x.csv").write_text(f"{box}\n", encoding="utf-8")
    os.link(home.inbox / "removed" / "x.csv", outside / "x.csv")  # so that nothing but the way there differs
    receive, transaction = store.receive, register.transaction

    def swapped(box: str) -> None:
        (home.inbox / box).rename(home.inbox / f".{box}")
        (home.inbox / box).symlink_to(outside)

    def first(home: Home, path: Path, *more: Any) -> tuple[str, Path]:
        if path.name == "a.csv":
            swapped("read")
        return receive(home, path, *more)

    def then(home: Home) -> Any:
        swapped("removed")
        return transaction(home)

    with monkeypatch.context() as while_it_sweeps:
        while_it_sweeps.setattr(store, "receive", first)
        while_it_sweeps.setattr(register, "transaction", then)
        (told,) = inbox.sweep(home, catalog)
    assert told.startswith("read/x.csv: The file cannot be opened")
    assert (outside / "x.csv").read_text() == "removed\n"
    assert [row["file_name"] for row in waiting.deliveries(home)] == ["a.csv", "x.csv"]


def test_a_name_that_is_not_utf8_is_judged_like_any_other(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    path = factory.write(home.inbox, "mediation", factory.good("mediation"))
    facts = factory.facts("mediation")
    name = f"人民调解情况_{facts['unit']}_{facts['period']}_{facts['prepared_on']}.csv"
    path.rename(Path(os.fsdecode(os.fsencode(home.inbox) + b"/" + name.encode("gbk"))))
    factory.write(home.inbox, "petitions", factory.good("petitions"))
    folder = home.runs / "run-1"
    folder.mkdir()
    assert inbox.sweep(home, catalog) == []
    taken = take_in.take_in(home, catalog, folder, "zh")
    assert (taken.accepted, taken.rejected) == (2, 0)
    assert any(name in Path(receipt).read_text(encoding="utf-8") for receipt in taken.receipts)


def test_a_home_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        with pytest.raises(Unusable, match="Set YEARBOOK_HOME to a folder that you may write to"):
            Home(root, PROJECT / "data_contracts").create()


def test_a_home_that_may_only_be_read_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != home.outbox)
    with pytest.raises(Unusable, match="outbox cannot be written to"):
        home.create()


def _closed(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Lets folders be of another user, which root would not notice."""

    def refusing(call: Callable[..., object]) -> Callable[..., object]:
        def asked(path: object, *more: object, **named: object) -> object:
            if path in {*folders, *map(str, folders), *(folder.name for folder in folders)}:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return call(path, *more, **named)

        return asked

    for name in ("open", "scandir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))


def test_a_folder_that_cannot_be_opened_is_told_once_as_what_it_is(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lost+found", "theirs"):
        (home.inbox / name).mkdir()
    _closed(monkeypatch, home.inbox / "lost+found", home.inbox / "theirs")
    (told,) = inbox.sweep(home, catalog)
    assert told.startswith("theirs: This is a folder that cannot be opened (Permission denied)")


def test_a_home_below_a_folder_that_may_only_be_passed_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _closed(monkeypatch, tmp_path)
    assert Home(tmp_path / "home", PROJECT / "data_contracts").create().inbox.is_dir()


def test_what_others_lay_down_where_halves_may_lie_stays(home: Home, catalog: Catalog) -> None:
    folder = home.outbox / "police"
    folder.mkdir()
    others = [folder / ".sync.tmp", home.quarantine / ".incoming-x-1.tmp", home.quarantine / ".incoming-1.tmp"]
    ours = [folder / ".a.txt.123.tmp", home.quarantine / ".incoming-9999999-1.tmp"]
    for path in (*others, *ours):
        path.write_text("")
    take_in.take_in(home, catalog, home.runs / "run-1", "en")
    assert [path.exists() for path in (*others, *ours)] == [True] * 3 + [False] * 2
