"""What an interval means, with a threshold of 5."""

from __future__ import annotations

import pytest

from pipelines.adversary import verdict
from pipelines.adversary.solve import Interval
from pipelines.adversary.verdict import Verdict


@pytest.mark.parametrize(
    ("low", "high", "of_zero_too", "expected"),
    [
        (0, 5, True, Verdict.PROTECTED),
        (0, None, True, Verdict.PROTECTED),
        (0, 4, False, Verdict.LEAK),
        (1, 9, False, Verdict.LEAK),
        (3, 3, False, Verdict.LEAK),
        (4, 5, False, Verdict.LEAK),
        (0, 0, False, Verdict.NONE),
        (0, 0, True, Verdict.LEAK),
        (5, 5, True, Verdict.TOLD),
        (5, None, False, Verdict.TOLD),
    ],
)
def test_a_verdict(low: int, high: int | None, of_zero_too: bool, expected: Verdict) -> None:
    assert verdict.of(Interval(low, high), 5, of_zero_too) is expected
