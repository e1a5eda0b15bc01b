"""Dagster finds everything: a module that defines nothing, or loses something, is noticed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest

from pipelines.home import PROJECT


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YEARBOOK_HOME", str(tmp_path_factory.mktemp("defs") / "home"))
        patch.setenv("YEARBOOK_CONTRACTS", str(PROJECT / "data_contracts"))
        from pipelines.definitions import defs

        yield defs()


def test_every_stage_is_there_and_partitioned_as_it_should_be(definitions: Any) -> None:
    import dagster as dg

    graph = definitions.resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    offices = {"landing/public_security", "landing/courts", "landing/justice", "landing/petitions"}
    assert {"deliveries", "inputs", "candidate"} | offices <= keys
    assert {path.stem for path in (PROJECT / "dbt_project" / "models").rglob("*.sql")} <= keys
    partitioned = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == offices
    years = graph.get(dg.AssetKey(["landing", "courts"])).partitions_def
    assert years.get_partition_keys()[0] == "1997"
    assert str(datetime.now(ZoneInfo("Asia/Shanghai")).year) in years.get_partition_keys()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {"intake", "landing", "staging", "observations", "indicators", "marts", "release"}


def test_every_rule_is_a_check_that_blocks_if_it_is_an_error(definitions: Any) -> None:
    from pipelines.contracts import load
    from pipelines.validation import rules

    graph = definitions.resolve_asset_graph()
    checks = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}
    for rule in rules(load(PROJECT / "data_contracts")):
        assert checks[rule.id].blocking == (rule.severity == "error"), rule.id


def test_the_schedule_asks_once_a_night_where_the_calendar_is(definitions: Any) -> None:
    from dagster._utils.schedules import schedule_execution_time_iterator

    schedule = next(s for s in definitions.schedules if s.name == "every_night")
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 12, 31, tzinfo=zone).timestamp()
    ticks = schedule_execution_time_iterator(start, schedule.cron_schedule, schedule.execution_timezone)
    times = [next(ticks).astimezone(zone) for _ in range(3)]
    assert [f"{time:%m-%d %H:%M}" for time in times] == ["12-31 01:30", "01-01 01:30", "01-02 01:30"]
    assert schedule.default_status.value == "RUNNING", "`yearbook up` promises it"


def test_the_next_night_is_told_as_the_schedule_ticks(definitions: Any) -> None:
    from dagster._utils.schedules import schedule_execution_time_iterator

    from pipelines.defs import night

    schedule = next(s for s in definitions.schedules if s.name == "every_night")
    zone = ZoneInfo("Asia/Shanghai")
    for hour, minute in ((0, 0), (1, 29), (1, 30), (1, 31), (23, 59)):
        now = datetime(2026, 12, 31, hour, minute, tzinfo=zone)
        ticks = schedule_execution_time_iterator(now.timestamp() + 1, schedule.cron_schedule, "Asia/Shanghai")
        assert night.next_tick("Asia/Shanghai", now) == next(ticks)


def test_a_shut_gate_is_a_blocked_run_not_a_failed_one(
    definitions: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import select

    from pipelines import runs
    from pipelines.defs.release import candidate
    from pipelines.home import Home
    from pipelines.landing import register
    from pipelines.release import gates, publish
    from pipelines.release.manifest import ReleaseError

    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    for error in (gates.Shut(["a rule fails"]), ReleaseError("There is no room.")):
        monkeypatch.setattr(publish, "candidate", Mock(side_effect=error))
        with pytest.raises(ReleaseError), runs.begin(home) as run:
            candidate.op.compute_fn.decorated_fn(run)  # pyright: ignore
    rows = register.rows(home, select(register.run).order_by(register.run.c.run_id))
    assert sorted(row["outcome"] for row in rows) == ["blocked", "failed"]
    assert any("a rule fails" in row["reasons"] for row in rows if row["outcome"] == "blocked")


def test_dg_check_defs_passes(tmp_path: Path) -> None:
    dg = shutil.which("dg", path=str(Path(sys.executable).parent)) or shutil.which("dg")
    assert dg, "dagster-dg-cli belongs to the development requirements"
    environment = os.environ | {
        "YEARBOOK_HOME": str(tmp_path / "home"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DG_CLI_CONFIG": str(tmp_path / "dg.toml"),
        "VIRTUAL_ENV": str(Path(sys.executable).parent.parent),
    }
    done = subprocess.run(
        [dg, "check", "defs"], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
