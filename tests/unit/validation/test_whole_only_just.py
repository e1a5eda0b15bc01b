"""Whole returns beside those of the years before: on either side of each condition and number."""

from __future__ import annotations

import pytest

from pipelines.validation import Rule
from tests.unit.validation.returned import ALL, BEGIN, COUNTY, DRUGS, MEASURES, OTHER, TOWNS, Build, Cell, Figures

RECORDED = (COUNTY, ALL, "recorded")
Known = dict[str, Rule]


@pytest.mark.parametrize("kind", ["repeated", "vanished", "swapped", "allocated"])
def test_every_period_is_looked_at(known: Known, build: Build, kind: str) -> None:
    build.add(0, {RECORDED: None})
    build.add(1, {RECORDED: 0}, season="-07")
    rows = build.asked(known[kind], 'period, "left"', "area_code = ''")
    assert rows == [(str(BEGIN), None), (f"{BEGIN + 1}-07", None)]


@pytest.mark.parametrize("kind", ["vanished", "allocated"])
def test_a_part_of_a_period_is_not_judged(known: Known, build: Build, kind: str) -> None:
    for covers, expected in ((False, {}), (True, {5: [RECORDED]})):
        build.connection.execute("delete from marts.mart_observation where year = ?", [BEGIN + 5])
        for at in range(5) if not covers else ():
            build.add(at, {RECORDED: 20}, beyond=1)
        build.add(5, {RECORDED: 0}, beyond=50, covers=covers)
        assert build.broken(known[kind]) == expected


@pytest.mark.parametrize("kind", ["vanished", "allocated"])
def test_a_month_is_held_against_the_same_one_of_other_years(known: Known, build: Build, kind: str) -> None:
    for at in range(4):
        build.add(at, {RECORDED: 20}, beyond=1, season="-01")
    build.add(4, {RECORDED: 0}, beyond=50, season="-07")
    assert build.broken(known[kind]) == {}
    build.add(4, {RECORDED: 0}, beyond=50, season="-01")
    assert build.broken(known[kind]) == {4: [RECORDED]}


@pytest.mark.parametrize(("before", "expected"), [([12, 12, 1, 12], [4]), ([12, 11, 12, 11], [])])
def test_the_middle_of_the_years_before_decides(
    known: Known, build: Build, before: list[int], expected: list[int]
) -> None:
    for at, value in enumerate([*before, 0]):
        build.add(at, {RECORDED: value})
    assert list(build.broken(known["vanished"])) == expected


def test_a_column_adds_up_the_areas_within_the_unit(known: Known, build: Build) -> None:
    for at in range(5):
        build.add(at, {RECORDED: 20, **{(town, ALL, "recorded"): 10 if at < 4 else 0 for town in TOWNS}})
    assert build.broken(known["vanished"]) == {4: [RECORDED]}


@pytest.mark.parametrize(("drugs", "expected"), [(11, []), (12, [(TOWNS[0], "", "")])])
def test_an_area_adds_up_what_are_no_totals(
    known: Known, build: Build, drugs: int, expected: list[tuple[str, str, str]]
) -> None:
    for at in range(5):
        lost = {(TOWNS[0], breakdown, "recorded"): drugs if at < 4 else 0 for breakdown in (DRUGS, ALL)}
        build.add(at, lost | {(TOWNS[1], breakdown, "recorded"): 90 for breakdown in (DRUGS, ALL)})
    assert build.broken(known["vanished"]).get(4, []) == expected


def test_an_area_that_is_not_given_any_more_is_no_column(known: Known, build: Build) -> None:
    for at in range(5):
        build.add(at, {(TOWNS[0], DRUGS, "recorded"): 30 if at < 4 else None, (TOWNS[1], DRUGS, "recorded"): 30})
    assert build.broken(known["vanished"]) == {}


def after(build: Build, before: Figures, last: Figures) -> None:
    """Four years alike, and the last one."""
    for at in range(4):
        build.add(at, before)
    build.add(4, last)


@pytest.mark.parametrize(("apart", "expected"), [(15, [(TOWNS[0], "", "")]), (14, [])])
@pytest.mark.parametrize("more", [{}, {(town, DRUGS, name): 0 for town in TOWNS for name in MEASURES}])
def test_how_far_apart_two_areas_must_be(
    known: Known, build: Build, apart: int, more: dict[Cell, int], expected: list[tuple[str, str, str]]
) -> None:
    """Of two measures, which move together: by 3 usual distances of 10 each, there and back; nothing is known of 0."""
    one, other = (
        {(town, ALL, name): figure for town, figure in zip(TOWNS, sizes, strict=True) for name in MEASURES}
        for sizes in ((100, 100 + apart), (100 + apart, 100))
    )
    after(build, one | more, other | more)
    assert [place for place in build.broken(known["swapped"]).get(4, []) if place[0] in TOWNS] == expected


@pytest.mark.parametrize(("apart", "expected"), [(15, [(COUNTY, DRUGS, "")]), (14, [])])
def test_how_far_apart_two_classes_must_be(
    known: Known, build: Build, apart: int, expected: list[tuple[str, str, str]]
) -> None:
    one, other = (
        {(town, kind, "recorded"): size for kind, size in zip((DRUGS, OTHER), sizes, strict=True) for town in TOWNS}
        for sizes in ((100, 100 + apart), (100 + apart, 100))
    )
    after(build, one, other)
    assert build.broken(known["swapped"]).get(4, []) == expected


@pytest.mark.parametrize(("role", "most"), [("area", 675), ("class", 600)])
@pytest.mark.parametrize("beyond", [-1, 1])
def test_how_many_times_nearer_to_each_other_they_must_be(
    known: Known, build: Build, role: str, most: int, beyond: int
) -> None:
    """Two that were 900 apart move towards each other: by 675 each they are three times as near to the other's past."""
    moved = most + beyond
    cells = {
        "area": [[(town, kind, name) for kind in (DRUGS, OTHER) for name in MEASURES] for town in TOWNS],
        "class": [[(town, kind, "recorded") for town in TOWNS] for kind in (DRUGS, OTHER)],
    }[role]
    before, last = (
        {cell: size for group, size in zip(cells, sizes, strict=True) for cell in group}
        for sizes in ((1000, 1900), (1000 + moved, 1900 - moved))
    )
    after(build, before, last)
    found = [place for place in build.broken(known["swapped"]).get(4, []) if (place[1] != "") == (role == "class")]
    assert len(found) == (beyond > 0)


def test_a_single_figure_is_not_two_that_changed_places(known: Known, build: Build) -> None:
    one, other = ({(TOWNS[0], ALL, "recorded"): a, (TOWNS[1], ALL, "recorded"): b} for a, b in ((100, 900), (900, 100)))
    after(build, one, other)
    assert build.broken(known["swapped"]) == {}
