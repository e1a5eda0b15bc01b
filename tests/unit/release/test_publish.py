"""The publish protocol: the old release or the new one, whole, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.home import PROJECT
from pipelines.release import audit, build, database, manifest, pointer, protocol, publish, read, verify
from pipelines.release.manifest import ReleaseError
from pipelines.validation.rules import rules
from tests.unit.release.conftest import Line, state


def test_a_candidate_is_whole_and_named_by_current(line: Line) -> None:
    release = line.publish()
    assert release.release_id == "candidate-000001" == read.current_id(line.home)
    assert release.rows["mart_observation"] == 44
    assert verify.verify(line.home) == []
    said = read.show(line.home)
    assert said["kind"] == "candidate" and said["current"] and said["run"] == "run1"
    assert said["documents"] == line.catalog.files
    assert list(said["batches"]) == ["batch1.parquet"] and list(said["inputs"]) == ["measure"]
    assert said["checks"] == {
        "passed": len(rules(line.catalog)),
        "warned": 0,
        "explained": 0,
        "failed": 0,
        "undecided": 0,
    }
    assert said["rows"] == release.rows
    assert json.loads((line.home.releases / "current.json").read_text())["release_id"] == release.release_id
    assert {
        "documents/programme.yaml",
        "parquet/mart_indicator.parquet",
        "csv/wide_crime.csv",
        "validation/results.json",
    } <= set(said["files"])


def test_nothing_can_be_changed_by_accident_and_nobody_else_looks_in(line: Line) -> None:
    folder = line.publish().folder
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o444), path
    above = [line.home.releases, *(path for path in line.home.releases.iterdir() if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in above} == {0o700}, above


def test_releases_follow_each_other_and_a_reader_keeps_what_it_opened(line: Line) -> None:
    first = line.publish("run1")
    with duckdb.connect(first.folder / database.DATABASE, read_only=True) as reader:
        second = line.publish("run2", "update mart_indicator set headline_text = '7'")
        old = reader.execute("select count(*) from mart_indicator where headline_text = '7'").fetchone()
    assert old == (0,)
    assert state(line) == (second.release_id, {first.release_id, second.release_id})
    assert read.show(line.home)["parent"] == first.release_id
    assert [entry["release_id"] for entry in read.list_releases(line.home)] == [
        second.release_id,
        first.release_id,
    ]


def test_the_same_private_build_gives_the_same_content(line: Line) -> None:
    first, second = line.publish("run1"), line.publish("run2")
    one, two = (read.show(line.home, release.release_id) for release in (first, second))
    assert one["content"] == two["content"] and one["tables"] == two["tables"] and one["views"] == two["views"]
    third = line.publish("run3", "update mart_observation set value = value + 1 where rowid = 1")
    assert read.show(line.home, third.release_id)["content"] != one["content"]


def test_a_name_is_never_used_again(line: Line) -> None:
    names = [line.publish(f"run{number}").release_id for number in range(3)]
    assert len(set(names)) == 3


def test_a_folder_in_the_place_of_a_pointer_is_told_before_anything_is_made(line: Line) -> None:
    line.publish("run1")
    run = line.run("run2")
    for name in ("current", "current.json", "latest_edition"):
        place = line.home.releases / name
        place.rename(place.with_name("away")) if place.exists() else None
        place.mkdir()
        with pytest.raises(ReleaseError, match=rf"/{name} is a folder; it must be a (link|file), or nothing\. Move it"):
            publish.candidate(line.home, line.catalog, run)
        assert [path.name for path in (line.home.releases / "versions").iterdir()] == ["candidate-000001"]
        place.rmdir()
        place.with_name("away").rename(place) if place.with_name("away").exists() else None
    assert pointer.recover(line.home) == []
    assert state(line)[0] == "candidate-000001"


def test_documents_that_changed_during_the_run_are_refused(line: Line) -> None:
    run = line.run()
    with (line.home.contracts / "programme.yaml").open("a") as stream:
        stream.write("\n# a word more\n")
    with pytest.raises(ReleaseError, match=r"programme\.yaml changed"):
        publish.candidate(line.home, line.catalog, run)
    assert list((line.home.releases / pointer.STAGING).iterdir()) == []


def test_a_staged_document_that_was_damaged_is_not_published(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    real = audit.read_back

    def damaged(folder: Path, **more: Any) -> dict[str, Any]:
        with (folder / "documents" / "programme.yaml").open("ab") as stream:
            stream.write(b"#")
        return real(folder, **more)

    monkeypatch.setattr(audit, "read_back", damaged)
    with pytest.raises(ReleaseError, match=r"document programme\.yaml is not the one that was loaded"):
        publish.candidate(line.home, line.catalog, line.run())
    assert state(line) == (None, set()) and not list((line.home.releases / pointer.STAGING).iterdir())


def test_an_older_run_never_publishes_last(line: Line) -> None:
    older = line.run("older", batches=("batch1",))
    newer = line.run("newer", batches=("batch1", "batch2"))
    release = publish.candidate(line.home, line.catalog, newer)
    with pytest.raises(ReleaseError, match="does not know 1 of the batches"):
        publish.candidate(line.home, line.catalog, older)
    assert read.current_id(line.home) == release.release_id


def test_another_release_made_meanwhile_wins(line: Line) -> None:
    line.publish("run1")
    second, third = line.run("run2"), line.run("run3")
    real = audit.read_back

    def overtaken(folder: Path, **more: Any) -> dict[str, Any]:
        with pytest.MonkeyPatch.context() as context:
            context.setattr(audit, "read_back", real)
            context.setattr(pointer, "recover", lambda home: [])
            context.setattr(protocol, "next_id", lambda home, kind: "candidate-000009")
            publish.candidate(line.home, line.catalog, third)
        return real(folder, **more)

    with (
        pytest.MonkeyPatch.context() as context,
        pytest.raises(ReleaseError, match="Another release was published"),
    ):
        context.setattr(audit, "read_back", overtaken)
        publish.candidate(line.home, line.catalog, second)
    assert read.current_id(line.home) == "candidate-000009"


def test_a_staged_file_that_reads_back_differently_is_not_published(line: Line) -> None:
    old = line.publish("run1")
    real = audit.read_back

    def lies(folder: Path, **more: Any) -> dict[str, Any]:
        found = real(folder, **more)
        found["tables"]["mart_indicator"]["content"] = "0" * 64
        return found

    with (
        pytest.MonkeyPatch.context() as context,
        pytest.raises(ReleaseError, match=r"tables differ.*mart_indicator"),
    ):
        context.setattr(audit, "read_back", lies)
        line.publish("run2")
    assert state(line) == (old.release_id, {old.release_id})


@pytest.mark.parametrize("name", ["yearbook.duckdb", "parquet/mart_indicator.parquet", "csv/mart_indicator.csv"])
def test_a_staged_file_that_was_damaged_is_not_published(line: Line, name: str) -> None:
    run = line.run()
    real = audit.read_back

    def damaged(folder: Path, **more: Any) -> dict[str, Any]:
        data = bytearray((folder / name).read_bytes())
        del data[len(data) // 2 :]
        (folder / name).write_bytes(data)
        return real(folder, **more)

    with (
        pytest.MonkeyPatch.context() as context,
        pytest.raises(ReleaseError, match=r"cannot be read back|differ"),
    ):
        context.setattr(audit, "read_back", damaged)
        publish.candidate(line.home, line.catalog, run)
    assert state(line) == (None, set())


def test_a_full_disk_leaves_the_old_release_and_no_rubbish(line: Line) -> None:
    old = line.publish("run1")
    with pytest.MonkeyPatch.context() as context, pytest.raises(OSError, match="No space left"):
        context.setattr(build, "write_csv", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        line.publish("run2")
    assert state(line) == (old.release_id, {old.release_id})
    assert list((line.home.releases / pointer.STAGING).iterdir()) == []


def test_too_little_room_is_said_before_anything_is_written(line: Line) -> None:
    line.publish("run1")
    with pytest.MonkeyPatch.context() as context, pytest.raises(ReleaseError, match="0 MB free"):
        context.setattr("shutil.disk_usage", lambda path: os.terminal_size((0, 0)) and _Usage())
        line.publish("run2")


class _Usage:
    free = 1000


def test_a_damaged_release_does_not_keep_a_sound_one_from_taking_its_place(line: Line) -> None:
    first = line.publish("run1")
    (first.folder / manifest.FILE).chmod(0o644)
    (first.folder / manifest.FILE).write_text("{}")
    second = line.publish("run2")
    assert read.current_id(line.home) == second.release_id
    assert verify.verify(line.home) == []


def test_marts_with_floating_point_are_refused(line: Line) -> None:
    with pytest.raises(ReleaseError, match="floating-point"):
        line.publish("run1", "create table mart_wrong as select 1.5::double as rate")


def test_a_build_without_marts_is_refused(line: Line, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "warehouse.duckdb"):
        pass
    (tmp_path / "staged").mkdir()
    with pytest.raises(ReleaseError, match="holds no marts"):
        build.stage(line.catalog, tmp_path, line.home.contracts, tmp_path / "staged")


def test_recovery_clears_what_a_killed_run_left_and_mends_the_twin(line: Line) -> None:
    release = line.publish()
    (line.home.releases / "staging" / "half").mkdir(parents=True)
    (line.home.releases / "versions" / "candidate-000002" / "csv").mkdir(parents=True)
    (line.home.releases / ".current.123").symlink_to("versions/nowhere")
    (line.home.releases / ".current.json.9.tmp").write_text("{")
    (line.home.releases / "current.json").write_text("{}")
    assert read.list_releases(line.home)[0]["release_id"] == release.release_id
    assert len(pointer.recover(line.home)) == 4
    assert verify.verify(line.home) == []
    assert sorted(path.name for path in line.home.releases.iterdir()) == [
        "current",
        "current.json",
        "staging",
        "trash",
        "versions",
    ]
    assert pointer.recover(line.home) == []


def test_a_killed_process_leaves_no_folder_for_temporary_files(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from pipelines.release.database import engine\n"
        "with engine() as connection:\n"
        "    connection.execute('select 1')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(tmp_path)}, cwd=PROJECT)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
