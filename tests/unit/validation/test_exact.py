"""The second computation of a published figure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.validation import columns
from pipelines.validation.exact import published, verdict


@pytest.mark.parametrize(
    ("top", "bottom", "per", "decimals", "expected"),
    [
        (1737, 1818, 100, 1, "95.5"),
        (1737, 1818, 100, 0, "96"),
        (3, 4, 100, 0, "75"),
        (-1, 200, 100, 0, "-1"),  # half away from zero
        (-1, 201, 100, 0, "0"),  # no minus before nothing
        (1, 1000, 100, 2, "0.10"),
        (0, 0, 100, 1, ""),
        (None, 5, 100, 1, ""),
        (5, None, 100, 1, ""),
    ],
)
def test_figures(top: int | None, bottom: int | None, per: int, decimals: int, expected: str) -> None:
    assert published(top, bottom, per, decimals, count=False) == expected


Side = st.none() | st.integers(-(10**20), 10**20) | st.integers(-99, 99)


@given(st.lists(st.tuples(Side, Side, st.sampled_from([1, 100, 10**6]), st.integers(0, 6), st.booleans()), max_size=9))
def test_columns_say_what_single_figures_say(rows: list[tuple[int | None, int | None, int, int, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["top", "bottom", "per", "decimals", "count"])
    for side, values in (("top", [row[0] for row in rows]), ("bottom", [row[1] for row in rows])):
        frame[side] = pd.Series([None if value is None else str(value) for value in values], dtype="str")
    frame = frame.astype({"per": "int64", "decimals": "int64", "count": "bool"})
    made = columns.published(*(frame[name] for name in frame))
    assert list(made) == [published(*row) for row in rows]


def test_a_count_is_its_numerator() -> None:
    assert published(30_000, None, 1, 0, count=True) == "30000"


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**15), st.sampled_from([100, 10_000]), st.integers(0, 6))
def test_equals_decimal_arithmetic(top: int, bottom: int, per: int, decimals: int) -> None:
    with localcontext() as context:
        context.prec = 80
        exact = (Decimal(top) * per / bottom).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert Decimal(published(top, bottom, per, decimals, count=False)) == exact


@pytest.mark.parametrize(
    ("operator", "qualifier", "over", "equal", "under"),
    [
        (">=", "", "met", "met", "not_met"),
        ("<=", "", "not_met", "met", "met"),
        ("=", "", "not_met", "met", "not_met"),
        (">=", "at_least", "met", "met", "no_data"),
        ("<=", "at_least", "not_met", "no_data", "no_data"),
        ("=", "at_least", "not_met", "no_data", "no_data"),
        (">=", "at_most", "no_data", "no_data", "not_met"),
        ("<=", "at_most", "no_data", "met", "met"),
        ("=", "at_most", "no_data", "no_data", "not_met"),
        (">=", "estimated", "met", "met", "not_met"),
    ],
)
def test_a_verdict_is_that_of_the_unrounded_ratio(
    operator: str, qualifier: str, over: str, equal: str, under: str
) -> None:
    wide = 10**18  # beyond what floating point tells apart
    for numerator, expected in ((7 * wide + 1, over), (7 * wide, equal), (7 * wide - 1, under)):
        assert verdict(numerator, None, 10 * wide, 100, operator, 70, 1, qualifier) == expected


def test_a_share_with_areas_unknown_is_judged_where_they_do_not_matter() -> None:
    def judged(low: int, high: int, operator: str) -> str:
        return verdict(low, high, 16, 100, operator, 50, 1, "at_least")

    assert [judged(8, 9, ">="), judged(7, 9, ">="), judged(5, 7, ">=")] == ["met", "no_data", "not_met"]
    assert [judged(5, 10, "="), judged(9, 10, "="), judged(8, 8, "="), judged(8, 9, "=")] == [
        "no_data", "not_met", "met", "no_data",
    ]  # fmt: skip
