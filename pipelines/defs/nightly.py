"""The one job and its schedule."""

import dagster as dg

from pipelines.defs import night
from pipelines.defs.shared import catalog

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Take in what arrived, rebuild, validate, and publish a candidate.",
)


LOCATION = {".dagster/repository": "__repository__@pipelines.definitions"}
"""Tag that shows a run under this job in the UI, wherever it was started."""


@dg.schedule(
    job=nightly,
    cron_schedule=night.CRON,
    execution_timezone=catalog().calendar.time_zone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Once a night in the calendar's time zone, from the first `yearbook up` on, until it is stopped in the UI."""
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}", tags=LOCATION)
