"""Which points a chain of the whole suite has."""

from __future__ import annotations

from tests.faults.attack import by_turns


def test_times_take_turns_and_a_single_one_has_each() -> None:
    points = [("write a", 1), ("rename a", 1), ("write a", 5), ("write a", 9), ("fsync a", 2)]
    assert by_turns("intake", points, 0, 2) == [("write a", 1), ("rename a", 1), ("write a", 9), ("fsync a", 2)]
    assert by_turns("intake", points, 1, 2) == [("rename a", 1), ("write a", 5), ("fsync a", 2)]


def test_of_the_whole_command_single_ones_take_turns_too() -> None:
    points = [("write a", 1), ("rename a", 1), ("write a", 5), ("fsync a", 2), ("mkdir a", 1)]
    assert by_turns("run", points, 0, 2) == [("write a", 1), ("rename a", 1), ("mkdir a", 1)]
    assert by_turns("run", points, 1, 2) == [("write a", 5), ("fsync a", 2)]
