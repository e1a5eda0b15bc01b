"""The exact 95 % limits of a counted number of events as a relation, for counts that are small enough to list.

They depend on nothing that was delivered. Larger counts are dbt's business (macro `poisson_limit`), where a series is
as exact as a double can say.
"""

from __future__ import annotations

from functools import cache

COLUMNS: dict[str, str] = {"poisson_limit": "events bigint, lower_limit double, upper_limit double"}
"""relation -> its columns."""

LISTED = 1_000
"""Counts from 0 up to this one are listed."""


@cache
def rows() -> list[tuple[int, float, float]]:
    """(events, lower, upper): between which means of a Poisson distribution so many events are not surprising.

    Garwood's interval: at either limit as many events or more, or fewer, come with a probability of 2.5 %.
    """
    import numpy as np
    from scipy.special import gammaincinv

    events = np.arange(LISTED + 1)
    lower = np.concatenate(([0.0], gammaincinv(events[1:], 0.025)))
    upper = gammaincinv(events + 1, 0.975)
    return list(zip(events.tolist(), lower.tolist(), upper.tolist(), strict=True))
