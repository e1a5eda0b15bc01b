"""An edition: signed by a person, made afresh from a candidate that still is what was audited, public in every byte."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import time_machine

from pipelines.contracts import load
from pipelines.messages import LANGUAGES
from pipelines.release import build, edition, gates, manifest, pointer, prune, public, read, verify
from pipelines.release.database import DATABASE
from pipelines.release.manifest import ReleaseError
from tests.contents import of as contents_of
from tests.unit.release.conftest import Line, install
from tests.unit.validation import private

PLANTED = 76_543_210_987
DIGESTS = tuple(f"site/{language}/downloads.html" for language in LANGUAGES)
"""Pages that name the digest of the database."""
HIDDEN = {
    "returns/police/crime.yaml": private.DOCUMENTS["returns/police/crime.yaml"].replace(
        "reporting_unit", "lowest_published_level: county\n        reporting_unit"
    ),
}


def test_an_edition_is_whole_signed_and_named_by_its_pointer(line: Line) -> None:
    candidate = line.publish()
    made = edition.edition(line.home, "  Li   Wei ", "First of its kind.")
    assert made.release_id == "edition-000002" == read.named(line.home, read.LATEST_EDITION)
    assert read.current_id(line.home) == candidate.release_id
    assert verify.verify(line.home, read.LATEST_EDITION) == []
    said = read.show(line.home, read.LATEST_EDITION)
    assert (said["approved_by"], said["note"], said["made_from"]) == (
        "Li Wei",
        "First of its kind.",
        candidate.release_id,
    )
    assert said["software"].startswith("yearbook ") and said["documents"] == line.catalog.files
    assert load(made.folder / "documents").files == line.catalog.files
    assert json.loads(pointer.twin(line.home, read.LATEST_EDITION).read_text())["release_id"] == made.release_id
    approval = json.loads((line.home.releases / read.APPROVALS / f"{made.release_id}.json").read_text())
    assert (approval["by"], approval["candidate"]) == ("Li Wei", candidate.release_id)
    assert approval["digest"] == read.show(line.home, candidate.release_id)["digest"]


def test_anybody_may_read_it_and_nobody_change_it(line: Line) -> None:
    line.publish()
    folder = edition.edition(line.home, "Li Wei").folder
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o444), path


def test_it_holds_listed_columns_only(line: Line) -> None:
    line.publish()
    folder = edition.edition(line.home, "Li Wei").folder
    with duckdb.connect(folder / "yearbook.duckdb", read_only=True) as connection:
        found = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'main'"
        ).fetchall()
    tables = {table for table, _ in found if not table.startswith("wide_")}
    assert "mart_submission" not in tables and {"mart_indicator", "mart_observation", "mart_quality"} <= tables
    columns = {column for table, column in found if table == "mart_observation"}
    assert columns <= set(public.COLUMNS["mart_observation"])
    assert not {name for _, name in found} & {"submission_id", "source_row", "source_sheet", "file_name"}
    assert not (folder / "validation").exists()


INSIDE = {"mart_held_copy", "mart_held_revision", "mart_revision", "mart_revision_summary", "mart_submission"}
"""Marts of which an edition holds nothing: who sent what, and figures that no edition has shown."""


def test_every_listed_column_is_one_of_a_model_and_every_table_was_thought_of(line: Line) -> None:
    import yaml

    from pipelines.home import PROJECT

    models = {}
    for file in (PROJECT / "dbt_project" / "models" / "marts").glob("[!_]*.yml"):
        (model,) = yaml.safe_load(file.read_text())["models"]
        models[model["name"]] = {column["name"] for column in model["columns"]}
    with duckdb.connect(line.publish().folder / DATABASE, read_only=True) as connection:
        for table in build.KEYS:
            models[table] = {column[0] for column in connection.execute(f"describe {table}").fetchall()}
    for table, columns in public.COLUMNS.items():
        assert set(columns) <= models[table], table
    assert set(models) - set(public.COLUMNS) == INSIDE


def _with_hidden(tmp_path: Path, name: str, *statements: str) -> Line:
    """An installation whose crime figures are not public below the county."""
    rates = "indicators/good_towns.yaml"  # no area is rated by what is not public
    home = install(tmp_path / name, private.documents(tmp_path / name / "made", HIDDEN, without=(rates,)))
    file = private.build(tmp_path / name / "w.duckdb")
    private.change(file, "delete from mart_indicator where indicator_id = 'good_towns'")
    return Line(home, load(home.contracts), file)


def test_checks_tell_nothing_of_what_is_hidden(tmp_path: Path) -> None:
    line = _with_hidden(tmp_path, "one")
    candidate = line.publish().folder
    folder = edition.edition(line.home, "Li Wei").folder
    sql = "select rule_id, severity, rows_seen is null, rows_decided is null, rows_failed is null, "
    sql += "rows_explained is null from mart_quality"
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        public_ = {row[0]: row[1:] for row in connection.execute(sql).fetchall()}
    with duckdb.connect(candidate / DATABASE, read_only=True) as connection:
        inside = {row[0]: row[1:] for row in connection.execute(sql).fetchall()}
    assert {severity for severity, *_ in inside.values()} == {"error", "warning"}
    left_out = set(inside) - set(public_)
    assert "corrections__source_as_expected" in left_out, "that there are corrections is told by those that are public"
    assert all(inside[rule][0] == "warning" for rule in left_out - {"corrections__source_as_expected"})
    assert {rule for rule in public_ if rule.startswith("crime__")}, "what is an error is told to hold"
    for rule, (severity, *unsaid) in public_.items():
        if rule.startswith(("crime__", "clearance__", "indicators__", "verdicts__")):
            assert unsaid == [True] * 4 and severity == "error", rule
        if rule.startswith("caseload__"):
            looks_at_crime = rule == "caseload__prosecuted"
            assert unsaid == [looks_at_crime] * 4, rule
    checks = read.show(line.home, folder.name)["checks"]
    assert checks["passed"] == len(public_) and checks["warned"] == checks["failed"] == 0


@pytest.mark.all_forms
def test_figures_below_the_level_that_is_public_are_in_no_byte_of_it(tmp_path: Path) -> None:
    """Two counties whose townships differ, and nothing else: editions of one moment are the same to the byte."""
    townships = "length(area_code) = 9"
    other = (
        f"update mart_observation set value = value + {PLANTED}, not_allocable = 1 "
        f"where table_id = 'crime' and {townships}",
        "update mart_observation set not_allocable = value % 5 where table_id = 'crime' and length(area_code) = 6",
        f"update mart_indicator set numerator = numerator + 1, denominator = denominator + 3, value = value + 0.1, "
        f"value_text = 'x' || value_text where indicator_id <> 'cases_accepted' and value is not null and {townships}",
    )
    folders, contents, candidates = [], [], []
    moment = datetime.now(UTC)
    for name, statements in (("one", ()), ("two", other)):
        line = _with_hidden(tmp_path, name)
        candidates.append(line.publish("run1", *statements).folder)
        contents.append(read.show(line.home)["content"])
        with time_machine.travel(moment, tick=False):  # forms say when they were made
            folders.append(edition.edition(line.home, "Li Wei").folder)
    assert contents[0] != contents[1], "the candidates differ"
    one, two = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        for folder in folders
    )
    assert set(one) == set(two)
    said = [json.loads(files.pop(manifest.FILE)) for files in (one, two)]
    sums = [files.pop("SHA256SUMS") for files in (one, two)]
    for files in (one, two):
        for name in DIGESTS:
            files[name] = re.sub(rb"[0-9a-f]{64}", b"a digest", files[name])
    assert {name for name in one if one[name] != two[name]} <= {DATABASE}, "an identifier of its own, and padding"
    with duckdb.connect(candidates[1] / DATABASE, read_only=True) as connection:
        values = connection.execute(f"select value from mart_observation where value > {PLANTED}").fetchall()
    hidden = {form for (value,) in values for form in (str(value).encode(), value.to_bytes(8, "little"))}
    observed = (candidates[1] / "csv/mart_observation.csv").read_bytes()
    assert len(values) == 24 and any(form in observed for form in hidden)
    two = {name: contents_of(folders[1] / name) for name in two}
    assert [(name, form) for name, data in two.items() for form in hidden if form in data] == []
    assert [{line[66:] for line in text.decode().splitlines()} for text in sums] == [set(one)] * 2
    for manifest_ in said:
        del manifest_["digest"]
        for name in {DATABASE, "SHA256SUMS", *DIGESTS}:
            del manifest_["files"][name]
    assert said[0] == said[1]
    with duckdb.connect(folders[0] / "yearbook.duckdb", read_only=True) as connection:
        for table in ("mart_observation", "mart_indicator", "wide_crime"):
            levels = connection.execute(f"select distinct length(area_code), count(*) over () from {table}").fetchall()
            assert [length for length, _ in levels] == [6], table
        assert connection.execute("select count(not_allocable) from mart_observation").fetchone() == (0,)


def test_what_an_earlier_edition_showed_is_not_told_by_a_later_one(tmp_path: Path) -> None:
    """The documents became stricter; nobody withdrew the edition before."""
    line = _with_hidden(tmp_path, "one")
    strict = (line.home.contracts / "returns/police/crime.yaml").read_text()
    open_ = strict.replace("lowest_published_level: county\n", "")
    (line.home.contracts / "returns/police/crime.yaml").write_text(open_)
    line.catalog = load(line.home.contracts)
    line.publish("run1", f"update mart_observation set value = value + {PLANTED} where length(area_code) = 9")
    edition.edition(line.home, "Li Wei")
    (line.home.contracts / "returns/police/crime.yaml").write_text(strict)
    line.catalog = load(line.home.contracts)
    line.publish("run2")
    folder = edition.edition(line.home, "Li Wei").folder
    told = json.loads((folder / edition.CHANGES).read_text())
    assert "mart_observation" not in told["tables"] and "mart_indicator" not in told["tables"]
    assert b"76543210" not in b"".join(contents_of(path) for path in folder.rglob("*") if path.is_file())


def test_what_was_public_stays_public(tmp_path: Path) -> None:
    line = _with_hidden(tmp_path, "one")
    line.publish()
    folder = edition.edition(line.home, "Li Wei").folder
    with duckdb.connect(folder / "yearbook.duckdb", read_only=True) as connection:
        found = connection.execute("select table_id, count(*) from mart_observation group by all order by 1").fetchall()
    assert found == [("caseload", 8), ("crime", 12)]


@pytest.mark.parametrize("by", ["", "   ", "a\x00b", "x" * 201])
def test_it_needs_a_name(line: Line, by: str) -> None:
    line.publish()
    with pytest.raises(ReleaseError, match="Say who signs"):
        edition.edition(line.home, by)


def test_it_is_made_from_a_candidate(line: Line) -> None:
    with pytest.raises(ReleaseError, match="There is no release yet"):
        edition.edition(line.home, "Li Wei")
    line.publish()
    made = edition.edition(line.home, "Li Wei")
    with pytest.raises(ReleaseError, match="is no candidate"):
        edition.edition(line.home, "Li Wei", release_id=made.release_id)


@pytest.mark.parametrize(
    ("name", "old", "new", "word"),
    [
        ("csv/mart_indicator.csv", b"clearance", b"clearings", "is not what its manifest says"),
        ("validation/results.json", b'"pass"', b'"fail"', "is not what its manifest says"),
    ],
)
def test_a_candidate_that_was_touched_is_refused(line: Line, name: str, old: bytes, new: bytes, word: str) -> None:
    file = line.publish().folder / name
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    with pytest.raises(gates.Shut, match=word):
        edition.edition(line.home, "Li Wei")
    assert read.named(line.home, read.LATEST_EDITION) is None


@pytest.mark.parametrize(
    ("name", "word"),
    [("dbt/run_results.json", "dbt did not run|cannot be read"), ("results.json", "no results of validation|missing")],
)
def test_the_gates_are_asked_again_from_what_the_candidate_carries(line: Line, name: str, word: str) -> None:
    """Even when somebody wrote the manifest anew, so that every hash fits."""
    folder = line.publish().folder
    file = folder / "validation" / name
    file.parent.chmod(0o755)
    file.chmod(0o644)
    if name == "results.json":
        file.unlink()
    else:
        file.write_text('{"results": []}')
    said = manifest.read(folder) | {"files": manifest.files(folder)}
    (folder / manifest.FILE).chmod(0o644)
    (folder / manifest.FILE).write_bytes(manifest.text(said))
    with pytest.raises(gates.Shut, match=word):
        edition.edition(line.home, "Li Wei")


def test_a_candidate_that_counts_its_checks_wrongly_is_refused(line: Line) -> None:
    folder = line.publish().folder
    said = manifest.read(folder)
    said["checks"] = said["checks"] | {"warned": 3}
    (folder / manifest.FILE).chmod(0o644)
    (folder / manifest.FILE).write_bytes(manifest.text(said))
    with pytest.raises(gates.Shut, match="counts its checks otherwise"):
        edition.edition(line.home, "Li Wei")


def test_editions_follow_candidates_in_order_and_say_what_changed(line: Line) -> None:
    older = line.publish("run1")
    newer = line.publish("run2", "update mart_indicator set headline_text = '7' where area_code = '110101001'")
    first = edition.edition(line.home, "Li Wei")
    assert read.show(line.home, first.release_id)["changes"] == {} and not (first.folder / edition.CHANGES).exists()
    with pytest.raises(ReleaseError, match=f"made from {newer.release_id}, which is newer than {older.release_id}"):
        edition.edition(line.home, "Li Wei", release_id=older.release_id)
    with pytest.raises(ReleaseError, match=f"Nothing changed since {first.release_id}"):
        edition.edition(line.home, "Li Wei")
    line.publish("run3", "update mart_indicator set headline_text = '8' where area_code = '110101001'")
    second = edition.edition(line.home, "Li Wei")
    said = read.show(line.home, second.release_id)
    assert said["parent"] == first.release_id
    assert said["changes"]["rows"]["mart_indicator"] == {"added": 0, "removed": 0, "changed": 4}
    told = json.loads((second.folder / edition.CHANGES).read_text())
    assert told["since"] == first.release_id
    assert {row["to"]["headline_text"] for row in told["tables"]["mart_indicator"]["changed"]} == {"8"}


def test_editions_are_never_pruned(line: Line) -> None:
    line.publish("run1")
    made = edition.edition(line.home, "Li Wei")
    for number in range(2, 4):
        line.publish(f"run{number}")
    prune.prune(line.home, keep=0)
    left = [entry["release_id"] for entry in read.list_releases(line.home)]
    origin = read.show(line.home, made.release_id)["made_from"]
    assert left == ["candidate-000004", made.release_id, origin], "the candidate it was made from leads to its cells"
    assert verify.verify(line.home, made.release_id) == []
