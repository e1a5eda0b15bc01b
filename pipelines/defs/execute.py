"""Runs the nightly job in this process, for the command line: same job, same assets, same record as a scheduled run."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.defs import instance as dagster_home
from pipelines.home import Home, sole_writer


@dataclass
class Outcome:
    """How a run of the job went. `failures`: step -> message of the root cause."""

    success: bool = False
    failures: dict[str, str] = field(default_factory=dict)


def execute(home: Home, on_step: Callable[[str, str], None] = lambda step, what: None) -> Outcome:
    """Executes the job over all years. `on_step(step, "start" | "end")` follows it. Raises home.Busy, ContractError."""
    home.create()
    with sole_writer(home):  # refuse within a moment, before anything heavy is loaded; the run takes the lock itself
        dagster_home.prepare(home)
    os.environ.update(dagster_home.environment(home))
    import dagster as dg
    from dagster._core.definitions.job_base import InMemoryJob
    from dagster._core.execution.api import execute_run_iterator

    from pipelines.definitions import defs
    from pipelines.defs.nightly import all_years
    from pipelines.defs.shared import years

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = defs().resolve_job_def("nightly")
    last = years().get_last_partition_key()
    assert last is not None
    outcome = Outcome()
    with dg.DagsterInstance.get() as instance:
        record = instance.create_run_for_job(
            job_def=job,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={**job.run_tags, **all_years(last)},
        )
        for event in execute_run_iterator(InMemoryJob(job), record, instance):
            if event.event_type == dg.DagsterEventType.STEP_START:
                on_step(event.step_key or "", "start")
            elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
                on_step(event.step_key or "", "end")
            elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
                error = event.step_failure_data.error
                while error is not None and error.cause is not None:
                    error = error.cause
                outcome.failures[event.step_key or "run"] = (error.message if error else event.message or "").strip()
            elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
                outcome.failures.setdefault("run", event.message or "")
        found = instance.get_run_by_id(record.run_id)
        outcome.success = found is not None and found.status == dg.DagsterRunStatus.SUCCESS
    return outcome
