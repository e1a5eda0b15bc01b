"""The one job and its schedule."""

import dagster as dg

from pipelines.defs.shared import catalog

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Take in what arrived, rebuild, validate, and publish a candidate.",
)


LOCATION = {".dagster/repository": "__repository__@pipelines.definitions"}
"""Tag that shows a run under this job in the UI, wherever it was started."""


@dg.schedule(job=nightly, cron_schedule="30 1 * * *", execution_timezone=catalog().calendar.time_zone)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """01:30 in the calendar's time zone: outside the hour that daylight saving skips or repeats."""
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}", tags=LOCATION)
