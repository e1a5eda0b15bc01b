"""The order of arrival changes nothing: the same submissions give the same marts, and what was said stays said.

A build costs the planning of its models, whatever it reads: so one holds the histories of many counties.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, load
from tests.compiled import Models, compiled, rows
from tests.flow.conftest import ANOTHER_ORDER, command
from tests.histories import (
    COUNTIES,
    MANY_COUNTIES,
    TODAY,
    Cell,
    Event,
    among_each_other,
    corrected,
    correction,
    histories,
    in_force,
    interleaved,
    landed,
    towns_of,
)  # fmt: skip
from tests.unit.validation.trial import documents

Marts = dict[str, list[tuple[Any, ...]]]

MISREAD = "corrections/misread.yaml"
"""A correction that `trial` has, of what never occurs here."""
CORRECTED: dict[Cell, int] = {
    cell: Event(cell[0], cell[3], 1, 0, "", county=county).cells()[cell]
    for county in COUNTIES
    for cell in (
        ("caseload", "accepted", county, "2004", "_T"),
        ("crime", "cleared", towns_of(county)[1], "2003", "kind=all"),
    )
}
"""Cell -> what the source must say for its correction to be in effect: what one of the possible contents says. Each
county has one of a figure of its own and one of a town's."""
CORRECTIONS = {
    f"corrections/more_{cell[0]}_{cell[2]}.yaml": correction(cell, value) for cell, value in CORRECTED.items()
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compiled(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(documents(tmp_path_factory.mktemp("documents"), MANY_COUNTIES | CORRECTIONS, without=(MISREAD,)))


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
    _same(arrived, _marts(models, catalog, _by_preparation(order)), events, "by preparation")
    _same(arrived, _marts(models, catalog, order), events, "in another order")
    ours, theirs = _delivered(arrived), corrected(in_force(events), CORRECTED)
    theirs = {cell: value for cell, value in theirs.items() if value is not None or cell in ours}
    _same({"in force": [*ours.items()]}, {"in force": [*theirs.items()]}, events, "by the rules")
    then, now = _marts(models, catalog, events[:known]), _marts(models, catalog, events, known)
    del then["dim_period"], now["dim_period"]  # lists the periods of all that ever came
    _same(now, then, events, f"when {known} were known")


def _same(ours: Marts, theirs: Marts, events: list[Event], what: str) -> None:
    """Raises AssertionError with the rows that only one of both has, and the histories of the counties they are of."""
    assert ours.keys() == theirs.keys()
    found: list[str] = []
    for mart in ours:
        one, other = Counter(map(repr, ours[mart])), Counter(map(repr, theirs[mart]))
        found += [f"{mart}, as they arrived: {row}" for row in (one - other).elements()]
        found += [f"{mart}, {what}: {row}" for row in (other - one).elements()]
    of_them = {county for county in COUNTIES if any(county in row for row in found)}
    came = [repr(event) for event in events if event.county in of_them]
    assert not found, "\n".join([f"{len(found)} rows differ:", *found[:20], "What arrived there:", *came])


def _case(models: Models, catalog: Catalog, data: st.DataObject, counties: Sequence[str]) -> None:
    events = data.draw(interleaved(counties))
    order = data.draw(st.permutations(events))
    # of many counties a cut in the middle: near an end most are known wholly, or not at all
    margin = len(events) // 4 if len(counties) > 1 else 0
    known = data.draw(st.integers(1 + margin, len(events) - margin))
    _hold(models, catalog, events, list(order), known)


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_some_histories(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    _case(models, catalog, data, COUNTIES)


@pytest.mark.slow
# twenty, and two more as some have the histories of another in an order of their own
@settings(max_examples=22, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_two_hundred_histories(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    _case(models, catalog, data, COUNTIES)


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_some_histories_alone(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    _case(models, catalog, data, COUNTIES[:1])


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_histories_alone(models: Models, catalog: Catalog, data: st.DataObject) -> None:
    """Where ten counties send, hardly a table or year is missing everywhere: here most are."""
    _case(models, catalog, data, COUNTIES[:1])


FIRST = (Event("crime", "2003", 0, 0, "2005-01-05"), Event("caseload", "2003", 0, 0, "2005-01-05"))
"""Without any figure there is no release."""


@pytest.mark.slow
def test_five_histories_through_the_full_flow(tmp_path: Path) -> None:
    five: list[list[Event]] = []
    _five(five)
    counties, chance = COUNTIES[: len(five)], random.Random(5)
    first = [replace(event, county=county) for county in counties for event in FIRST]
    drawn = dict(zip(counties, five, strict=True))
    events = _possible([*first, *among_each_other(drawn, lambda turns: chance.sample(turns, len(turns)))])
    contracts = documents(tmp_path / "documents", MANY_COUNTIES, without=(MISREAD,))
    arrived, in_order = tmp_path / "arrived", tmp_path / "in order"
    for event in events:
        _deliver(arrived, contracts, event, events)
        if event == events[len(events) // 2]:
            _run(arrived, contracts)
    _correct(contracts, events)
    _run(arrived, contracts)
    for event in _by_preparation(events):
        _deliver(in_order, contracts, event, events)
    _run(in_order, contracts, ANOTHER_ORDER)
    marts = _published(arrived)
    assert len(marts["mart_correction"]) == len(five) == 5
    _same(marts, _published(in_order), events, "by preparation")
    ours, theirs = _delivered(marts), corrected(in_force(events), _of_first(events))
    _same({"in force": [*ours.items()]}, {"in force": [*theirs.items()]}, events, "by the rules")
    releases = json.loads(_yearbook(arrived, contracts, "release", "list", "--json"))
    ids = [release["release_id"] for release in releases if release["kind"] == "candidate"]
    assert len(ids) == 2
    for id in ids:
        _yearbook(arrived, contracts, "release", "verify", id)
        _yearbook(arrived, contracts, "release", "rebuild", id, prefix=ANOTHER_ORDER)


@settings(max_examples=5, derandomize=True, phases=[Phase.generate])
@given(events=histories().filter(lambda events: len(events) >= 5))
def _five(found: list[list[Event]], events: list[Event]) -> None:
    found.append(events)


def _of_first(events: list[Event]) -> dict[Cell, int]:
    """Cell of the courts' figure that `FIRST` brought in a county -> what is in force of it by now."""
    found = in_force(events).items()
    return {cell: value for cell, value in found if cell[0] == "caseload" and cell[3] == "2003" and value is not None}


def _correct(contracts: Path, events: list[Event]) -> None:
    """One more is counted from now on in what `FIRST` brought, whatever is in force of it by now."""
    added = {
        f"corrections/more_caseload_{cell[2]}.yaml": correction(cell, standing)
        for cell, standing in _of_first(events).items()
    }
    documents(contracts, MANY_COUNTIES | added, without=(MISREAD,))


def _possible(events: list[Event]) -> list[Event]:
    """Who supersedes names an accepted submission: where none came before that was prepared before, it does not."""
    return list(dict.fromkeys(e if _superseded(e, events) else replace(e, supersedes=False) for e in events))


def _superseded(event: Event, events: list[Event]) -> Event | None:
    before = [e for e in events[: events.index(event)] if e.slice == event.slice and e.prepared_on < event.prepared_on]
    return before[0] if event.supersedes and before else None


def _by_preparation(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.prepared_on, event.revision, event.id))


def _deliver(home: Path, contracts: Path, event: Event, events: list[Event]) -> None:
    _yearbook(home, contracts, *_words(home, contracts, event, events))


def _words(home: Path, contracts: Path, event: Event, events: list[Event]) -> list[str]:
    """The words that deliver it. An id that it supersedes is what `check` says of the file superseded."""
    files = home.parent / "files"
    files.mkdir(exist_ok=True)
    other = _superseded(event, events)
    if other is None:
        return event.write(files)
    asked = _words(home, contracts, other, events)[1:]
    (found,) = json.loads(_yearbook(home, contracts, "check", *asked, "--json"))["submissions"]
    return event.write(files, found["submission_id"])


def _run(home: Path, contracts: Path, prefix: tuple[str, ...] = ()) -> None:
    _yearbook(home, contracts, "run", prefix=prefix)


def _yearbook(home: Path, contracts: Path, *words: str, prefix: tuple[str, ...] = ()) -> str:
    done = command(home, *words, contracts=contracts, prefix=prefix)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def _published(home: Path) -> Marts:
    """The marts of the current release, without the quality report (it speaks of one run)."""
    with duckdb.connect(str(home / "releases" / "current" / "yearbook.duckdb"), read_only=True) as connection:
        sql = "select table_name from information_schema.tables where table_type = 'BASE TABLE'"
        names = [name for (name,) in connection.execute(sql).fetchall() if name != "mart_quality"]
        return {name: rows(connection, name) for name in sorted(names)}
