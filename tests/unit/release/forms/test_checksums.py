"""SHA256SUMS, as the tool reads it for which it is made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pipelines.release import edition, manifest, verify
from tests.unit.release.conftest import Line


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_tool_finds_every_file_as_it_is(line: Line) -> None:
    line.publish()
    made = edition.edition(line.home, "Li Wei")
    done = checked(made.folder)
    assert done.returncode == 0, done.stderr
    sound = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    assert sound | {"SHA256SUMS"} == set(manifest.files(made.folder))
    assert {"yearbook.duckdb", "datapackage.json", "sdmx/structure.xml", "csv/dim_area.csv"} <= sound
    assert verify.verify(line.home, made.release_id) == []


def test_a_changed_or_missing_file_is_named(line: Line, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(line.publish().folder, tmp_path / "copy"))
    (folder / "csv" / "dim_area.csv").chmod(0o644)
    (folder / "csv" / "dim_area.csv").write_text("spoilt", encoding="utf-8")
    (folder / "parquet" / "dim_area.parquet").unlink()
    done = checked(folder)
    assert done.returncode == 1
    assert "csv/dim_area.csv: FAILED\n" in done.stdout and "parquet/dim_area.parquet: FAILED open" in done.stdout
    assert done.stdout.count("FAILED") == 2


def test_other_sums_are_found_by_the_manifest(line: Line) -> None:
    release = line.publish()
    file = release.folder / "SHA256SUMS"
    file.chmod(0o644)
    file.write_text("", encoding="utf-8")
    assert any("SHA256SUMS was changed" in fault for fault in verify.verify(line.home, release.release_id))
