"""What there is to read again: stored returns of some reference years that today's documents may read otherwise.

Only asked of the register, year by year; no file is opened. A year's answer is worked out when its turn comes, so that
memory does not grow with the years and a second call after a crash goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.home import Home
from pipelines.intake import documents, identify, periods, store
from pipelines.intake.verdicts import Rejection
from pipelines.landing import register, seals

_delivery, _submission, _rereading = register.delivery.c, register.submission.c, register.rereading.c


@dataclass(frozen=True)
class Asked:
    """What a backfill is asked for: reference years, offices (none named: every one), received by when."""

    years: tuple[int, ...]
    offices: frozenset[str] = frozenset()
    until: datetime | None = None

    @property
    def received_until(self) -> str:
        """As the register writes it."""
        return self.until.astimezone(UTC).isoformat(timespec="seconds") if self.until else "9999"

    def covers(self, period: str) -> bool:
        """Does a period end in one of the years? One that is not known may."""
        return not period or parse(period).year in self.years


@dataclass
class Year:
    """What a reference year has: deliveries to read again with where their bytes are, in order of arrival.

    With each delivery go the `years` asked for that it holds, or may hold. `current`: how many need no reading, since
    today's documents have judged them. `gone`: sentences on those whose file is not in the store any more.
    """

    year: int
    again: list[tuple[dict[str, Any], Path]] = field(default_factory=list)
    current: int = 0
    gone: list[str] = field(default_factory=list)


def plan(home: Home, catalog: Catalog, asked: Asked) -> Iterator[Year]:
    """Each year in turn, as the register stands at that moment. A delivery of several years comes with the first."""
    by = documents.digest(catalog)
    unplaced = _unplaced(home, catalog, asked)
    met: set[int] = set()
    for year in asked.years:
        done = set(
            _numbers(home, sa.select(_rereading.delivery).where(_rereading.year == year, _rereading.documents == by))
        )
        found = Year(year)
        numbers: dict[int, bool] = {}  # delivery -> does it need it?
        for number, lines in groupby(_lines(home, asked, year), key=lambda line: line["delivery"]):
            numbers[number] = _needed(catalog, by, list(lines))
        for number, of_year in unplaced.items():
            if of_year in (None, year):
                numbers[number] = True
        wanted = [number for number, needed in numbers.items() if needed and number not in done | met]
        found.current = len(numbers) - len(wanted) - len(met & numbers.keys())
        met |= set(wanted)
        held = _held(home, wanted, asked)
        for row in _rows(home, wanted):
            row["years"] = asked.years if row["number"] in unplaced else sorted(held[row["number"]])
            try:
                found.again.append((row, store.find(home, row["sha256"])))
            except FileNotFoundError:
                found.gone.append(
                    f"{row['file_name']} (delivery {row['number']}, received {row['received_at'][:10]}) cannot be read "
                    "again: its file is not in the store any more. What was read of it stands."
                )
        yield found


def _needed(catalog: Catalog, by: str, lines: Sequence[dict[str, Any]]) -> bool:
    """Does some table, period and unit of a delivery lack a reading that today's documents would give again?

    What is in it twice (accepted, and the same sent again) is read with the delivery that brought it.
    """
    read: dict[tuple[str, str, str], bool] = {}
    for line in lines:
        place = (line["table_id"], line["period"], line["unit"])
        as_today = {
            "accepted": line["contract_hash"] == documents.contract(catalog, line["table_id"]),
            "repeated": True,
            "rejected": line["documents"] == by,
        }[line["verdict"]]
        read[place] = read.get(place, False) or as_today
    return not all(read.values())


def _lines(home: Home, asked: Asked, year: int) -> list[dict[str, Any]]:
    """The submissions of a year, those of one delivery side by side."""
    known = register.rows(home, sa.select(_submission.period).where(_submission.period != "").distinct())
    ending = [row["period"] for row in known if parse(row["period"]).year == year]
    columns = (
        _submission.delivery, _submission.table_id, _submission.period, _submission.unit, _submission.verdict,
        _submission.contract_hash, _delivery.documents,
    )  # fmt: skip
    query = sa.select(*columns).join(register.delivery, _submission.delivery == _delivery.number)
    query = query.where(_submission.period.in_(ending), _delivery.received_at <= asked.received_until)
    if asked.offices:
        query = query.where(_submission.office.in_(sorted(asked.offices)))
    return register.rows(home, query.order_by(_submission.delivery, _submission.number))


def _unplaced(home: Home, catalog: Catalog, asked: Asked) -> dict[int, int | None]:
    """Deliveries that were rejected before it was known what period is in them -> the year that they themselves name.

    None: they name none, so that it may be any.
    """
    placed = sa.select(_submission.delivery).where(_submission.period != "")
    vague = sa.select(_submission.delivery).where(_submission.period == "")
    query = sa.select(register.delivery).where(
        _delivery.verdict.in_(("rejected", "partly")),
        _delivery.documents != documents.digest(catalog),
        _delivery.received_at <= asked.received_until,
        _delivery.number.not_in(placed) | _delivery.number.in_(vague),
    )
    found: dict[int, int | None] = {}
    for row in register.rows(home, query.order_by(_delivery.number)):
        office, year = _named(catalog, row)
        if not asked.offices or office in ("", *asked.offices):
            found[row["number"]] = year
    return found


def _named(catalog: Catalog, row: dict[str, Any]) -> tuple[str, int | None]:
    """The office ('' when it is not said) and year that a delivery's words and file name say."""
    try:
        told = identify.from_options(json.loads(row["declared"]))
        declared = identify.addressed(catalog, told.over(identify.from_name(catalog, row["file_name"])))
    except Rejection:
        return "", None
    table = identify.find_table(catalog, declared.table) if declared.table else None
    try:
        period = periods.read(declared.period, table.period.calendar if table else "gregorian")
        return declared.office, parse(period).year
    except ValueError:
        return declared.office, None


def _held(home: Home, numbers: Sequence[int], asked: Asked) -> dict[int, set[int]]:
    """Delivery -> the years asked for that it is known to hold."""
    found: dict[int, set[int]] = {}
    query = sa.select(_submission.delivery, _submission.period).where(_submission.period != "").distinct()
    for part in _parts(numbers):
        for row in register.rows(home, query.where(_submission.delivery.in_(part))):
            if (year := parse(row["period"]).year) in asked.years:
                found.setdefault(row["delivery"], set()).add(year)
    return found


def _rows(home: Home, numbers: Sequence[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in _parts(sorted(numbers)):
        query = sa.select(register.delivery).where(_delivery.number.in_(part)).order_by(_delivery.number)
        found += seals.held(register.delivery, register.rows(home, query))
    return found


def _numbers(home: Home, query: sa.Select[Any]) -> list[int]:
    return [number for row in register.rows(home, query) for number in row.values()]


def _parts(numbers: Sequence[int], size: int = 1000) -> Iterator[Sequence[int]]:
    """So many at once that no database minds."""
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
