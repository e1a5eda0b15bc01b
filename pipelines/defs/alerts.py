"""The alerts as a sensor: every minute, has a run ended, does something wait? A thin wrapper of `pipelines.alerts`.

Runs that Dagster saw end before they became runs of ours (another was writing, the resources could not be made) are
noted here, since nobody else knows of them. The cursor moves after that; the first tick begins at now.
"""

import json
from datetime import UTC, datetime

import dagster as dg

from pipelines.alerts import settings, watch
from pipelines.defs.shared import catalog, home

_BAD = (dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED)
_PAGE = 100


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells what is wrong after each run, once, and delivers what waits. Who is told stands in alerts.yaml.",
)
def alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Every minute, as long as the daemon runs."""
    cursor, ended = _ended_badly(context.instance, context.cursor)
    watch.never_begun(home(), ended)
    try:
        sent = watch.tick(home(), catalog())
    except settings.SettingsError as error:
        raise dg.Failure(str(error)) from None
    context.update_cursor(cursor)
    if not sent:
        return dg.SkipReason("There is nothing to tell.")
    return dg.SkipReason("; ".join(f"{one.destination}: {one.error or 'told'}" for one in sent))


def _ended_badly(instance: dg.DagsterInstance, cursor: str | None) -> tuple[str, list[tuple[str, str, str]]]:
    """The cursor after, and (id, when, why) of runs that failed or were cancelled since."""
    after: dict[str, int] = json.loads(cursor) if cursor else {}
    found = []
    for kind in _BAD:
        name = kind.value
        if name not in after:
            newest = instance.fetch_run_status_changes(kind, limit=1).records
            after[name] = newest[0].storage_id if newest else 0
            continue
        records = dg.RunStatusChangeRecordsFilter(event_type=kind, after_storage_id=after[name])  # pyright: ignore
        for record in instance.fetch_run_status_changes(records, limit=_PAGE, ascending=True).records:
            entry = record.event_log_entry
            at = datetime.fromtimestamp(entry.timestamp, UTC).isoformat(timespec="seconds")
            found.append((entry.run_id, at, (entry.dagster_event.message if entry.dagster_event else "") or name))
            after[name] = record.storage_id
    return json.dumps(after), found
