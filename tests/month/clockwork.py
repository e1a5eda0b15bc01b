"""The daemon, step by step, under a clock that is set: each step is a process of its own, as runs are in production.

A step is forked from a server that has loaded the heavy libraries once, loads documents and definitions anew, and lets
Dagster's own scheduler, sensor daemon and queue do one iteration each. A run that is launched runs to its end within
the step: the launcher is the only part of the instance that is another than in production.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.defs import instance as dagster_home
from pipelines.home import Home
from tests import loaded

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
Runs = list[tuple[str, str]]

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
    process = _server.Process(target=_step, args=(theirs, home, when, what, words, loaded.served()))
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
    process = _server.Process(target=_step, args=(theirs, home, when, what, (), loaded.served()))
    process.start()
    until = time.monotonic() + LONGEST
    while not seen():
        assert process.is_alive() and time.monotonic() < until, "it was to be killed before its end"
        time.sleep(0.02)
    os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
    ours.close()


def _step(
    answers: Any, home: Home, when: datetime, what: Callable[..., Any], words: tuple[Any, ...], served: str
) -> None:
    os.setpgid(0, 0)
    loaded.instead(served)
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


def schedule() -> Runs:
    """One look of the scheduler: what it asks for waits in the queue."""
    from dagster._scheduler.scheduler import launch_scheduled_runs

    with _workspace() as workspace:
        list(launch_scheduled_runs(workspace, _logger(), datetime.now(UTC), {}, None))
        return runs(workspace.instance)


def queue() -> Runs:
    """One look of the queue: a run that may begin runs to its end."""
    with _workspace() as workspace:
        return _queue(workspace)


def night(writing: str = "") -> Runs:
    """Scheduler, then queue. `writing`: a file that somebody writes meanwhile."""
    with _workspace() as workspace, _written(writing):
        schedule()
        return _queue(workspace)


@contextlib.contextmanager
def _written(path: str) -> Iterator[None]:
    """A file grows by a byte many times a second, by the clock that is set."""
    done = threading.Event()

    def write() -> None:
        while path and not done.wait(0.02):
            with Path(path).open("ab") as stream:
                stream.write(b"0")
            os.utime(path, (time.time(), time.time()))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def sensors() -> Runs:
    """One look of every sensor that is on, then of the queue, while the clock stands still."""
    import time_machine
    from dagster._daemon.sensor import execute_sensor_iteration

    with _workspace() as workspace:
        with time_machine.travel(datetime.now(UTC).replace(second=0, microsecond=0), tick=False):
            list(execute_sensor_iteration(workspace, _logger(), None, None))
        return _queue(workspace)


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


def state(sql: str) -> dict[str, Any]:
    """What a reader sees: open findings (key -> number), figures and id of the current candidate, verdicts by count."""
    code, open_ = command("alerts", "--json")
    assert code == 0, open_
    code, figures = command("query", sql, "--json")
    assert code == 0, figures
    code, said = command("status", "--json")
    assert code == 0, said
    from pipelines.defs.shared import home
    from pipelines.landing import register

    return {
        "open": {one["key"]: one["number"] for one in json.loads(open_)},
        "figures": [tuple(row.values()) for row in json.loads(figures)],
        "current": json.loads(said)["current"]["release_id"],
        "verdicts": dict(Counter(row["verdict"] for row in register.export(home()))),
    }


def inventory(releases: list[str]) -> dict[str, Any]:
    """What lies in the folders, which releases stand, what is wrong with them, and the indicators on returns."""
    from pipelines.defs.shared import home
    from pipelines.release.verify import verify

    where, sql = (
        home(),
        (
            "select indicator_id, value_text from mart_indicator where indicator_id like 'return_%' "
            "and period = '2004' and area_level = 'county' and breakdown = '_T'"
        ),
    )
    listed = json.loads(command("release", "list", "--json")[1])
    returns = json.loads(command("query", sql, "--json")[1])
    return {
        "releases": sorted((one["release_id"] for one in listed), key=lambda id: id.rpartition("-")[2]),
        "faults": [fault for id in releases for fault in verify(where, id)],
        "returns": {one["indicator_id"]: one["value_text"] for one in returns},
        "manifests": len(list(where.cache.glob("dbt-*"))),
        "runs": len(list(where.runs.iterdir())),
        **{name: _files(where.root / name) for name in ("originals", "quarantine", "inbox")},
        **{name: _files(where.releases / name) for name in ("staging", "trash")},
    }


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def runs(instance: Any) -> Runs:
    """Every run of the instance, the first one first: (run key, status)."""
    return [(run.tags.get("dagster/run_key", ""), run.status.value) for run in reversed(instance.get_runs())]


def _queue(workspace: Any) -> Runs:
    from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

    with QueuedRunCoordinatorDaemon(interval_seconds=5) as daemon:
        list(daemon.run_iteration(workspace))
    return runs(workspace.instance)


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
