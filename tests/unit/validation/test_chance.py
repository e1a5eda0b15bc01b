"""Reliability without limits, and limits by other formulas, against scipy's intervals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from pipelines.validation.chance import interval, limits, reliability

MOST = 10**9


@pytest.mark.parametrize(
    ("kind", "top", "bottom", "operator", "goal", "expected"),
    [
        ("proportion", 1749, 2500, ">=", 70, "within_chance"),  # 69.96
        ("proportion", 7, 10, ">=", 70, "within_chance"),
        ("proportion", 900, 1000, ">=", 70, "clear"),
        ("proportion", 3, 3, "=", 100, "complete"),
        ("proportion", 5, 5, ">=", 100, "clear"),  # nothing lies above 100
        ("proportion", 1, 1, ">=", 70, "within_chance"),
        ("survey_share", 900, 1000, ">=", 90, "undetermined"),
        ("survey_share", 700, 1000, ">=", 90, "clear"),
        ("flow_ratio", 0, 19, "<=", 3, "small_base"),
        ("flow_ratio", 3, 100, "<=", 3, "not_applicable"),
        ("flow_ratio", 51, 50, ">=", 100, "not_applicable"),
        ("flow_ratio", 4, 4, "=", 100, "complete"),
        ("change", 3, 4, "<=", 10, "not_applicable"),
        ("count", 1, 1, "<=", 3, "complete"),
        ("census_share", 9, 10, ">=", 90, "complete"),
        ("share_of_areas", 9, 16, ">=", 50, "complete"),
        ("rate_per_n", 0, 1000, "<=", 0, "clear"),  # no event, and none allowed
        ("rate_per_n", 0, 100, "<=", 1, "within_chance"),
        ("rate_per_n", 900, 1000, "<=", 1, "clear"),
    ],
)
def test_by_kind(kind: str, top: int, bottom: int, operator: str, goal: int, expected: str) -> None:
    assert reliability(kind, top, bottom, operator, (goal, 100), "") == expected


@pytest.mark.parametrize(
    ("top", "qualifier", "expected"),
    [
        (90, "at_least", "clear"),  # more would be further away
        (72, "at_least", "within_chance"),
        (50, "at_most", "clear"),
        (50, "at_least", "within_chance"),  # it may be anything above
        (90, "at_most", "within_chance"),
    ],
)
def test_a_bound_is_open_on_its_other_side(top: int, qualifier: str, expected: str) -> None:
    assert reliability("proportion", top, 100, ">=", (70, 100), qualifier) == expected


@given(st.integers(1, MOST), st.data(), st.integers(1, 999))
def test_shares_agree_with_the_limits_of_scipy(n: int, data: st.DataObject, per_mille: int) -> None:
    k = data.draw(st.integers(0, n))
    found = binomtest(k, n).proportion_ci(method="wilson")
    goal = per_mille / 1000
    assume(min(abs(found.low - goal), abs(found.high - goal)) > 1e-9)
    expected = "within_chance" if found.low < goal < found.high else "clear"
    assert reliability("proportion", k, n, ">=", (per_mille, 1000), "") == expected
    assert interval("proportion", k, n, 1) == pytest.approx((found.low, found.high), rel=0, abs=1e-9)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.fractions(min_value=Fraction(1, 100), max_value=3))
def test_events_agree_with_the_limits_of_scipy(k: int, n: int, times: Fraction) -> None:
    goal = times * max(k, 1) / n
    low, high = chi2.ppf(0.025, 2 * k) / 2 if k else 0.0, chi2.ppf(0.975, 2 * k + 2) / 2
    mean = float(goal * n)
    assume(min(abs(low - mean), abs(high - mean)) > 1e-9 * max(mean, 1))
    expected = "within_chance" if low < mean < high else "clear"
    assert reliability("rate_per_n", k, n, "<=", goal.as_integer_ratio(), "") == expected
    assert interval("rate_per_n", k, n, n) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


def test_limits_are_those_published_where_they_are_as_close_as_can_be() -> None:
    assert limits("29.930000 … 60.000000", "count", 5, 1, 1, "") == "– … –"
    found = limits("– … –", "proportion", 7, 10, 100, "")
    assert found == "39.677815 … 89.220873"
    assert limits("39.677816 … 89.220873", "proportion", 7, 10, 100, "") == "39.677816 … 89.220873"
    assert limits("39.677825 … 89.220873", "proportion", 7, 10, 100, "") == found
    assert limits("– … 1.0", "proportion", 7, 10, 100, "at_least") == "39.677815 … –"
    assert limits("– … –", "proportion", 8, 7, 100, "") == "– … –"
