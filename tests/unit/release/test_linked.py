"""A candidate after a correction: files whose rows are the same are those of the candidate before, and it equals one
that is written whole.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.release import manifest, parts, publish, read, verify
from pipelines.release.database import DATABASE
from pipelines.release.linked import Before
from pipelines.release.manifest import ReleaseError
from pipelines.warehouse import build
from tests.unit.release.conftest import Line

TABLE = "mart_observation"
CHANGED = "update mart_observation set value = value + 1 where period = '2004' and measure_id <> ''"
FIRST = f"csv/{TABLE}/2003.csv"


def again(line: Line, name: str, of: Path, *years: int, changed: str = CHANGED) -> Path:
    """A run whose build says that it started from another one."""
    run = line.run(name, changed)
    said = {"warehouse": build.tested(of), "subjects": {"": list(years)}, "whole_bytes": 1}
    (run / "dbt" / build.AGAIN).write_text(json.dumps(said))
    build.seal(run)
    return run


@pytest.fixture(params=[1, 1_000_000], ids=["parts", "one file each"])
def before(line: Line, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a candidate made from run1."""
    monkeypatch.setattr(parts, "ROWS_OF_ONE_FILE", request.param)
    return publish.candidate(line.home, line.catalog, line.run("run1")).folder


def linked(one: Path, two: Path) -> set[str]:
    found = {file.relative_to(one).as_posix() for file in one.rglob("*") if file.is_file()}
    return {path for path in found if (two / path).is_file() and (one / path).samefile(two / path)}


def test_what_is_linked_and_what_is_written_equal_a_whole_release(line: Line, before: Path) -> None:
    made = publish.candidate(line.home, line.catalog, again(line, "run2", line.home.runs / "run1", 2004)).folder
    assert verify.verify(line.home) == [] == verify.verify(line.home, before.name)
    of_before = linked(made, before)
    whole = publish.candidate(line.home, line.catalog, line.run("run3", CHANGED)).folder
    assert linked(whole, made) == set()
    one, other = manifest.read(made), manifest.read(whole)
    assert one["tables"] == other["tables"] and one["views"] == other["views"]
    for path, file in other["files"].items():
        if path.startswith(("csv/", "parquet/")):
            assert one["files"][path] == file, path
    assert "parquet/dim_area.parquet" in of_before and "csv/dim_area.csv" in of_before
    if parts.ROWS_OF_ONE_FILE == 1:
        assert FIRST in of_before and f"parquet/{TABLE}/2003.parquet" in of_before
    assert not of_before & {f"csv/{TABLE}.csv", f"csv/{TABLE}/2004.csv", DATABASE, manifest.FILE}
    comments = "select table_name, comment from duckdb_tables() union all select view_name, comment from duckdb_views()"
    told = []
    for folder in (made, whole):
        with duckdb.connect(folder / DATABASE, read_only=True) as connection:
            told.append(sorted(map(str, connection.execute(comments).fetchall())))
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("more", "taken_over"),
    [("", {"wide_caseload"}), ("; update dim_area set name_en = name_en || '!'", set[str]())],
    ids=["figures", "and a name"],
)
def test_the_view_of_a_return_in_which_nothing_changed_is_taken_over(
    line: Line, before: Path, more: str, taken_over: set[str]
) -> None:
    changed = f"{CHANGED} and table_id = 'crime'{more}"
    run = again(line, "run2", line.home.runs / "run1", 2004, changed=changed)
    made = publish.candidate(line.home, line.catalog, run).folder
    whole = publish.candidate(line.home, line.catalog, line.run("run3", changed)).folder
    one, other = manifest.read(made), manifest.read(whole)
    assert one["views"] == other["views"] and verify.verify(line.home, made.name) == []
    assert {path: of for path, of in one["files"].items() if path.startswith("csv/")} == {
        path: of for path, of in other["files"].items() if path.startswith("csv/")
    }
    views = {name for name, files in parts.by_table(linked(made, before), "csv").items() if name.startswith("wide_")}
    of_years = {"wide_crime"} if parts.ROWS_OF_ONE_FILE == 1 and not more else set[str]()
    assert views == taken_over | of_years


def test_a_view_that_was_taken_over_wrongly_is_not_published(
    line: Line, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Before, "touched", lambda *_: set[str]())
    run = again(line, "run2", line.home.runs / "run1", 2004)
    with pytest.raises(ReleaseError, match="view wide_caseload differs from the files that were taken over"):
        publish.candidate(line.home, line.catalog, run)
    assert read.current_id(line.home) == before.name


def test_a_year_that_differs_though_nobody_said_so_is_seen(line: Line, before: Path) -> None:
    made = publish.candidate(line.home, line.catalog, again(line, "run2", line.home.runs / "run1", 2003)).folder
    whole = publish.candidate(line.home, line.catalog, line.run("run3", CHANGED)).folder
    assert manifest.read(made)["tables"] == manifest.read(whole)["tables"]


def test_a_damaged_file_is_written_again_not_linked(line: Line, before: Path) -> None:
    name = FIRST if (before / FIRST).is_file() else "csv/dim_area.csv"
    data = (before / name).read_bytes()
    (before / name).chmod(0o644)
    (before / name).write_bytes(data.replace(b"0", b"1"))
    made = publish.candidate(line.home, line.catalog, again(line, "run2", line.home.runs / "run1", 2004)).folder
    assert (made / name).read_bytes() == data
    assert verify.verify(line.home) == []


def test_a_damaged_database_is_not_begun_from(line: Line, before: Path) -> None:
    (before / DATABASE).chmod(0o644)
    with (before / DATABASE).open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"x")
    made = publish.candidate(line.home, line.catalog, again(line, "run2", line.home.runs / "run1", 2004)).folder
    assert linked(made, before) == set() and verify.verify(line.home) == []


def test_a_build_of_another_origin_is_written_whole(line: Line, before: Path) -> None:
    run = again(line, "run2", line.home.runs / "run1", 2004)
    said = json.loads((run / "dbt" / build.AGAIN).read_bytes()) | {"warehouse": "0" * 64}
    (run / "dbt" / build.AGAIN).write_text(json.dumps(said))
    build.seal(run)
    assert linked(publish.candidate(line.home, line.catalog, run).folder, before) == set()


def test_a_manifest_that_is_not_the_published_one_is_not_built_on(line: Line, before: Path) -> None:
    name = FIRST if (before / FIRST).is_file() else "csv/dim_area.csv"
    (before / name).chmod(0o644)
    (before / name).write_bytes((before / name).read_bytes().replace(b"0", b"1"))
    said = manifest.read(before)
    said["files"][name] = manifest.files(before)[name]
    (before / manifest.FILE).chmod(0o644)
    (before / manifest.FILE).write_bytes(manifest.text(said))
    made = publish.candidate(line.home, line.catalog, again(line, "run2", line.home.runs / "run1", 2004)).folder
    assert linked(made, before) == set() and verify.verify(line.home) == []
