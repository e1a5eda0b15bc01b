"""What a printed rate leaves of the figures it is made from: exactly those that round to it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipelines.adversary import intervals, of_rates
from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import read
from pipelines.adversary.implied import Implied
from pipelines.adversary.of_rates import Rate
from pipelines.adversary.program import Program
from pipelines.contracts.catalog import ResolvedTerm
from tests.disclosure import printed
from tests.unit.adversary.given import Given

TOP, BOTTOM = (Cell("t", name, "x", "2004", "_T") for name in ("top", "bottom"))
SIDES = tuple([ResolvedTerm("t", name, "_T", 0, 1)] for name in ("top", "bottom"))


def rounded(top: int, bottom: int, multiplier: int, decimals: int) -> int:
    """The published value in its last decimals, half away from zero."""
    size = (2 * abs(top) * multiplier * 10**decimals + bottom) // (2 * bottom)
    return size if top >= 0 else -size


@given(st.integers(0, 1500), st.integers(1, 1300), st.sampled_from([(100, 0), (100, 1), (10_000, 2)]))
def test_the_numerators_of_a_printed_value(top: int, bottom: int, shown: tuple[int, int]) -> None:
    multiplier, decimals = shown
    value = rounded(top, bottom, multiplier, decimals)
    program = Program({BOTTOM: bottom}, set(), {})
    program.unknown(TOP)
    of_rates.rounded(program, SIDES, rate(value, decimals), multiplier)
    found = intervals.find(Implied(program, [TOP])).of[TOP]
    there = [n for n in range(top - 30, top + 31) if n >= 0 and rounded(n, bottom, multiplier, decimals) == value]
    assert (found.low, found.high) == (min(there), max(there))


@given(st.integers(-400, 400), st.integers(1, 300))
def test_changes_below_zero(change: int, before: int) -> None:
    """A change is made of now less before; printed with no decimals."""
    now = max(0, before + change)
    value = rounded(now - before, before, 100, 0)
    program = Program({BOTTOM: before}, set(), {})
    program.unknown(TOP)
    sides = ([*SIDES[0], ResolvedTerm("t", "bottom", "_T", 0, -1)], SIDES[1])
    of_rates.rounded(program, sides, rate(value, 0), 100)
    found = intervals.find(Implied(program, [TOP])).of[TOP]
    there = [n for n in range(now + 10) if rounded(n - before, before, 100, 0) == value]
    assert (found.low, found.high) == (min(there), max(there))


def rate(scaled: int, decimals: int) -> Rate:
    return Rate("i", "x", "2004", "_T", None, None, Decimal(scaled).scaleb(-decimals), decimals)


def test_text_and_n_are_read_where_numbers_are_not_there(tmp_path: Path) -> None:
    """Of a township with 3 of 5,000: its rate as text, or its numerator as n of the scorecard."""
    one = "10000001"
    county = Given(0, sentenced={one: [3, 8, 20], "10000002": [40, 50]})
    towns = [f"{one}001", f"{one}002"]
    for column, value in (("headline_text", "6.00"), ("value_text", "6.00"), ("numerator", 3)):
        tables = county.edition(tmp_path / column, county.decided([], towns))
        rates = tables["mart_indicator"]
        rates.loc[(rates.indicator_id == "sentenced_rate") & (rates.area_code == towns[0]), column] = value
        edition = read(printed.write(county, tables, tmp_path / column))
        rates_of = [
            one for one in of_rates.computed(edition) if (one.indicator, one.area) == ("sentenced_rate", towns[0])
        ]
        (found,) = rates_of
        assert found.value == Decimal("6.00") or found.numerator == 3
