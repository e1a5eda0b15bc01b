"""Runs the nightly job in this process, for the command line: same job, same assets, same record as a scheduled run."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from pipelines.defs import instance as dagster_home
from pipelines.home import Home
from pipelines.locks import sole_writer
from pipelines.memory import settling

T = TypeVar("T")
Happened = Literal["start", "end", "failure"]
Follow = Callable[[str, Happened], None]


def _quietly(events: Iterator[T], log: Path) -> Iterator[T]:
    """Steps run while the next event is fetched: what they print (dbt does) goes to a log, not between the words."""
    with log.open("w", encoding="utf-8"), log.open("a", encoding="utf-8") as stream, _apart(stream):
        while True:
            with contextlib.redirect_stdout(stream):
                event = next(events, None)
            if event is None:
                return
            yield event


@contextlib.contextmanager
def _apart(log: IO[str]) -> Iterator[None]:
    """What the processes say that Dagster starts beside a step, as of Ctrl-C, goes to the log. This one's own words
    stay on standard error.
    """
    errors, own = sys.stderr, os.dup(2)
    with os.fdopen(own, "w", encoding="utf-8", errors="backslashreplace", buffering=1) as stream:
        if sys.stderr is sys.__stderr__:
            sys.stderr = stream
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(own, 2)
            sys.stderr = errors


@dataclass
class Outcome:
    """How a run of the job went. `failures`: step -> message of the root cause."""

    success: bool = False
    failures: dict[str, str] = field(default_factory=dict)


def execute(home: Home, on_step: Follow = lambda step, what: None, anew: bool = False) -> Outcome:
    """Executes the job over all years; `anew`: also when nothing has changed. `on_step(step, what happened)`
    follows it. Raises locks.Busy, home.Unusable, ContractError; KeyboardInterrupt once an interrupted run has ended.
    """
    home.create()
    with sole_writer(home):  # refuses within a moment, before anything heavy is loaded
        return _execute(home, on_step, anew)


def _is_interrupt(error: Any) -> bool:
    """Is it Ctrl-C, by the name that Dagster gives it or by Python's? error: SerializableErrorInfo, or None."""
    while error is not None:
        if error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt"):
            return True
        error = error.cause
    return False


def _message(error: Any) -> str:
    """What the root cause says, without the name of its class. error: as above."""
    while error is not None and error.cause is not None:
        error = error.cause
    said = error.message.strip() if error else ""
    name, _, words = said.partition(": ")
    return words if error and name.rpartition(".")[2] == error.cls_name else said


def _execute(home: Home, on_step: Follow, anew: bool) -> Outcome:
    dagster_home.prepare(home)
    os.environ.update(dagster_home.environment(home))
    log = home.dagster / "last_run.log"
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    # of what is skipped since nothing is new it says that checks gave no result
    logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.CRITICAL)
    with settling():
        import dagster as dg
        from dagster._core.definitions.job_base import InMemoryJob
        from dagster._core.execution.api import execute_run_iterator

        from pipelines.definitions import defs
        from pipelines.defs.nightly import LOCATION
        from pipelines.defs.reconcile import process_tags, reconcile
        from pipelines.defs.storage import opened

        job = defs().resolve_job_def("nightly")
    outcome, interrupted = Outcome(), False
    with opened() as instance:
        reconcile(instance, home)
        record = instance.create_run_for_job(
            job_def=job,
            run_config={
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                "ops": {"inputs": {"config": {"anew": anew}}},
            },
            tags={**job.run_tags, **LOCATION, **process_tags()},
        )
        events = execute_run_iterator(InMemoryJob(job), record, instance)
        for event in _quietly(events, log):
            if event.event_type == dg.DagsterEventType.STEP_START:
                on_step(event.step_key or "", "start")
            elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
                on_step(event.step_key or "", "end")
            elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
                on_step(event.step_key or "", "failure")
                error = event.step_failure_data.error
                interrupted |= _is_interrupt(error)
                outcome.failures[event.step_key or "run"] = _message(error) or event.message or ""
            elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
                error = event.job_failure_data.error  # between steps, or before the first
                interrupted |= _is_interrupt(error)
                outcome.failures.setdefault("run", _message(error) or event.message or "")
        if interrupted:
            raise KeyboardInterrupt
        found = instance.get_run_by_id(record.run_id)
        outcome.success = found is not None and found.status == dg.DagsterRunStatus.SUCCESS
    return outcome
