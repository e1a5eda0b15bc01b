"""The rounding macros alone, over many thousand ratios, against fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.unit.warehouse import rendered
from tests.unit.warehouse.independent import rounded


@pytest.fixture(scope="module")
def macros() -> dict[str, Any]:
    return rendered.macros()


def _ratios() -> list[tuple[int, int, int, int]]:
    random_ = random.Random(4)
    found = []
    for _ in range(60_000):
        bottom = random_.choice(
            [random_.randrange(1, 3000), 2 ** random_.randrange(1, 20), 10 ** random_.randrange(0, 12)]
        )
        top = random_.randrange(-3 * bottom, 3 * bottom + 1)
        found.append((top, bottom, random_.choice([1, 100, 1000, 10_000, 100_000]), random_.randrange(7)))
    widest = 2**63 - 1
    found += [
        (sign * top, bottom, 100, d)
        for sign in (1, -1)
        for top, bottom in ((widest, widest), (1, widest))
        for d in range(7)
    ]
    return found


def test_every_ratio_is_rounded_half_away_from_zero(macros: dict[str, Any]) -> None:
    ratios = _ratios()
    with duckdb.connect() as connection:
        columns = list(zip(*[(i, *r) for i, r in enumerate(ratios)], strict=True))
        table = pa.table(dict(zip(("number", "n", "d", "m", "places"), map(pa.array, columns), strict=True)))
        connection.register("ratios", table)
        scaled = macros["round_half_away"]("n", "d", "m", "places")
        found = connection.execute(
            f"""
            with scaled as (select number, {scaled} as s, cast(places as integer) as places from ratios)
            select {macros["decimal_text"]("s", "places")}, {macros["decimal_value"]("s", "places")}
            from scaled order by number
            """
        ).fetchall()
    different = []
    for (n, d, m, places), (text, value) in zip(ratios, found, strict=True):
        expected = rounded(Fraction(n * m, d), places)
        if text != expected or Fraction(value) != Fraction(expected):
            different.append(((n, d, m, places), text, value, expected))
    assert len(found) > 60_000
    assert not different[:3]


def test_a_printed_decimal_as_a_whole_number(macros: dict[str, Any]) -> None:
    values = [
        "0",
        "-0.5",
        "0.7",
        "66.666666666667",
        "-12345678901234.000000000001",
        "99999999999999999999999999.999999999999",
    ]
    with duckdb.connect() as connection:
        for value in values:
            sql = macros["whole_of_decimal"](f"cast('{value}' as decimal(38, 12))")
            assert connection.execute(f"select {sql}").fetchall() == [(int(Fraction(value) * 10**12),)]


def test_periods_are_shifted_by_years(macros: dict[str, Any]) -> None:
    cases = [
        ("3004", -1, "3003"),
        ("3004-07", 2, "3006-07"),
        ("3018-07-01/P1Y", -1, "3017-07-01/P1Y"),
        ("0999", 1, "1000"),
    ]
    with duckdb.connect() as connection:
        for period, years, expected in cases:
            sql = macros["shift_period"](f"'{period}'", str(years))
            assert connection.execute(f"select {sql}").fetchall() == [(expected,)]
