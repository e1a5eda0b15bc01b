"""How far chance reaches, by other means than the build's: the check on its intervals and on what it says of the
reliability of a verdict. Nothing else belongs here.

Reliability is found without any limit: a target lies inside Wilson's interval when the score test does not reject it,
and inside the exact Poisson one when neither tail is below 2.5 %.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

WITH_INTERVAL = ("proportion", "survey_share", "rate_per_n")
"""Kinds that have one."""

_TAIL = 0.025
_Z2 = Fraction("3.8414588206941244763470422185465")
"""The square of the 97.5 % quantile of the normal distribution."""
SMALL_BASE = 20
"""A ratio of two flows on fewer says so."""
_CLOSE = 2e-6
"""Limits are published at six decimals."""


def reliability(
    kind: str, numerator: int, denominator: int, operator: str, goal: tuple[int, int], qualifier: str
) -> str:
    """What must stand beside a verdict of met or not_met; `goal`: the target as a ratio, its two whole numbers."""
    if operator == "=" or kind in ("count", "census_share", "share_of_areas"):
        return "complete"
    if kind not in WITH_INTERVAL:
        return "small_base" if kind == "flow_ratio" and denominator < SMALL_BASE else "not_applicable"
    sides = _poisson if kind == "rate_per_n" else _wilson
    lower_is_below, upper_is_above = sides(numerator, denominator, *goal)
    if (lower_is_below or qualifier == "at_most") and (upper_is_above or qualifier == "at_least"):
        return "undetermined" if kind == "survey_share" else "within_chance"
    return "clear"


def _wilson(k: int, n: int, goal: int, of: int) -> tuple[bool, bool]:
    """Is the lower limit below the target, is the upper one above it? By whole numbers."""
    if not 0 <= k <= n:
        return True, True
    away = k * of - n * goal
    within = away**2 * _Z2.denominator < _Z2.numerator * n * goal * (of - goal)
    return goal >= of or away < 0 or within, goal <= 0 or away > 0 or within


def _poisson(k: int, n: int, goal: int, of: int) -> tuple[bool, bool]:
    from scipy.special import gammainc, gammaincc

    mean = n * goal / of
    if k < 0 or mean <= 0:
        return k < 0, True
    return k == 0 or bool(gammainc(k, mean) > _TAIL), bool(gammaincc(k + 1, mean) > _TAIL)


def interval(kind: str, k: int, n: int, multiplier: int) -> tuple[float, float] | None:
    """The limits in the units shown; None where the kind has none, or the figure cannot be one of its kind."""
    if kind not in WITH_INTERVAL or k < 0 or (kind != "rate_per_n" and k > n):
        return None
    if kind == "rate_per_n":
        from scipy.special import chdtri

        limits = chdtri(2 * k, 1 - _TAIL) / 2 if k else 0.0, chdtri(2 * k + 2, _TAIL) / 2
        return tuple(float(limit) / n * multiplier for limit in limits)  # pyright: ignore[reportReturnType]
    z2, share = float(_Z2), k / n
    centre, reach = share + z2 / (2 * n), sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    return (centre - reach) / (1 + z2 / n) * multiplier, (centre + reach) / (1 + z2 / n) * multiplier


def limits(found: str, kind: str, k: int | None, n: int | None, multiplier: int, qualifier: str) -> str:
    """The text of the limits that must be published, `low … high`, – for none: `found` itself where it is as close
    as can be.
    """
    low, high = found.split(" … ")
    made = None if k is None or not n else interval(kind, k, n, multiplier)
    wanted = ["–", "–"] if made is None else [f"{limit:.6f}" for limit in made]
    if qualifier == "at_most":
        wanted[0] = "–"
    if qualifier == "at_least":
        wanted[1] = "–"
    return " … ".join(
        said if said != "–" != want and abs(float(said) - float(want)) <= _CLOSE + abs(float(want)) * 1e-9 else want
        for said, want in zip((low, high), wanted, strict=True)
    )
