"""Dagster's records of old runs go, with all that was kept of them; the last that released stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import PROJECT, Home


def test_the_oldest_records_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster as dg

    from pipelines.defs import instance as dagster_home
    from pipelines.defs import retention

    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    dagster_home.prepare(home)
    for name, value in dagster_home.environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(retention, "KEEP", 3)
    monkeypatch.setattr(retention, "AT_ONCE", 2)

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
