"""The limits of intervals, as SQL makes them, against statsmodels and scipy: up to a billion, and at both ends."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammainc, gammaincc
from scipy.stats import binomtest, chi2

from pipelines.warehouse import poisson
from tests.unit.warehouse import rendered

MOST = 10**9
CLOSE = 1e-9
SIZES = [*range(1, 41), 99, 100, 999, 1_000, 1_001, 10**4, 10**5, 10**6, 10**7, 10**8, MOST - 1, MOST]


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the macros as functions `wilson(k, n)` and `series(k)`, and the listed limits."""
    macros = rendered.macros()
    with duckdb.connect() as connection:
        events, lower, upper = zip(*poisson.rows(), strict=True)
        connection.register("listed", pa.table({"events": events, "lower_limit": lower, "upper_limit": upper}))
        wilson = [macros["wilson_limit"]("k::double", "n::double", side) for side in ("lower", "upper")]
        counted = [macros["poisson_limit"]("k::double", side) for side in ("lower", "upper")]
        connection.execute(f"create macro wilson(k, n) as [{', '.join(wilson)}]")
        connection.execute(f"create macro series(k) as [{', '.join(counted)}]")
        yield connection


def wilson(sql: duckdb.DuckDBPyConnection, pairs: list[tuple[int, int]]) -> list[list[float]]:
    asked = pa.table(dict(zip(("k", "n"), map(pa.array, zip(*pairs, strict=True)), strict=True)))
    sql.register("asked", asked)
    return [row[0] for row in sql.execute("select wilson(k, n) from asked").fetchall()]


def counts(sql: duckdb.DuckDBPyConnection, events: list[int]) -> list[list[float]]:
    asked = pa.table({"place": pa.array(range(len(events))), "k": pa.array(events)})
    sql.register("asked", asked)
    found = sql.execute(
        "select if(l.events is null, series(k), [l.lower_limit, l.upper_limit]) "
        "from asked left join listed l on k = l.events order by place"
    ).fetchall()
    return [row[0] for row in found]


def grid() -> list[tuple[int, int]]:
    """k of n: nothing, one, all, all but one, and some between."""
    random_ = random.Random(6)
    ends = {(k, n) for n in SIZES for k in (0, 1, 2, n // 3, n // 2, n - 2, n - 1, n) if 0 <= k <= n}
    return sorted(ends | {(random_.randint(0, n), n) for n in SIZES * 20})


def test_shares_over_the_grid_are_those_of_statsmodels(sql: duckdb.DuckDBPyConnection) -> None:
    from statsmodels.stats.proportion import proportion_confint

    for (k, n), found in zip(grid(), wilson(sql, grid()), strict=True):
        expected = proportion_confint(k, n, method="wilson")
        assert found == pytest.approx(expected, rel=0, abs=CLOSE), (k, n)
        assert 0 <= found[0] <= k / n <= found[1] <= 1 and (found[0] == 0) == (k == 0), (k, n)


@given(st.integers(1, MOST), st.data())
def test_any_share_is_that_of_scipy(sql: duckdb.DuckDBPyConnection, n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n) | st.sampled_from([0, 1, n - 1, n]))
    expected = binomtest(k, n).proportion_ci(method="wilson")
    (found,) = wilson(sql, [(k, n)])
    assert found == pytest.approx([expected.low, expected.high], rel=0, abs=CLOSE)


@given(st.integers(1, MOST), st.data())
def test_a_small_share_keeps_its_digits(sql: duckdb.DuckDBPyConnection, n: int, data: st.DataObject) -> None:
    """Not only close in a billion: each limit solves its equation to twelve digits, also a tiny one."""
    k = data.draw(st.integers(0, min(n, 50)))
    (found,) = wilson(sql, [(k, n)])
    z = 1.959963984540054
    for limit in found:
        if 0 < limit < 1:
            spread = z * math.sqrt(n * limit * (1 - limit))
            assert abs(abs(k - n * limit) - spread) <= 1e-12 * max(k, n * limit, 1)


def _events() -> list[int]:
    random_ = random.Random(9)
    near = range(poisson.LISTED + 200)
    return [*near, *(round(10 ** random_.uniform(3, 9)) for _ in range(2_000)), 10**6, MOST - 1, MOST]


def test_counts_of_events_over_the_grid_are_those_of_scipy(sql: duckdb.DuckDBPyConnection) -> None:
    """Listed or by the series: as a part of what was counted they agree to 1e-9, and by far more."""
    for k, (lower, upper) in zip(_events(), counts(sql, _events()), strict=True):
        expected = chi2.ppf(0.025, 2 * k) / 2 if k else 0.0, chi2.ppf(0.975, 2 * k + 2) / 2
        assert (lower, upper) == pytest.approx(expected, rel=1e-12, abs=1e-12), k
        assert (lower == 0) == (k == 0)


def test_counts_of_events_are_those_of_statsmodels(sql: duckdb.DuckDBPyConnection) -> None:
    from statsmodels.stats.rates import confint_poisson

    events = [k for k in _events() if k]
    for k, found in zip(events, counts(sql, events), strict=True):
        assert found == pytest.approx(confint_poisson(k, 1, method="exact-c"), rel=CLOSE), k


@given(st.integers(0, 5_000) | st.integers(0, MOST))
def test_either_tail_of_events_has_two_and_a_half_per_cent(sql: duckdb.DuckDBPyConnection, k: int) -> None:
    ((lower, upper),) = counts(sql, [k])
    if k:
        assert gammainc(k, lower) == pytest.approx(0.025, rel=1e-7), "as many or more"
    assert gammaincc(k + 1, upper) == pytest.approx(0.025, rel=1e-7), "as many or fewer"


def test_a_double_becomes_the_nearest_sixth_decimal() -> None:
    macro = rendered.macros()["decimal_of_double"]
    cases = {
        "0": "0.000000",
        "2e-7": "0.000000",
        "1.2345678e0": "1.234568",
        "99.9999996e0": "100.000000",
        "1e12": "1" + "0" * 12 + ".000000",
    }
    with duckdb.connect() as connection:
        for value, expected in cases.items():
            (found,) = connection.execute(f"select {macro(value + '::double')}").fetchone() or ()
            assert str(found) == expected
