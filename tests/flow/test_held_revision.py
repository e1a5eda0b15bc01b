"""A revision a hundredfold: held, shown, accepted, explained, refused; and each past release comes out again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import command, query, with_another_value

pytestmark = pytest.mark.slow
MEASURE, AREA, PERIOD = "disputes_investigated", "990101", "2004"
FIGURE = (
    f"select value, obs_status, reason from mart_observation where measure_id = '{MEASURE}' "
    f"and area_code = '{AREA}' and period = '{PERIOD}'"
)
WORDS = ("--because", "The office looked again.", "--by", "Li Wei")


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("held") / "home", symlinks=True))


@pytest.fixture(scope="module")
def times_hundred(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The return that holds the county's disputes, prepared later, with that one figure a hundredfold."""
    found = json.loads(command(home, "trace", "dispute_mediation_success_rate", AREA, PERIOD, "--json").stdout)
    (cell,) = found["denominator"][0]["figure"]["cells"]
    file = tmp_path_factory.mktemp("sent") / f"mediation_{AREA}_{PERIOD}_2005-06-30.csv"
    return with_another_value(home, cell, str(100 * found["figure"]["denominator"]), file)


def run(home: Path) -> dict[str, Any]:
    done = command(home, "run", "--json")
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["last_run"]["outcome"] == "released", done.stdout + done.stderr
    return found


def said(home: Path, *words: str) -> Any:
    done = command(home, *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_from_held_to_refused(home: Path, times_hundred: Path) -> None:
    (before,) = query(home, FIGURE)
    assert command(home, "held").stdout == "Nothing waits for a person, as candidate-000001 has it.\n"
    nothing = said(home, "held")
    assert nothing["submissions"] == nothing["contradictions"] == nothing["doubled_keys"] == []
    assert command(home, "deliver", str(times_hundred)).returncode == 0
    state = run(home)
    assert state["held"] == 1 and any("returns__undisputed" in warning for warning in state["last_run"]["warnings"])
    waits = before | {"reason": "held", "obs_status": "P"}
    assert query(home, FIGURE) == [waits], "the figure before it stands, and says that one waits"
    id = _shown(home, before["value"])

    decision = said(home, "decide", id[:10], "accept", *WORDS)
    assert decision["subject"] == id
    assert said(home, "status")["held"] == 0 and "the next run follows it" in command(home, "held").stdout
    explained = ("--reason", "correction", "--because", "Counted in hundreds before.", "--by", "Zhang Min")
    said(home, "explain", id, *explained)
    run(home)
    assert query(home, FIGURE) == [before | {"value": 100 * before["value"]}]
    _revised(home, before["value"])
    before_that = _until(home, "candidate-000002")
    assert said(home, "query", FIGURE, "--as-of", before_that)["rows"] == [waits]

    assert command(home, "decide", id, "refuse", *WORDS).returncode == 0
    again = times_hundred.with_name(times_hundred.name.replace("2005-06-30", "2005-07-31"))
    shutil.copy(times_hundred, again)
    assert command(home, "deliver", str(again)).returncode == 0
    assert run(home)["held"] == 0
    assert query(home, FIGURE) == [before]
    refused = query(home, "select standing, decision, decision_by from mart_submission where standing = 'refused'")
    assert [row["standing"] for row in refused] == ["refused", "refused"] and refused[0]["decision_by"] == "Li Wei"
    assert said(home, "revisions", MEASURE)["revisions"] == []
    for id in ("candidate-000002", "candidate-000003", "candidate-000004"):
        assert said(home, "release", "rebuild", id)["changed"] == {}, id


def _shown(home: Path, stands: int) -> str:
    """`held` and its JSON show the pair with its file and cell. Returns the submission's id."""
    (one,) = said(home, "held")["submissions"]
    assert (one["held_for"], one["table_id"], one["out_of_proportion"]) == ("proportion", "mediation", 1)
    (cell,) = [cell for cell in one["cells"] if cell["is_out_of_proportion"]]
    assert (cell["standing_value"], cell["held_value"], float(cell["times"])) == (stands, 100 * stands, 100.0)
    shown = command(home, "held").stdout
    for words in (one["submission_id"], f"{100 * stands:,}", f"{stands:,}", cell["cell"], f"{PERIOD}_2005-06-30.csv"):
        assert words in shown, words
    assert f"decide {one['submission_id']} accept" in shown
    return one["submission_id"]


def _revised(home: Path, stands: int) -> None:
    found = said(home, "revisions", MEASURE)
    (row,) = found["revisions"]
    assert (row["from_value"], row["to_value"], row["difference"]) == (stands, 100 * stands, 99 * stands)
    assert (row["reason"], row["reason_from"], row["explained_by"]) == ("correction", "person", "Zhang Min")
    assert row["was_final"] and row["vintage"] == 2
    whole = next(one for one in found["summary"] if one["reason"] == "_T")
    assert (whole["cells_revised"], int(whole["revision_sum"])) == (1, 99 * stands)
    assert "Zhang Min" in command(home, "revisions").stdout


def _until(home: Path, release: str) -> str:
    return said(home, "release", "show", release)["known"]["decided_until"]
