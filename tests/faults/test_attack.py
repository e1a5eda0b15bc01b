"""Which points a chain of the whole suite has."""

from __future__ import annotations

from tests.faults.attack import by_turns


def test_times_take_turns_and_a_single_one_has_each() -> None:
    points = [("write a", 1), ("rename a", 1), ("write a", 5), ("write a", 9), ("fsync a", 2)]
    assert by_turns(points, 0, 2) == [("write a", 1), ("rename a", 1), ("write a", 9), ("fsync a", 2)]
    assert by_turns(points, 1, 2) == [("rename a", 1), ("write a", 5), ("fsync a", 2)]
