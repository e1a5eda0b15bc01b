"""What is owed, from rules, areas and postponements; never from what arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipelines.contracts import Catalog, load
from pipelines.contracts.base import Label
from pipelines.contracts.periods import parse
from pipelines.contracts.programme import Postponement
from pipelines.contracts.returns import Due, Return
from pipelines.home import PROJECT
from pipelines.warehouse import due

WORDS = Label(en="because", zh="因为")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


def _with_due(catalog: Catalog, **rule: Any) -> Return:
    table = next(iter(catalog.returns.values()))
    return table.model_copy(
        update={"due": Due.model_validate({"areas": table.due.areas, "days_after_end": 31, **rule})}
    )


def test_years_and_months_from_first_to_last(catalog: Catalog) -> None:
    yearly = _with_due(catalog, **{"every": "year", "from": "3018-07-01/P1Y", "until": "3021"})
    found = [p.text for p in due.periods(yearly, date.max)]
    assert found == ["3018-07-01/P1Y", "3019-07-01/P1Y", "3020-07-01/P1Y"]
    monthly = _with_due(catalog, **{"every": "month", "from": "3019"})
    assert [p.text for p in due.periods(monthly, date(3019, 4, 1))] == ["3019-01", "3019-02", "3019-03"]
    assert [p.text for p in due.periods(monthly, date(3019, 3, 31))] == ["3019-01", "3019-02"]


def test_a_due_day_has_passed_the_day_after(catalog: Catalog) -> None:
    first = min(parse(t.due.start).end for t in catalog.returns.values())
    passed = first + timedelta(days=min(t.due.days_after_end for t in catalog.returns.values()))
    assert not any(row[5] for row in due.expected(catalog, passed))
    assert any(row[5] for row in due.expected(catalog, passed + timedelta(days=1)))
    assert all(row[4] >= first.isoformat() for row in due.expected(catalog, passed))


def test_the_nearest_postponement_counts(catalog: Catalog) -> None:
    table = next(iter(catalog.returns.values()))
    period = parse(table.due.start)
    days = [period.end + timedelta(days=100 + n) for n in range(4)]
    moved = [
        Postponement(table=table.table, period=period.text, due_on=days[0], because=WORDS),
        Postponement(office=table.office, period=period.text, due_on=days[1], because=WORDS),
        Postponement(period=period.text, due_on=days[2], because=WORDS),
        Postponement(office="another", period=period.text, due_on=days[3], because=WORDS),
    ]
    for number in range(3):
        calendar = catalog.calendar.model_copy(update={"postponements": moved[number:]})
        assert due.due_day(replace(catalog, calendar=calendar), table, period) == days[number]
