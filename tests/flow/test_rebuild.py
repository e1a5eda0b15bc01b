"""Every past release is what its submissions, its documents and its day give again, whatever arrived since."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.home import PROJECT, Home
from pipelines.release import manifest
from pipelines.release.rebuild import rebuild
from tests.flow.conftest import ANOTHER_ORDER, command
from tests.flow.regain import Originals

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, after a corrected return and a second release."""
    folder = tmp_path_factory.mktemp("rebuild")
    home = Path(shutil.copytree(demo, folder / "home", symlinks=True))
    found = json.loads(command(home, "trace", "suicides_prevented", "990101", "2004", "--json").stdout)
    (cell,) = found["numerator"][0]["figure"]["cells"]
    rows = [list(row) for row in Originals(home / "originals").rows(cell["sha256"], "")]
    rows[cell["row"] - 1][cell["column"] - 1] = "6"
    corrected = folder / "mediation_990101_2004_2005-06-30.csv"
    with corrected.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert command(home, "deliver", str(corrected)).returncode == 0
    done = command(home, "run", "--json")
    assert json.loads(done.stdout)["last_run"]["outcome"] == "released", done.stdout
    return home


def test_every_release_is_computed_again_cell_by_cell(home: Path) -> None:
    for id in ("candidate-000001", "candidate-000002"):
        done = command(home, "release", "rebuild", id, "--json", prefix=ANOTHER_ORDER)
        assert done.returncode == 0, done.stdout + done.stderr
        said = json.loads(done.stdout)
        assert said["changed"] == {} and said["tables"]["mart_indicator"] > 10_000
    found = json.loads(command(home, "diff", "candidate-000001", "candidate-000002", "--json").stdout)
    changed = found["tables"]["mart_indicator"]["changed"]
    assert {row["key"]["indicator_id"] for row in changed} == {"suicides_prevented"}
    assert {row["reason"] for row in changed} == {""}
    told = command(home, "diff", "candidate-000001", "candidate-000002").stdout
    assert "suicides_prevented 990101 2004  numerator: 5 -> 6" in told and "(nothing says why)" in told
    assert list((home / "cache").glob("rebuild-*")) == []


def test_a_release_that_was_forged_is_not_what_comes_out(home: Path, tmp_path: Path) -> None:
    forged = Path(shutil.copytree(home, tmp_path / "home", symlinks=True))
    folder = forged / "releases" / "versions" / "candidate-000001"
    for path in (folder / "yearbook.duckdb", folder / manifest.FILE):
        path.chmod(0o644)
    with duckdb.connect(folder / "yearbook.duckdb") as connection:
        connection.execute("update mart_indicator set numerator = 7 where indicator_id = 'suicides_prevented'")
    said = manifest.read(folder)
    said["tables"]["mart_indicator"]["content"] = "0" * 64
    (folder / manifest.FILE).write_bytes(manifest.text(said))
    found = rebuild(Home(forged, PROJECT / "data_contracts"), "candidate-000001")
    assert list(found.changed) == ["mart_indicator"]
    changed = found.changed["mart_indicator"]["changed"]
    assert {row["key"]["indicator_id"] for row in changed} == {"suicides_prevented"}
    assert all(list(row["from"]) == ["numerator"] and row["from"]["numerator"] == "7" for row in changed)


def test_figures_that_are_gone_are_a_sentence(home: Path, tmp_path: Path) -> None:
    poor = Path(shutil.copytree(home, tmp_path / "home", symlinks=True))
    batch = min((poor / "landing").iterdir())
    batch.chmod(0o644)
    batch.write_bytes(batch.read_bytes() + b"x")
    done = command(poor, "release", "rebuild", "candidate-000001")
    assert done.returncode == 1 and "is not in landing as it was" in done.stderr
    done = command(poor, "release", "rebuild", "candidate-000077")
    assert done.returncode == 1 and "There is no release" in done.stderr


SUICIDES = (
    "select value_text from mart_indicator "
    "where indicator_id = 'suicides_prevented' and area_code = '990101' and period = '2004'"
)


def asked(home: Path, moment: str) -> list[str]:
    done = command(home, "query", SUICIDES, "--as-of", moment, "--json")
    assert done.returncode == 0, done.stderr
    return [row["value_text"] for row in json.loads(done.stdout)["rows"]]


