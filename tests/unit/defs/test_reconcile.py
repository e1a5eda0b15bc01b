"""A run that is killed is reported as failed by the next, and one that goes on is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pipelines.home import PROJECT, Home
from pipelines.locks import sole_writer, writer


@pytest.fixture
def instance(where: Home) -> Iterator[Any]:
    import dagster as dg

    with dg.DagsterInstance.get() as found:
        yield found


def statuses(instance: Any) -> list[str]:
    return [run.status.value for run in instance.get_runs()]


def outcome(where: Home) -> str | None:
    """What `yearbook status` says of the last run."""
    from pipelines.cli import state

    last = state.collect(where)["last_run"]
    return last and last["outcome"]


def begun(instance: Any, tags: dict[str, str]) -> Any:
    """A run that Dagster believes to have started."""
    import dagster as dg

    @dg.job
    def nothing() -> None:
        pass

    run = instance.create_run_for_job(nothing, tags=tags)
    for happened in (dg.DagsterEventType.RUN_STARTING, dg.DagsterEventType.RUN_START):
        event = dg.DagsterEvent(event_type_value=happened.value, job_name="nothing", message="")
        instance.report_dagster_event(event, run_id=run.run_id)
    return run


def test_a_run_that_was_killed_is_reported_as_failed(where: Home, instance: Any) -> None:
    from pipelines.defs.reconcile import PID, reconcile

    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run"],
        cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while statuses(instance) != ["STARTED"] or outcome(where) != "running":
            assert process.poll() is None and time.monotonic() < until, "the run did not begin"
            time.sleep(0.1)
        (run,) = instance.get_runs()
        assert run.tags[PID] == str(process.pid)
        assert reconcile(instance, where) == [], "it goes on"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the processes that it started
        process.wait()
    assert statuses(instance) == ["STARTED"]
    assert reconcile(instance, where) == [run.run_id]
    assert statuses(instance) == ["FAILURE"]
    assert any("process of this run is gone" in entry.message for entry in instance.all_logs(run.run_id))
    assert outcome(where) == "interrupted"


def test_the_number_of_a_process_alone_says_nothing(where: Home, instance: Any) -> None:
    from pipelines.defs import reconcile

    mine = reconcile.process_tags()
    assert mine and reconcile.is_gone(mine) is False and reconcile.is_gone({}) is None
    living = begun(instance, mine)
    later = begun(instance, mine | {reconcile.START: str(int(mine[reconcile.START]) + 1)})
    restarted = begun(instance, mine | {reconcile.BOOT: "another boot"})
    assert set(reconcile.reconcile(instance, where, own=later.run_id)) == {restarted.run_id}
    assert reconcile.reconcile(instance, where) == [later.run_id]
    assert instance.get_run_by_id(living.run_id).status.value == "STARTED"


def test_a_run_without_a_process_is_given_time_and_the_writer(
    where: Home, instance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.defs import reconcile

    run = begun(instance, {})
    assert reconcile.reconcile(instance, where) == []
    monkeypatch.setattr(reconcile, "GRACE", timedelta(seconds=-1))
    with sole_writer(where):
        assert reconcile.reconcile(instance, where) == []
    assert reconcile.reconcile(instance, where) == [run.run_id]


def test_the_daemon_looks_every_minute_without_being_asked(where: Home, instance: Any) -> None:
    import dagster as dg

    from pipelines.definitions import defs
    from pipelines.defs import reconcile

    sensor = next(s for s in defs().sensors or () if s.name == "runs_that_are_gone")
    assert sensor.default_status.value == "RUNNING" and sensor.minimum_interval_seconds == 60
    run = begun(instance, reconcile.process_tags() | {reconcile.BOOT: "another boot"})
    with dg.build_sensor_context(instance=instance) as context:
        said = sensor(context)
    assert run.run_id in str(said.skip_message)
    assert instance.run_monitoring_enabled


def test_the_writer_is_known_while_it_writes(where: Home) -> None:
    assert writer(where) is None
    with sole_writer(where):
        assert (writer(where) or "").startswith(f"process {os.getpid()} since ")
    assert writer(where) is None
