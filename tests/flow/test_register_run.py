"""Whole runs with the register in PostgreSQL: they release what those with a file do, and go on after the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.landing import engine
from tests import backfills
from tests.flow import production, registers
from tests.flow.conftest import command, query, with_another_value

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

SUBMISSIONS = "select * exclude (decided_at, batch_id) from mart_submission order by all"


def _released(home: Path) -> dict[str, Any]:
    """Table -> its content; of the one that says when each submission came, all the rest."""
    tables = json.loads((home / "releases" / "current" / "manifest.json").read_bytes())["tables"]
    found = {name: facts["content"] for name, facts in tables.items() if name != "mart_submission"}
    return found | {"mart_submission": query(home, SUBMISSIONS)}


def _said(home: Path, *words: str, **settings: Any) -> Any:
    done = command(home, *words, "--json", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_demo_and_a_late_return_release_the_same(demo: Path, register_address: str, tmp_path: Path) -> None:
    file, shared = tmp_path / "file", tmp_path / "shared"
    shutil.copytree(demo, file, symlinks=True)
    assert _said(shared, "demo", register=register_address)["last_run"]["outcome"] == "released"
    assert not (shared / "register.db").exists()
    before = _released(shared)
    assert before == _released(file)
    figure = _said(file, "trace", "dispute_mediation_success_rate", "990101", "2004")["denominator"][0]["figure"]
    late = tmp_path / "mediation_990101_2004_2005-06-30.csv"
    with_another_value(file, figure["cells"][0], str(figure["value"] + 1), late)
    for home, register in ((file, ""), (shared, register_address)):
        assert command(home, "deliver", str(late), register=register).returncode == 0
        assert _said(home, "run", register=register)["current"]["release_id"] == "candidate-000002"
    assert _released(shared) == _released(file) != before
    assert _said(shared, "release", "verify", register=register_address)
    known = "select count(*) as n from mart_submission"
    then = json.loads((shared / "releases" / "versions" / "candidate-000001" / "manifest.json").read_bytes())["known"]
    as_of = ("query", known, "--as-of", then["decided_until"])
    assert _said(shared, *as_of, register=register_address)["rows"] == [{"n": len(before["mart_submission"])}]


def test_a_run_from_which_the_server_goes(
    register_cluster: Path, register_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends as one that cannot use its home does; the next one does what it had not done."""
    home = registers.begun(tmp_path)
    settings = {"YEARBOOK_HOME": str(home.root), "YEARBOOK_CONTRACTS": str(home.contracts)}
    monkeypatch.setenv(engine.SETTING, register_address)
    for year in backfills.YEARS[:3]:
        backfills.deliver(home, tmp_path, "caseload", year, backfills.caseload(year))
    words = [sys.executable, "-m", "pipelines.cli", "run"]
    pipe = subprocess.PIPE
    run = subprocess.Popen(words, env=os.environ | settings, stdout=pipe, stderr=pipe, text=True)
    try:
        assert production.wait(lambda: [*home.runs.glob("*/chunks")] or run.poll() is not None, 300)
        production.stop(register_cluster)
        said = "".join(run.communicate(timeout=300))
    finally:
        run.kill()
        production.start(register_cluster)
    assert run.returncode == 1, said
    assert "The register in the database that YEARBOOK_REGISTER names cannot be used" in said
    assert registers.QUOTED not in said and registers.PASSWORD not in said
    state = _said(home.root, "run", contracts=home.contracts, register=register_address)
    assert state["last_run"]["outcome"] == "released"
    rows = query(home.root, "select count(*) as n from mart_submission where verdict = 'accepted'")
    assert rows == [{"n": 3}]
    written = [path.read_bytes() for path in home.root.rglob("*") if path.is_file()]
    assert not any(registers.QUOTED.encode() in data or registers.PASSWORD.encode() in data for data in written)
