"""Moments as the office's clock has them: the day of a receipt, the latest day a table can have been prepared on."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipelines.contracts import Catalog


def local(catalog: Catalog, moment: str = "") -> datetime:
    """An ISO moment (default: now) in the time zone of the calendar."""
    found = datetime.fromisoformat(moment) if moment else datetime.now(UTC)
    return found.astimezone(ZoneInfo(catalog.calendar.time_zone))


def day(catalog: Catalog, moment: str = "") -> str:
    """Its ISO day: nothing that was received then can have been prepared later."""
    return local(catalog, moment).date().isoformat()
