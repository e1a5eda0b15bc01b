"""The daemon, step by step, under a clock that is set: each step is a process of its own, as runs are in production.

A step is forked from a server that has loaded the heavy libraries once, loads documents and definitions anew, and lets
Dagster's own scheduler, sensor daemon and queue do one iteration each. A run that is launched runs to its end within the
step: the launcher is the only part of the instance that is another than in production.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.defs import instance as dagster_home
from pipelines.home import Home

LAUNCHER = """\
run_launcher:
  module: dagster._core.launcher.sync_in_memory_run_launcher
  class: SyncInMemoryRunLauncher
"""
LOADED = [
    "dagster", "dagster._daemon.sensor", "dagster._scheduler.scheduler", "dagster_dbt", "duckdb",
    "great_expectations", "pandas", "pyarrow.parquet", "sqlalchemy", "apprise", "time_machine", "typer.testing",
]  # fmt: skip
"""Modules that every step needs, none of them ours."""
LONGEST = 300

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(LOADED)


def prepare(home: Home) -> None:
    """DAGSTER_HOME as an installation has it, but for the launcher."""
    settings = dagster_home.prepare(home) / "dagster.yaml"
    if LAUNCHER not in settings.read_text(encoding="utf-8"):
        settings.write_text(dagster_home.SETTINGS + LAUNCHER, encoding="utf-8")


def step(home: Home, when: datetime, what: Callable[..., Any], *words: Any) -> Any:
    """What `what(*words)` returns in a process of its own, whose clock begins at `when`."""
    ours, theirs = _server.Pipe(duplex=False)
    process = _server.Process(target=_step, args=(theirs, home, when, what, words))
    process.start()
    theirs.close()
    try:
        if not ours.poll(LONGEST):
            raise TimeoutError(f"{what.__name__} takes too long")
        answer, error = ours.recv()
    except EOFError:
        raise RuntimeError(f"{what.__name__} ended without a word (exit code {process.exitcode})") from None
    finally:
        if process.is_alive() and not ours.closed:
            process.join(5)
        process.kill()
        process.join()
    if error:
        raise RuntimeError(error)
    return answer


def killed(home: Home, when: datetime, what: Callable[..., Any], seen: Callable[[], bool]) -> None:
    """Begins a step and kills it and all that it started, as soon as `seen` says so."""
    ours, theirs = _server.Pipe(duplex=False)
    process = _server.Process(target=_step, args=(theirs, home, when, what, ()))
    process.start()
    until = time.monotonic() + LONGEST
    while not seen():
        assert process.is_alive() and time.monotonic() < until, "it was to be killed before its end"
        time.sleep(0.02)
    os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
    ours.close()


def _step(answers: Any, home: Home, when: datetime, what: Callable[..., Any], words: tuple[Any, ...]) -> None:
    os.setpgid(0, 0)
    os.environ.update(dagster_home.environment(home))
    log = home.root.parent / "steps.log"
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    try:
        import time_machine

        with time_machine.travel(when, tick=True):
            answers.send((what(*words), ""))
    except BaseException:
        answers.send((None, traceback.format_exc()))


def schedule() -> list[tuple[str, str]]:
    """One look of the scheduler, then of the queue. Returns the runs that there are: (run key, status)."""
    from dagster._scheduler.scheduler import launch_scheduled_runs

    with _workspace() as workspace:
        list(launch_scheduled_runs(workspace, _logger(), _now(), {}, None))
        _queue(workspace)
        return runs(workspace.instance)


def sensors() -> list[tuple[str, str]]:
    """One look of every sensor that is on, then of the queue, while the clock stands still."""
    import time_machine
    from dagster._daemon.sensor import execute_sensor_iteration

    with _workspace() as workspace:
        with time_machine.travel(_now().replace(second=0, microsecond=0), tick=False):
            list(execute_sensor_iteration(workspace, _logger(), None, None))
        _queue(workspace)
        return runs(workspace.instance)


def turn(sensor: str, on: bool) -> None:
    """Starts or stops a sensor, as a person does in the UI."""
    with _workspace() as workspace:
        (location,) = workspace.create_request_context().code_locations
        (repository,) = location.get_repositories().values()
        found = next(one for one in repository.get_sensors() if one.name == sensor)
        if on:
            workspace.instance.start_sensor(found)
        else:
            workspace.instance.stop_sensor(found.get_remote_origin_id(), found.selector_id, found)


def command(*words: str) -> tuple[int, str]:
    """`yearbook` with these words: its exit code and all that it says."""
    from typer.testing import CliRunner

    from pipelines.cli.main import app

    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def runs(instance: Any) -> list[tuple[str, str]]:
    """Every run of the instance, the first one first."""
    tags = ("dagster/run_key",)
    return [
        (next((run.tags[tag] for tag in tags if tag in run.tags), ""), run.status.value)
        for run in reversed(instance.get_runs())
    ]


def _queue(workspace: Any) -> None:
    from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

    with QueuedRunCoordinatorDaemon(interval_seconds=5) as daemon:
        list(daemon.run_iteration(workspace))


@contextlib.contextmanager
def _workspace() -> Any:
    import dagster as dg
    from dagster._core.remote_origin import InProcessCodeLocationOrigin
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget

    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name="pipelines.definitions"), location_name="pipelines.definitions"
    )
    with (
        dg.DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, InProcessWorkspaceLoadTarget(origin)) as workspace,
    ):
        yield workspace


def _logger() -> logging.Logger:
    return logging.getLogger("dagster.daemon")


def _now() -> datetime:
    from datetime import UTC

    return datetime.now(UTC)
