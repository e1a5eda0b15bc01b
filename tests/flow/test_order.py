"""The order of arrival changes nothing: the same submissions give the same marts, and what was said stays said."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, load
from tests.compiled import Models, compiled
from tests.histories import TODAY, WITHOUT_LIMITS, Event, histories, in_force, landed
from tests.unit.validation.trial import documents

Marts = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compiled(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(documents(tmp_path_factory.mktemp("documents"), WITHOUT_LIMITS))


def _marts(models: Models, catalog: Catalog, events: list[Event], as_of: int | None = None) -> Marts:
    """The marts of a history, or what was known after its first `as_of` events."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = landed(events).write(catalog, Path(folder), date.fromisoformat(TODAY))
        return models.marts(inputs, "9999" if as_of is None else f"{as_of - 1:09d}", tests=as_of is None)


def _delivered(marts: Marts) -> dict[Any, int | None]:
    """Cell -> value of what was delivered, None where it vanished; the mart's first columns are its key.

    Cells that only wait for a person are left out.
    """
    rows = [row for row in marts["mart_observation"] if row[12] == "delivered"]
    return {row[:5]: row[8] for row in rows if row[8] is not None or row[11] == "vanished"}


def _hold(models: Models, catalog: Catalog, events: list[Event], order: list[Event], known: int) -> None:
    arrived = _marts(models, catalog, events)
    by_preparation = sorted(order, key=lambda event: (event.prepared_on, event.revision, event.id))
    assert arrived == _marts(models, catalog, by_preparation)
    assert arrived == _marts(models, catalog, order)
    ours, theirs = _delivered(arrived), in_force(events)
    assert {cell: value for cell, value in theirs.items() if value is not None or cell in ours} == ours
    then, now = _marts(models, catalog, events[:known]), _marts(models, catalog, events, known)
    for mart in then:
        if mart != "dim_period":  # lists the periods of all that ever came
            assert now[mart] == then[mart], mart


def _case(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    events = data.draw(histories())
    order = data.draw(st.permutations(events))
    _hold(models, catalog, events, list(order), data.draw(st.integers(1, len(events))))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_some_histories(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    _case(models, catalog, data)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_two_hundred_histories(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    _case(models, catalog, data)
