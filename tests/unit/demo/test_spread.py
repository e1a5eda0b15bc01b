from __future__ import annotations

import random

import pytest

from pipelines.demo.spread import chance, jitter, spread


@pytest.mark.parametrize("seed", range(200))
def test_parts_add_up_and_stay_under_their_caps(seed: int) -> None:
    draw = random.Random(seed)
    caps = [draw.randint(0, 9) for _ in range(draw.randint(1, 20))]
    total = draw.randint(0, sum(caps))
    given = spread(total, [draw.random() * draw.choice([0, 1, 1]) for _ in caps], caps)
    assert sum(given) == total
    assert all(part <= cap for part, cap in zip(given, caps, strict=True))


def test_shares_follow_the_weights() -> None:
    assert spread(60, [1, 2, 3]) == [10, 20, 30]
    assert spread(2, [1, 1, 5]) == [0, 0, 2]
    assert spread(0, [1, 1]) == [0, 0]


def test_caps_that_are_too_small_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be shared out"):
        spread(5, [1, 1], [2, 2])


def test_chance_depends_on_the_key_alone() -> None:
    assert chance("a", 1).random() == chance("a", 1).random() != chance("a", 2).random()
    assert jitter(0, "a") == 1
    assert all(0.9 <= jitter(0.1, key) <= 1.1 for key in range(100))
