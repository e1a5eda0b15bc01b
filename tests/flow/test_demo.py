"""The straight line on the fictitious county: what the founding report said, and what must stand after one run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import PROJECT
from tests.flow.conftest import command, query

FOUNDING_REPORT = {
    # indicator, breakdown -> (value at its decimals, headline, qualifier); the report of 2004, county total
    ("criminal_cases_cleared", "_T"): ("318", "318", ""),
    ("suspects_dealt_with", "_T"): ("244", "244", ""),
    ("gangs_disrupted", "_T"): ("3", "3", ""),
    ("gang_members_apprehended", "_T"): ("43", "43", ""),
    ("drug_cases_cleared", "_T"): ("153", "153", ""),
    ("drug_offenders_apprehended", "_T"): ("98", "98", ""),
    ("dispute_mediation_success_rate", "_T"): ("95.5", "96", ""),
    ("homicide_change", "_T"): ("75", "75", ""),
    ("suicides_prevented", "_T"): ("5", "5", ""),
    ("civil_to_criminal_cases_prevented", "_T"): ("14", "14", ""),
    ("group_fights_prevented", "_T"): ("7", "7", ""),
    ("booklets_distributed", "_T"): ("30000", "30000", "at_least"),
    ("mediation_committee_coverage", "_T"): ("100.0", "100.0", ""),
}


def test_the_founding_report_stands_in_the_release(demo: Path) -> None:
    rows = query(
        demo,
        "select indicator_id, breakdown, value_text, headline_text, qualifier, numerator, denominator "
        "from mart_indicator where area_level = 'county' and period = '2004'",
    )
    found = {(row["indicator_id"], row["breakdown"]): row for row in rows}
    for key, expected in FOUNDING_REPORT.items():
        row = found[key]
        assert (row["value_text"], row["headline_text"], row["qualifier"]) == expected, key
    mediation = found["dispute_mediation_success_rate", "_T"]
    assert (int(mediation["numerator"]), int(mediation["denominator"])) == (1737, 1818)
    homicides = found["homicide_change", "_T"]
    assert 4 * int(homicides["numerator"]) == 3 * int(homicides["denominator"]) > 0, (
        "the counts stand beside the change"
    )


def test_every_indicator_and_every_year_is_there(demo: Path) -> None:
    from pipelines.contracts import load

    documents = load(PROJECT / "data_contracts")
    found = query(
        demo,
        "select distinct indicator_id, period from mart_indicator where area_level = 'county' and value is not null",
    )
    have = {(row["indicator_id"], row["period"]) for row in found}
    assert {indicator for indicator, _ in have} == set(documents.indicators)
    assert len({period for _, period in have}) == 10


def test_one_return_is_rejected_and_one_warning_stands(demo: Path) -> None:
    state = json.loads(command(demo, "status", "--json").stdout)
    assert len(state["rejected"]) == 1
    assert len(state["last_run"]["warnings"]) == 1
    receipt = Path(state["rejected"][0]["receipt"])
    assert receipt.exists() and receipt.with_suffix(".json").exists()
    assert state["rejected_count"] == state["last_run"]["not_accepted"]["deliveries"] == 1
    assert "1 delivery was not (wholly) accepted" in command(demo, "status").stdout
    counts = query(demo, "select verdict, count(*) as n from mart_submission group by verdict")
    assert {row["verdict"]: row["n"] for row in counts}["rejected"] == 1


def test_the_release_verifies_and_is_private(demo: Path) -> None:
    assert command(demo, "release", "verify").returncode == 0
    current = demo / "releases" / "current"
    assert current.resolve().stat().st_mode & 0o077 == 0, "a candidate is for inside eyes only"
    assert json.loads((demo / "releases" / "current.json").read_text())["release_id"] == current.resolve().name


def test_a_run_tells_the_journal_and_dagster_the_same_of_what_it_did(demo: Path) -> None:
    (file,) = (demo / "logs").iterdir()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    release = json.loads(command(demo, "release", "show", "--json").stdout)
    run = lines[0]["run"]
    assert lines[0]["event"] == "run began" and all(line["run"] == run for line in lines if "run" in line)
    judged = [line["verdict"] for line in lines if line["event"] == "delivery judged"]
    stages = {line["stage"]: line for line in lines if line["event"] == "stage"}
    assert list(stages) == ["intake", "inputs", "warehouse", "validation", "release"]
    assert (len(judged), judged.count("rejected")) == (stages["intake"]["deliveries"], 1)
    assert stages["release"]["rows"] == sum(table["rows"] for table in release["tables"].values())
    assert {name: stages["validation"][name] for name in release["checks"]} == release["checks"]
    (ended,) = [line for line in lines if line["event"] == "run ended"]
    assert (ended["outcome"], ended["release_id"]) == ("released", release["release_id"])

    found = subprocess.run(
        [sys.executable, "-c", RECORD],
        env=os.environ | {"YEARBOOK_HOME": str(demo), "DAGSTER_HOME": str(demo / "dagster")},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    tags, metadata = json.loads(found.stdout)
    assert (tags["yearbook/run"], tags["yearbook/outcome"]) == (run, "released")
    assert tags["yearbook/release"] == metadata["release"] == release["release_id"]
    assert {name: metadata[name] for name in ("rows", "observations", "indicators", "tables")} == {
        name: stages["release"][name] for name in ("rows", "observations", "indicators", "tables")
    }
    assert set(metadata["stages"]) == set(stages)
    assert json.loads(Path(metadata["quality_report"]).read_text())["results"]
    assert {record["table"]: record["rows"] for record in metadata["rows_of_tables"]} == {
        name: table["rows"] for name, table in release["tables"].items()
    }


RECORD = """
import json
import dagster as dg
with dg.DagsterInstance.get() as instance:
    (run,) = instance.get_runs()
    event = instance.get_latest_materialization_event(dg.AssetKey("candidate"))
    metadata = {name: value.value for name, value in event.asset_materialization.metadata.items()}
    metadata["rows_of_tables"] = [record.data for record in metadata["rows_of_tables"].records]
    print(json.dumps([dict(run.tags), metadata]))
