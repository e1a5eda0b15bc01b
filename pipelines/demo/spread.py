"""Chance that repeats, and whole numbers shared out: the arithmetic of the demo. Knows nothing of returns."""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence


def chance(*key: Hashable) -> random.Random:
    """A generator of its own for a key: the same numbers whatever was drawn before, on every machine."""
    return random.Random("|".join(str(part) for part in key))


def jitter(width: float, *key: Hashable) -> float:
    """A factor within 1 - width .. 1 + width, most often near 1."""
    return 1 + chance(*key).triangular(-width, width, 0) if width else 1.0


def spread(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Whole numbers that add up to `total`, nearly in proportion to `weights`, none above its cap.

    Raises ValueError when the caps cannot hold the total.
    """
    room = [total] * len(weights) if caps is None else list(caps)
    if sum(room) < total:
        raise ValueError(f"{total} cannot be shared out under caps that add up to {sum(room)}")
    given = [0] * len(weights)
    left = total
    while left:
        open_ = [at for at in range(len(weights)) if room[at] and weights[at] > 0]
        open_ = open_ or [at for at in range(len(weights)) if room[at]]
        whole = sum(weights[at] for at in open_) or len(open_)
        quota = {at: left * (weights[at] or 1) / whole for at in open_}
        steps = {at: min(int(quota[at]), room[at]) for at in open_}
        if not any(steps.values()):
            largest = sorted(open_, key=lambda at: (-(quota[at] % 1), at))
            steps = dict.fromkeys(largest[:left], 1)
        for at, step in steps.items():
            step = min(step, left)
            given[at] += step
            room[at] -= step
            left -= step
    return given
