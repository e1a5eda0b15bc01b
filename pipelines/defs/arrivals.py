"""What arrives need not wait for the night: a sensor that asks for the nightly job, stopped until it is started."""

import dagster as dg

from pipelines.defs.nightly import LOCATION, nightly
from pipelines.defs.shared import home
from pipelines.landing import inbox
from pipelines.locks import writer


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Asks for the nightly job as soon as something has arrived, for those to whom the night is too far.",
)
def arrivals(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Every minute: is there a file that a run would take in, and does nobody write?

    One run per set of arrivals: what a run could not take in is not tried again before something else arrives.
    """
    arrived = inbox.fingerprint(home())
    if not arrived:
        return dg.SkipReason("Nothing has arrived.")
    if holder := writer(home()):
        return dg.SkipReason(f"A run is writing ({holder}).")
    return dg.RunRequest(run_key=f"arrivals {arrived}", tags=LOCATION)
