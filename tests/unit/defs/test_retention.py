"""Dagster's records of old runs go, with all that was kept of them; the last that released stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pipelines.home import Home


@pytest.fixture
def home(where: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    from pipelines.defs import retention

    monkeypatch.setattr(retention, "KEEP", 3)
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    return where


def test_the_oldest_records_go(home: Home) -> None:
    import dagster as dg

    from pipelines.defs import retention

    @dg.op
    def nothing() -> None:
        pass

    @dg.job
    def night() -> None:
        nothing()

    def records() -> set[str]:
        return {path.stem for path in (home.dagster / "history" / "runs").glob("*-*-*.db")}

    with dg.DagsterInstance.get() as instance:
        made = [night.execute_in_process(instance=instance).run_id for _ in range(7)]
        instance.add_run_tags(made[0], {"yearbook/outcome": "released"})
        going_on = instance.create_run_for_job(night).run_id
        assert records() >= set(made)
        assert retention.forget(instance, home) == made[1:3]
        assert retention.forget(instance, home) == made[3:4]
        assert retention.forget(instance, home) == []
        left = [made[0], *made[4:], going_on]
        assert [run.run_id for run in reversed(instance.get_runs())] == left
        assert records() >= {made[0], *made[4:]} and not records() & set(made[1:4])
        storage = home.dagster / "storage"
        assert not {path.name for path in storage.iterdir()} & set(made[1:4]) if storage.is_dir() else True
        assert instance.all_logs(made[6])


def test_a_damaged_record_goes_too_and_nothing_stays_in_the_index(home: Home) -> None:
    import dagster as dg

    from pipelines.defs import retention

    @dg.asset(check_specs=[dg.AssetCheckSpec("whole", asset="figures")])
    def figures():
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    with dg.DagsterInstance.get() as instance:
        made = [dg.materialize([figures], instance=instance).run_id for _ in range(5)]
        record = home.dagster / "history" / "runs" / f"{made[0]}.db"
        record.write_bytes(b"damaged" * 1000)
        assert retention.forget(instance, home) == made[:2]
        assert list(instance.get_run_ids()) == made[:1:-1] and not list(record.parent.glob(f"{made[0]}*"))
        index = record.with_name("index.db")
        with closing(sqlite3.connect(index)) as connection:
            for table in ("event_logs", "asset_check_executions"):
                assert {run for (run,) in connection.execute(f"select run_id from {table}")} == set(made[2:]), table
    assert "record of a run not removed" in "".join(file.read_text() for file in home.logs.iterdir())
