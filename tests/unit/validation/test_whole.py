"""Whole returns beside those of the years before: what is found, and what is only just not."""

from __future__ import annotations

import pytest

from pipelines.validation import Rule
from tests.unit.validation.returned import ALL, COUNTY, DRUGS, MEASURES, TOWNS, Build, figures, usual


def test_a_return_whose_figures_all_come_again(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, figures(4, 9 + 2, 5, 11))
    build.add(6, figures(4, 9 + 2, 5, 11) | {(TOWNS[0], DRUGS, "cleared"): 41})
    assert build.broken(known["repeated"]) == {5: [(COUNTY, "", "")]}


def test_few_digits_come_again_by_chance(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, value in enumerate((12345, 12345, 123456, 123456)):
        build.add(at, {cell: value, (TOWNS[0], ALL, "recorded"): 0})
    assert list(build.broken(known["repeated"])) == [3]


def test_a_column_and_an_area_that_come_to_nothing(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, {cell: 0 if cell[1:] == (DRUGS, "cleared") else v for cell, v in figures(4, 9, 5, 11).items()})
    assert build.broken(known["vanished"]) == {5: [(COUNTY, DRUGS, "cleared")]}
    build.add(6, {cell: 0 if cell[0] == TOWNS[1] else v for cell, v in figures(4, 9, 5, 11).items()})
    assert build.broken(known["vanished"])[6] == [(TOWNS[1], "", "")]


@pytest.mark.parametrize(
    ("before", "expected"), [([12] * 4, [4]), ([11] * 4, []), ([12] * 3, []), ([99, 99, 99, 0], [])]
)
def test_how_much_is_too_much_to_vanish(
    known: dict[str, Rule], build: Build, before: list[int], expected: list[int]
) -> None:
    for at, value in enumerate([*before, 0]):
        build.add(at, {(COUNTY, ALL, "recorded"): value})
    assert list(build.broken(known["vanished"])) == expected


def test_a_column_that_is_not_given_any_more(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, value in enumerate((0, None, None, 3)):
        build.add(at, {cell: value, (COUNTY, ALL, "cleared"): 1})
    assert build.broken(known["vanished"]) == {1: [cell]}, "said once, when it happens"


def test_two_areas_or_classes_that_changed_places(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, figures(12, 4, 5, 11))
    assert build.broken(known["swapped"]) == {5: [(TOWNS[0], "", "")]}
    build.add(6, figures(4, 11, 11, 5))
    assert build.broken(known["swapped"])[6] == [(COUNTY, DRUGS, "")]


def test_two_measures_that_changed_places(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    sound, other = figures(4, 9, 5, 11), dict(zip(MEASURES, reversed(MEASURES), strict=True))
    build.add(5, {cell: sound[cell[0], cell[1], other[cell[2]]] for cell in sound})
    assert build.broken(known["swapped"]) == {5: [(COUNTY, "", "cleared")]}


def test_areas_that_are_alike_may_overtake_each_other(known: dict[str, Rule], build: Build) -> None:
    for at in range(5):
        build.add(at, figures(40 + at % 2, 42 + at % 2, 5, 11))
    build.add(5, figures(42, 41, 5, 11))
    assert build.broken(known["swapped"]) == {}


def test_areas_that_moved_to_the_middle_are_not_each_other(known: dict[str, Rule], build: Build) -> None:
    for at in range(5):
        build.add(at, figures(400, 900, 5, 11))
    build.add(5, figures(700, 600, 5, 11))  # by 200 from the other's past, by 300 from their own
    build.add(6, figures(890, 410, 5, 11))
    assert list(build.broken(known["swapped"])) == [6]


def test_what_could_not_be_allocated(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, beyond in enumerate((0, 5, 2, 0, 10, 21, 42, 85)):
        build.add(at, {cell: 1000 + at}, beyond)
    assert list(build.broken(known["allocated"])) == [5, 7], "more than twice the most before"
