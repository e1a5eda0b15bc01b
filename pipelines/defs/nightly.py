"""The one job, its schedule, and the run resource."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.shared import RunResource, catalog, first_year, years

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Take in what arrived, rebuild, validate, and publish a candidate.",
)


def all_years(last: str) -> dict[str, str]:
    """Tags that make one run cover every reference year up to `last`."""
    return {"dagster/asset_partition_range_start": f"{first_year():04d}", "dagster/asset_partition_range_end": last}


@dg.schedule(job=nightly, cron_schedule="30 1 * * *", execution_timezone=catalog().calendar.time_zone)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """01:30 in the calendar's time zone: outside the hour that daylight saving skips or repeats."""
    at = context.scheduled_execution_time
    last = years().get_last_partition_key(at)
    return dg.RunRequest(run_key=f"{at:%Y-%m-%d}", tags=all_years(last or f"{first_year():04d}"))


@dg.definitions
def resources() -> dg.Definitions:
    """The run, with the writer's lock."""
    return dg.Definitions(resources={"run": RunResource()})