def test_what_was_known_at_a_time(home: Path) -> None:
    rows = json.loads(command(home, "query", "select decided_at from mart_submission", "--json").stdout)
    times = sorted({row["decided_at"] for row in rows})
    assert len(times) == 2, "the first run's decisions, then the correction's"
    assert asked(home, times[0]) == ["5"] and asked(home, times[1]) == ["6"]
    before = datetime.fromisoformat(times[1]) - timedelta(microseconds=1)
    assert asked(home, before.isoformat()) == ["5"], "the last digit of the time counts"
    assert len(list((home / "cache").glob("as-of-*"))) == 2, "the same question is answered once"
    done = command(home, "query", SUICIDES, "--as-of", "1990-01-01")
    assert done.returncode == 1 and "Nothing had been decided by 1990-01-01 (" in done.stderr
    done = command(home, "query", SUICIDES, "--as-of", "candidate-1")
    assert done.returncode == 1 and "is neither a time" in done.stderr
    assert "The newest releases are candidate-000002, candidate-000001." in done.stderr


def test_what_a_release_knew(home: Path) -> None:
    assert asked(home, "candidate-000001") == ["5"] and asked(home, "current") == ["6"]
    done = command(home, "query", SUICIDES, "--as-of", "candidate-000099")
    assert done.returncode == 1 and "There is no release" in done.stderr


CORRECTION = """
correction: one_more
table: mediation
measure: suicides_prevented
area: "990101"
period: "2004"
expect: 5
value: 9
reason: correction
because: {en: Miscounted., zh: 计数有误。}
decided_by: Li Wei
decided_on: 2005-02-01
"""


def test_a_document_dated_back_does_not_change_what_was_said(home: Path, tmp_path: Path) -> None:
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    (documents / "corrections").mkdir()
    (documents / "corrections" / "one_more.yaml").write_text(CORRECTION, encoding="utf-8")
    rows = json.loads(command(home, "query", "select decided_at from mart_submission", "--json").stdout)
    before_the_first_release = min(row["decided_at"] for row in rows)

    def said(moment: str) -> tuple[str, str]:
        done = command(home, "query", SUICIDES, "--as-of", moment, "--json", contracts=documents)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        return found["rows"][0]["value_text"], found["documents"]

    assert said("candidate-000001") == ("5", "candidate-000001")
    assert said("2999-01-01") == ("6", "candidate-000002")
    assert said(before_the_first_release) == ("9", "today"), "no release of then says otherwise"
    done = command(home, "query", SUICIDES, "--as-of", before_the_first_release, contracts=documents)
    assert "Computed under today's documents: there was no candidate yet." in done.stderr
    assert "Computed" not in done.stdout


def test_two_releases_are_asked_in_one_query(home: Path) -> None:
    beside = SUICIDES.replace("mart_indicator", "candidate_000001.mart_indicator")
    found = json.loads(command(home, "query", f"select ({SUICIDES}) as now, ({beside}) as before", "--json").stdout)
    assert found == [{"now": "6", "before": "5"}]
    wide = "select count(*) as n from candidate_000001.wide_mediation where year = 2004"
    assert json.loads(command(home, "query", wide, "--json").stdout)[0]["n"] > 1


def test_the_job_says_where_the_answer_is(home: Path) -> None:
    done = command(home, "query", SUICIDES, "--as-of", "candidate-000001", "--json")
    assert done.returncode == 0
    job = (
        "from pipelines.definitions import defs; "
        "done = defs().resolve_job_def('as_of').execute_in_process("
        "run_config={'ops': {'known_then': {'config': {'as_of': 'candidate-000001'}}}}); "
        "(event,) = [e for e in done.all_events if e.event_type_value == 'STEP_OUTPUT']; "
        "print(event.event_specific_data.metadata['database'].value)"
    )
    settings = {"YEARBOOK_HOME": str(home), "YEARBOOK_CONTRACTS": str(PROJECT / "data_contracts")}
    ran = subprocess.run([sys.executable, "-c", job], env=os.environ | settings, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    with duckdb.connect(ran.stdout.splitlines()[-1], read_only=True) as connection:
        assert connection.execute(SUICIDES).fetchall() == [("5",)]