"""


NIGHT = """
import sys
from pathlib import Path
from pipelines.defs import execute
from pipelines.home import Home
started = []
sys.addaudithook(lambda event, of: started.append(Path(of[0]).name) if event == "subprocess.Popen" else None)
execute.execute(Home.from_environment())
loaded = {name.split(".")[0] for name in sys.modules}
print(sorted({"dbt"} & set(started)), sorted(loaded & {"great_expectations", "duckdb"}))
"""


def test_with_nothing_new_nothing_is_begun(demo: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(demo, tmp_path / "home", symlinks=True))
    before = json.loads(command(home, "release", "show", "--json").stdout)
    done = subprocess.run(
        [sys.executable, "-c", NIGHT],
        env=os.environ | {"YEARBOOK_HOME": str(home)}, capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    assert done.stdout == "[] []\n" and done.stderr == "", "no dbt, no Great Expectations"
    state = json.loads(command(home, "status", "--json").stdout)
    assert (state["last_run"]["outcome"], state["last_run"]["release_id"]) == ("unchanged", before["release_id"])
    assert state["current"]["release_id"] == before["release_id"] and "nothing new" in command(home, "status").stdout
    done = command(home, "run", "--anew")
    assert done.returncode == 0, done.stdout + done.stderr
    after = json.loads(command(home, "release", "show", "--json").stdout)
    assert after["release_id"] > before["release_id"]
    assert after["content"] == before["content"]


def test_a_broken_expectation_leaves_the_previous_candidate(demo: Path, tmp_path: Path) -> None:
    home, contracts = tmp_path / "home", tmp_path / "contracts"
    shutil.copytree(demo, home, symlinks=True)
    shutil.copytree(PROJECT / "data_contracts", contracts)
    document = contracts / "indicators" / "traffic_death_rate.yaml"
    text = document.read_text()
    assert "severity: warning" in text
    document.write_text(text.replace("severity: warning", "severity: error"))
    before = json.loads((home / "releases" / "current.json").read_text())["release_id"]
    done = command(home, "run", contracts=contracts)
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads((home / "releases" / "current.json").read_text())["release_id"] == before
    state = json.loads(command(home, "status", "--json", contracts=contracts).stdout)
    assert state["last_run"]["outcome"] == "blocked"
    assert any("traffic_death_rate" in reason for reason in state["last_run"]["reasons"])
    assert "traffic_death_rate" in command(home, "status", contracts=contracts).stdout


def test_rows_without_their_return_wait_and_block_no_release(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home, symlinks=True)
    last = int(query(home, "select max(period) as last from mart_observation where table_id = 'defendants'")[0]["last"])
    file = tmp_path / "rows.csv"
    file.write_text("area_code,defendants_sentenced,juvenile_defendants_sentenced\n990101001,5,1\n")
    said = ("--office", "courts", "--table", "defendants", "--period", str(last + 1), "--partial")
    assert command(home, "deliver", str(file), *said, "--prepared-on", f"{last + 2}-01-05").returncode == 0
    done = command(home, "run", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = query(
        home,
        "select s.standing, c.is_received, c.waiting_count from mart_submission s "
        "join mart_coverage c using (table_id, period) where s.is_partial",
    )
    assert (row["standing"], row["is_received"], row["waiting_count"]) == ("waiting", False, 1)
    warnings = json.loads(done.stdout)["last_run"]["warnings"]
    assert any(f"The first: defendants 990101 {last + 1}. Ask the office for the whole" in text for text in warnings)


def test_dbt_is_run_by_hand_on_any_part(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home, symlinks=True)
    first = "Building every model once"
    done = command(home, "dbt", "--", "build", "-s", "mart_indicator")
    assert done.returncode == 0, done.stdout + done.stderr
    assert first in done.stderr
    for words in (("test", "-s", "mart_indicator"), ("show", "-s", "mart_scorecard", "--limit", "2")):
        done = command(home, "dbt", "--", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert first not in done.stderr, "nothing new arrived"
    (home / "cache" / "dbt_by_hand" / "made_from").write_text("something else")
    done = command(home, "dbt", "--", "build", "-s", "+mart_indicator")
    assert done.returncode == 0, done.stdout + done.stderr
    assert first in done.stderr, "something else arrived"
    assert command(home, "dbt", "--", "ls", "-s", "mart_indicator").returncode == 0


def test_a_whole_run_needs_no_network(demo: Path, tmp_path: Path) -> None:
    offline = ("unshare", "--net", "--map-root-user")
    try:
        subprocess.run([*offline, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let a test make a network namespace")
    home = tmp_path / "home"
    shutil.copytree(demo, home, symlinks=True)
    shutil.rmtree(home / "cache")  # so that nothing made online is reused
    done = command(home, "run", "--anew", prefix=offline)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_writer_is_refused_with_a_reason(demo: Path) -> None:
    from pipelines.home import Home
    from pipelines.locks import sole_writer

    with sole_writer(Home(demo, PROJECT / "data_contracts")):
        done = command(demo, "run")
    assert done.returncode == 3
    assert "Another run is writing" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "intake",
        "held",
        "release list",
        "release show",
        "template courts 2004",
        "backfill 2004",
        "dbt -- ls -s ind_value",
    ],
)
def test_a_command_by_itself_finds_all_that_it_needs(words: str, demo: Path, tmp_path: Path) -> None:
    """Others are forked, and have what their process of loaded modules has; the tutorial's begin anew too."""
    home = Path(shutil.copytree(demo, tmp_path / "home", symlinks=True))
    done = command(home, *words.split(), prefix=("env", "-C", str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_refuses_a_home_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("")
    done = command(tmp_path, "demo")
    assert done.returncode == 1
    assert "YEARBOOK_HOME" in done.stderr


def test_the_scorecard_of_an_area(demo: Path) -> None:
    told = json.loads(command(demo, "scorecard", "990101", "2004", "--json").stdout)
    mart = query(demo, "select * from mart_scorecard where area_code = '990101' and period = '2004'")
    shared = mart[0].keys() & told["rows"][0].keys()

    def seen(rows: list[dict[str, object]]) -> list[str]:
        return sorted(json.dumps({name: row[name] for name in sorted(shared)}) for row in rows)

    assert seen(told["rows"]) == seen(mart) and len(mart) > 30 and len(shared) > 15
    said = command(demo, "scorecard", "990101", "2004").stdout
    assert "Example County (990101) in 2004, candidate-" in said
    (homicide,) = [line for line in said.splitlines() if "Homicide clearance rate" in line]
    assert "85.7" in homicide and "small base" in homicide and "fewer than 20 cases" in said
    last = json.loads(command(demo, "scorecard", "990101", "--json").stdout)
    assert (
        last["period"] == query(demo, "select max(period) as last from mart_scorecard where verdict = 'met'")[0]["last"]
    )
    for words, sentence in (
        (("9",), "knows no area 9"),
        (("990101", "1980"), "has no scorecard of 990101 for 1980; it has one for"),
    ):
        done = command(demo, "scorecard", *words)
        assert done.returncode == 1 and sentence in done.stderr
