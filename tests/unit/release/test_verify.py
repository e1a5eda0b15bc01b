"""`verify` finds whatever is not as the manifest says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipelines.release import content, database, edition, manifest, read, verify
from pipelines.release.manifest import ReleaseError
from tests.unit.release.conftest import Line


def change(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("name", read.POINTERS)
def test_every_one_of_a_hundred_changed_bytes_is_found(line: Line, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = line.publish().folder
    if name == read.LATEST_EDITION:
        folder = edition.edition(line.home, "Li Wei").folder
    chance = random.Random(7)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    monkeypatch.setattr(  # hashes alone must find it; reading back is tested below, and slow
        verify.audit, "read_back", lambda folder, hashed: {"tables": {}, "views": {}, "parquet": {}, "csv": {}}
    )
    monkeypatch.setattr(verify, "_held", lambda said, back: [])
    assert verify.verify(line.home, name) == []
    for number in range(100):
        path = files[number % len(files)]
        before = path.read_bytes()
        place = chance.randrange(len(before))
        after = bytearray(before)
        after[place] ^= 1 << chance.randrange(8)
        change(path, bytes(after))
        assert verify.verify(line.home, name), f"byte {place} of {path.name}"
        change(path, before)
    assert verify.verify(line.home, name) == []


def test_a_file_too_many_and_one_too_few(line: Line) -> None:
    folder = line.publish().folder
    (folder / "csv" / "dim_area.csv").unlink()
    (folder / "extra.txt").write_text("hello")
    faults = verify.verify(line.home)
    assert "csv/dim_area.csv is missing." in faults
    assert "extra.txt does not belong to the release." in faults


def test_a_folder_too_many_is_found_though_it_is_empty(line: Line) -> None:
    folder = line.publish().folder
    (folder / "documents" / "old").mkdir()
    (folder / "more" / "of" / "it").mkdir(parents=True)
    assert verify.verify(line.home) == [
        f"The folder {name} does not belong to the release."
        for name in ("documents/old", "more", "more/of", "more/of/it")
    ]


def test_a_link_in_a_release_is_found(line: Line, tmp_path: Path) -> None:
    folder = line.publish().folder
    data = (folder / "csv" / "dim_area.csv").read_bytes()
    (tmp_path / "same.csv").write_bytes(data)
    (folder / "csv" / "dim_area.csv").unlink()
    (folder / "csv" / "dim_area.csv").symlink_to(tmp_path / "same.csv")
    assert verify.verify(line.home) == ["csv/dim_area.csv is neither a file nor a folder."]


def test_figures_are_read_again_not_only_hashed(line: Line) -> None:
    """Even with a manifest rewritten to fit the bytes, figures that differ from its tables are found."""
    folder = line.publish().folder
    data = (folder / "parquet" / "dim_area.parquet").read_bytes()
    change(folder / "parquet" / "dim_return.parquet", data)
    said = manifest.read(folder)
    said["files"] = manifest.files(folder)
    change(folder / manifest.FILE, manifest.text(said))
    assert verify.verify(line.home) == ["dim_return (parquet) does not hold the figures of the manifest."]


def test_a_manifest_written_anew_is_not_the_one_that_was_published(line: Line) -> None:
    folder = line.publish("run2").folder  # published here, hence recorded here
    said = manifest.read(folder) | {"created": "2000-01-01T00:00:00+00:00"}
    change(folder / manifest.FILE, manifest.text(said))
    (fault,) = verify.verify(line.home)
    assert "its digest is not that of the register" in fault


def test_a_database_that_cannot_be_read_is_a_sentence(line: Line) -> None:
    folder = line.publish().folder
    change(folder / "yearbook.duckdb", b"no database" * 1000)
    faults = verify.verify(line.home)
    assert faults[0].startswith("yearbook.duckdb was changed")
    assert "cannot be read back" in faults[-1]


def test_a_manifest_that_was_touched_is_found(line: Line) -> None:
    folder = line.publish().folder
    text = (folder / manifest.FILE).read_bytes()
    for other in (text.replace(b"candidate-000001", b"candidate-000009"), text + b"\n", text[:-40], b"[]"):
        change(folder / manifest.FILE, other)
        assert verify.verify(line.home)
        with pytest.raises(ReleaseError):
            read.show(line.home)


def test_a_twin_that_names_another_release_is_found(line: Line) -> None:
    line.publish()
    (line.home.releases / "current.json").write_text('{"release_id": "candidate-000009"}')
    assert verify.verify(line.home) == ["current.json does not name the release that `current` names."]


def test_a_release_that_does_not_exist_is_a_sentence(line: Line) -> None:
    with pytest.raises(ReleaseError, match="There is no release yet"):
        verify.verify(line.home)
    line.publish()
    for name in ("candidate-000009", "../../..", ".", "", "versions/candidate-000001"):
        with pytest.raises(ReleaseError, match="There is no release"):
            read.folder_of(line.home, name)


def test_a_release_that_was_hashed_as_sorted_lines_is_read_so(line: Line) -> None:
    """Whoever made it wrote no `hashed`, and no years."""
    folder = line.publish().folder
    said = manifest.read(folder)
    with database.engine(folder / database.DATABASE, read_only=True) as connection:
        for name in (*said["tables"], *said["views"]):
            kind = "tables" if name in said["tables"] else "views"
            said[kind][name] = content.of(connection, content.quoted(name), None)
    said["content"] = content.whole(said["tables"])
    change(folder / manifest.FILE, manifest.text({key: said[key] for key in said if key != "hashed"}))
    assert verify.verify(line.home) == []
    said["tables"]["dim_area"]["content"] = "0" * 64
    change(folder / manifest.FILE, manifest.text({key: said[key] for key in said if key != "hashed"}))
    assert "dim_area (tables) does not hold the figures of the manifest." in verify.verify(line.home)
