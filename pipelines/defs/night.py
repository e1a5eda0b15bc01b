"""When the nightly run begins. Imports no Dagster: whoever only tells the time needs none."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HOUR, MINUTE = 1, 30
"""By the calendar's time zone. Where daylight saving skips or repeats this hour, the night still has one run."""

CRON = f"{MINUTE} {HOUR} * * *"


def next_tick(zone: str, now: datetime | None = None) -> datetime:
    """The next beginning after `now`, in the zone."""
    here = (now or datetime.now(ZoneInfo(zone))).astimezone(ZoneInfo(zone))
    tick = here.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    return tick if tick > here else tick + timedelta(days=1)
