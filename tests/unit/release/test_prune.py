"""Old candidates go; what `current` names, and editions, never do."""

from __future__ import annotations

import os

from pipelines.release import edition, manifest, pointer, prune, read
from tests.unit.release.conftest import Line


def ids(line: Line) -> list[str]:
    return [entry["release_id"] for entry in read.list_releases(line.home)]


def test_the_newest_are_kept_beside_the_current(line: Line) -> None:
    made = [line.publish(f"run{number}").release_id for number in range(4)]
    assert prune.prune(line.home, keep=1) == [made[1], made[0]]
    assert ids(line) == [made[3], made[2]]
    assert list((line.home.releases / pointer.TRASH).iterdir()) == []


def test_the_current_one_stays_however_old(line: Line) -> None:
    made = [line.publish(f"run{number}").release_id for number in range(3)]
    pointer.swap(line.home, made[0])  # someone went back to the first
    assert prune.prune(line.home, keep=0) == [made[2], made[1]]
    assert ids(line) == [made[0]] and read.current_id(line.home) == made[0]
    assert prune.prune(line.home, keep=-5) == []


def test_an_edition_is_never_pruned(line: Line) -> None:
    first = line.publish("run1")
    line.publish("run2")
    said = manifest.read(first.folder) | {"kind": "edition"}
    (first.folder / manifest.FILE).chmod(0o644)
    (first.folder / manifest.FILE).write_bytes(manifest.text(said))
    assert prune.prune(line.home, keep=0) == []
    assert first.release_id in ids(line)


def test_what_an_edition_was_made_from_stays_although_the_approval_is_damaged(line: Line) -> None:
    first = line.publish("run1")
    made = edition.edition(line.home, "Li Wei")
    line.publish("run2")
    (line.home.releases / read.APPROVALS / f"{made.release_id}.json").write_text("{")
    assert prune.prune(line.home, keep=0) == []
    assert first.release_id in ids(line)


def test_a_release_leaves_by_one_rename(line: Line) -> None:
    first = line.publish("run1")
    line.publish("run2")
    handle = os.open(first.folder / "csv" / "dim_area.csv", os.O_RDONLY)
    prune.prune(line.home, keep=0)
    assert not first.folder.exists()
    assert os.read(handle, 100).startswith(b"\xef\xbb\xbfarea_code")  # whoever has it open keeps it
    os.close(handle)
