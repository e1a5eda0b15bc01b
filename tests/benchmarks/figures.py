"""The figures of a job: the same for the same county, table and year, whatever its size. No file is written here.

Series are steady with a little noise, as those of offices are, so that validation has as much to say as of real ones;
small townships have zeros, so that there are rates without a denominator. Every rule of the documents holds.
"""

from __future__ import annotations

import numpy as np

from tests.benchmarks.sizes import MEASURES, TABLES, YEARS

NAMES = [f"m{number:02d}" for number in range(1, MEASURES + 1)]
"""m01 pending at the start, m02 accepted, m03 concluded, m04 pending at the end; m06 to m09 are parts of m05."""


def of_county(county: str, townships: int) -> np.ndarray:
    """Whole numbers, shape (tables, years, 1 + townships, measures): first the county, the sum of its townships."""
    random = np.random.default_rng(int(county))
    shape = (TABLES, YEARS, townships)
    level = random.lognormal(3, 1.2, (TABLES, 1, townships, MEASURES))
    noise = random.normal(1, 0.08, (*shape, MEASURES)).clip(0.6, 1.4)
    found = np.rint(level * noise).astype(np.int64)
    accepted = found[..., 1] + found[..., 0]  # more than whatever was pending, so that no conclusion is below 0
    ends = np.rint(found[..., 3] * 0.2).astype(np.int64)
    starts = np.concatenate([ends[:, :1], ends[:, :-1]], axis=1)
    small = random.random((TABLES, 1, townships)) < 0.02
    accepted, ends, starts = (np.where(small, 0, part) for part in (accepted, ends, starts))
    accepted = np.maximum(accepted, ends - starts)
    found[..., 0], found[..., 1], found[..., 2], found[..., 3] = starts, accepted, starts + accepted - ends, ends
    whole = found[..., 4]
    for column in range(5, 9):
        found[..., column] = np.minimum(found[..., column], whole)
    return np.concatenate([found.sum(axis=2, keepdims=True), found], axis=2)
