"""How far a figure may lie from its own past: the SQL against the same said in Python, on series of any kind."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts import load
from pipelines.validation import Rule, rules
from pipelines.validation.spoken import in_words
from pipelines.validation.steps import LEAST
from tests.unit.validation import private

LIMIT = """
        history_limit: {years: 5, times: 3, times_above: 2, base: 10, because: {en: Far from before., zh: 偏离往年。}}
        rules:
"""
BEGIN = 3001


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> Rule:
    text = private.DOCUMENTS["returns/courts/caseload.yaml"].replace("        rules:\n", LIMIT.lstrip("\n"))
    folder = private.documents(tmp_path_factory.mktemp("documents"), {"returns/courts/caseload.yaml": text})
    (found,) = [one for one in rules(load(folder)) if one.kind == "history"]
    return found


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """The tables that the rule looks at, empty."""
    made = duckdb.connect()
    made.execute("create schema marts")
    made.execute(
        "create table marts.mart_observation (table_id varchar, measure_id varchar, area_code varchar, period varchar, "
        "breakdown varchar, year integer, value bigint, obs_status varchar, qualifier varchar, covers_period boolean, "
        "area_level varchar, submission_id varchar)"
    )
    made.execute("create table doc_measure (table_id varchar, measure_id varchar, signed boolean)")
    made.execute("create table doc_period (period varchar, period_start varchar, period_end varchar)")
    made.execute("create table doc_area_reshaped (area_code varchar, effective_on varchar)")
    made.execute("create table doc_area_closure (area_code varchar, ancestor_code varchar)")
    made.execute("create table doc_series_break (break_id varchar, starts_on varchar)")
    made.execute(
        "create table doc_series_break_figure "
        "(break_id varchar, table_id varchar, measure_id varchar, area_code varchar)"
    )
    for year in range(BEGIN, BEGIN + 20):
        made.execute("insert into doc_period values (?, ?, ?)", [str(year), f"{year}-01-01", f"{year}-12-31"])
    return made


Series = list[int | None]


def asked(
    connection: duckdb.DuckDBPyConnection, rule: Rule, series: Series, *days: str, level: str = "county"
) -> dict[int, tuple[int, int]]:
    """year -> (distance, what it may be), of the years that are decided. `days`: those on which the area changes."""
    for table in ("marts.mart_observation", "doc_area_reshaped", "doc_measure"):
        connection.execute(f"delete from {table}")
    rows = [
        (
            "caseload",
            "accepted",
            "here",
            str(BEGIN + n),
            "_T",
            BEGIN + n,
            value,
            "A" if value is not None else "M",
            "",
            True,
            level,
            str(n),
        )
        for n, value in enumerate(series)
    ]
    connection.executemany(f"insert into marts.mart_observation values ({', '.join('?' * 12)})", rows)
    for day in days:
        connection.execute("insert into doc_area_reshaped values ('here', ?)", [day])
    sql, parameters = private.asked(connection, rule, BEGIN, BEGIN + 20)
    found = connection.execute(f'select year, "left", "right" from ({sql}) where "left" is not null', parameters)
    return {year: (left, right) for year, left, right in found.fetchall()}


def by_hand(series: Series, years: int, times: int, base: int, is_steady: bool = False) -> dict[int, tuple[int, int]]:
    """The same, said once more."""
    found = {}
    for n, value in enumerate(series):
        past = [one for one in series[max(0, n - years) : n] if one is not None]
        if value is None or len(past) < LEAST:
            continue
        middle = statistics.median_low(past)
        deviation = statistics.median_low([abs(one - middle) for one in past])
        usual = max(deviation, 1 if is_steady else math.isqrt(middle), middle // 20, 1)
        low, high = sorted((middle, past[-1]))
        if max(value, middle) >= base:
            found[BEGIN + n] = (max(low - value, value - high, 0), times * usual)
    return found


@settings(max_examples=60)
@given(series=st.lists(st.none() | st.integers(0, 60) | st.integers(0, 10**12), min_size=1, max_size=14))
def test_the_sql_says_what_the_words_say(rule: Rule, connection: duckdb.DuckDBPyConnection, series: Series) -> None:
    assert asked(connection, rule, series) == by_hand(series, 5, 3, 10)
    assert asked(connection, rule, series, level="city") == by_hand(series, 5, 2, 10), "an area above the lowest"
    measures, _, *others = rule.options
    steady = replace(rule, options=(measures, measures, *others))
    assert asked(connection, steady, series) == by_hand(series, 5, 3, 10, is_steady=True)


def test_an_area_that_became_another_one_begins_its_history_anew(
    rule: Rule, connection: duckdb.DuckDBPyConnection
) -> None:
    series: Series = [50, 51, 49, 52, 50, 90, 91, 89, 92, 90]
    day = f"{BEGIN + 5}-01-01"
    assert asked(connection, rule, series, day) == {
        **by_hand(series[:5], 5, 3, 10),
        **{year + 5: found for year, found in by_hand(series[5:], 5, 3, 10).items()},
    }
    within = f"{BEGIN + 5}-07-01"  # the year itself is compared with neither side
    assert asked(connection, rule, series, within) == by_hand(series[:5], 5, 3, 10)


def test_bounds_and_parts_of_a_period_are_no_history(rule: Rule, connection: duckdb.DuckDBPyConnection) -> None:
    series: Series = [50, 51, 49, 52, 50, 500]
    assert asked(connection, rule, series)[BEGIN + 5] == (450, 21)
    for change in ("covers_period = false", "qualifier = 'at_least'"):
        asked(connection, rule, series)
        connection.execute(f"update marts.mart_observation set {change} where year in ({BEGIN}, {BEGIN + 1})")
        sql, parameters = private.asked(connection, rule, BEGIN, BEGIN + 20)
        found = connection.execute(f'select year from ({sql}) where "left" is not null', parameters).fetchall()
        assert found == [], "three years are no history"


def test_only_the_measures_that_are_named_are_judged(rule: Rule, connection: duckdb.DuckDBPyConnection) -> None:
    _, *others = rule.options
    other = replace(rule, options=(("concluded",), *others))
    assert asked(connection, other, [50, 51, 49, 52, 50, 500]) == {}


def test_what_is_found_is_told_with_the_years_it_was_held_against(
    rule: Rule, connection: duckdb.DuckDBPyConnection
) -> None:
    asked(connection, rule, [50, None, 51, 49, 52, 500])
    sql, parameters = private.asked(connection, rule, BEGIN, BEGIN + 20)
    found = connection.execute(f'select shown, wanted from ({sql}) where "left" > "right"', parameters).fetchall()
    assert [[in_words(text, "en") for text in row] for row in found] == [["500 after 50, 51, 49, 52", "29 to 73"]]


@pytest.mark.parametrize(("signed", "expected"), [(False, "0 至 22"), (True, "-4 至 22")])
def test_what_cannot_be_below_0_is_not_expected_there(
    rule: Rule, connection: duckdb.DuckDBPyConnection, signed: bool, expected: str
) -> None:
    asked(connection, rule, [8, 9, 7, 10, 500])
    connection.execute("insert into doc_measure values ('caseload', 'accepted', ?)", [signed])
    sql, parameters = private.asked(
        connection, replace(rule, options=(*rule.options[:3], 6, *rule.options[4:])), BEGIN, BEGIN + 20
    )
    found = connection.execute(f'select wanted from ({sql}) where "left" > "right"', parameters).fetchall()
    assert [in_words(text, "zh") for (text,) in found] == [expected]


def test_a_limit_names_measures_of_its_table(tmp_path: Path) -> None:
    from pipelines.contracts import ContractError

    text = private.DOCUMENTS["returns/courts/caseload.yaml"].replace(
        "        rules:\n", LIMIT.lstrip("\n").replace("years: 5", "measures: [acepted]")
    )
    with pytest.raises(ContractError, match=r"unknown measure acepted.*accepted"):
        load(private.documents(tmp_path, {"returns/courts/caseload.yaml": text}))
