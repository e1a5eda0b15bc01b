"""Whole returns beside those of the years before: what is found, and what is only just not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.validation import Rule, rules
from pipelines.validation.whole import MAKERS
from tests.unit.validation import private

LIMIT = """
        history_limit: {years: 5, times: 3, base: 10, because: {en: Far from before., zh: 偏离往年。}}
        agreements:
"""
BEGIN = 3001
COUNTY, TOWNS = "110101", ("110101001", "110101002")
TABLE, MEASURES = "crime", ("recorded", "cleared")
ALL, DRUGS, OTHER = "kind=all", "kind=drugs", "kind=other"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rule]:
    """kind -> rule of the table with townships and classes."""
    text = private.DOCUMENTS["returns/police/crime.yaml"].replace("        agreements:\n", LIMIT.lstrip("\n"))
    folder = private.documents(tmp_path_factory.mktemp("documents"), {"returns/police/crime.yaml": text})
    return {one.kind: one for one in rules(load(folder)) if one.subject == TABLE and one.kind in MAKERS}


@pytest.fixture
def build() -> Iterator[Build]:
    with duckdb.connect() as connection:
        yield Build(connection)


class Build:
    """The tables that the rules look at: returns of a county with two townships."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection
        for statement in (
            "create schema marts",
            "create table marts.mart_observation (table_id varchar, measure_id varchar, area_code varchar, "
            "area_level varchar, period varchar, breakdown varchar, year integer, value bigint, obs_status varchar, "
            "qualifier varchar, covers_period boolean, origin varchar, not_allocable bigint, submission_id varchar)",
            "create table marts.mart_submission (submission_id varchar, unit_code varchar)",
            "create table doc_area (area_code varchar, name_en varchar, name_zh varchar)",
            "create table doc_period (period varchar, period_start varchar, period_end varchar)",
            "create table doc_area_reshaped (area_code varchar, effective_on varchar)",
            "create table doc_area_closure (area_code varchar, ancestor_code varchar)",
            "create table doc_series_break (break_id varchar, starts_on varchar)",
            "create table doc_series_break_figure "
            "(break_id varchar, table_id varchar, measure_id varchar, area_code varchar)",
            "create table doc_breakdown_part (table_id varchar, dimension varchar, total_breakdown varchar)",
            f"insert into doc_breakdown_part values ('{TABLE}', 'kind', '{ALL}')",
        ):
            connection.execute(statement)

    def add(self, at: int, figures: dict[tuple[str, str, str], int | None], beyond: int = 0) -> None:
        """A return: (area, breakdown, measure) -> figure."""
        period = str(BEGIN + at)
        self.connection.execute("insert into marts.mart_submission values (?, ?)", [period, COUNTY])
        self.connection.execute(
            "insert into doc_period values (?, ?, ?)", [period, f"{period}-01-01", f"{period}-12-31"]
        )
        for (area, breakdown, measure), value in figures.items():
            is_county = area == COUNTY
            row = (
                TABLE, measure, area, "county" if is_county else "township", period, breakdown, BEGIN + at, value,
                "A" if value is not None else "L", "", True, "delivered", beyond if is_county else None, period,
            )  # fmt: skip
            self.connection.execute(f"insert into marts.mart_observation values ({', '.join('?' * len(row))})", row)

    def broken(self, rule: Rule) -> dict[int, list[tuple[Any, ...]]]:
        """year -> (area, breakdown, measure) of the rows that break the rule."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        signs = {"equal": "=", "at_least": ">=", "at_most": "<="}
        sql, parameters = MAKERS[rule.kind](rule)
        sql = (
            f'select year, area_code, breakdown, measure_id from ({sql}) where not "left" {signs[rule.compare]} "right"'
        )
        for year, *place in self.connection.execute(f"{sql} order by all", parameters).fetchall():
            found.setdefault(year - BEGIN, []).append(tuple(place))
        return found


def figures(first: int, second: int, drugs: int, other: int) -> dict[tuple[str, str, str], int | None]:
    """Sound figures: townships in the proportion first : second, classes in that of drugs : other."""
    found: dict[tuple[str, str, str], int | None] = {}
    for measure, times in zip(MEASURES, (3, 2), strict=True):
        parts = {DRUGS: drugs, OTHER: other, ALL: drugs + other}
        for breakdown, part in parts.items():
            cells = [times * part * size for size in (first, second)]
            for area, value in zip((*TOWNS, COUNTY), (*cells, sum(cells)), strict=True):
                found[area, breakdown, measure] = value
    return found


def usual(build: Build, years: int = 5) -> None:
    """Returns of some years, each with figures of its own."""
    for at in range(years):
        build.add(at, figures(4 + at % 2, 9 + at, 5, 11))


def test_a_return_whose_figures_all_come_again(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, figures(4, 9 + 2, 5, 11))
    build.add(6, figures(4, 9 + 2, 5, 11) | {(TOWNS[0], DRUGS, "cleared"): 41})
    assert build.broken(known["repeated"]) == {5: [(COUNTY, "", "")]}


def test_few_digits_come_again_by_chance(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, value in enumerate((12345, 12345, 123456, 123456)):
        build.add(at, {cell: value, (TOWNS[0], ALL, "recorded"): 0})
    assert list(build.broken(known["repeated"])) == [3]


def test_a_column_and_an_area_that_come_to_nothing(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, {cell: 0 if cell[1:] == (DRUGS, "cleared") else v for cell, v in figures(4, 9, 5, 11).items()})
    assert build.broken(known["vanished"]) == {5: [(COUNTY, DRUGS, "cleared")]}
    build.add(6, {cell: 0 if cell[0] == TOWNS[1] else v for cell, v in figures(4, 9, 5, 11).items()})
    assert build.broken(known["vanished"])[6] == [(TOWNS[1], "", "")]


@pytest.mark.parametrize(
    ("before", "expected"), [([12] * 4, [4]), ([11] * 4, []), ([12] * 3, []), ([99, 99, 99, 0], [])]
)
def test_how_much_is_too_much_to_vanish(
    known: dict[str, Rule], build: Build, before: list[int], expected: list[int]
) -> None:
    for at, value in enumerate([*before, 0]):
        build.add(at, {(COUNTY, ALL, "recorded"): value})
    assert list(build.broken(known["vanished"])) == expected


def test_a_column_that_is_not_given_any_more(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, value in enumerate((0, None, None, 3)):
        build.add(at, {cell: value, (COUNTY, ALL, "cleared"): 1})
    assert build.broken(known["vanished"]) == {1: [cell]}, "said once, when it happens"


def test_two_areas_or_classes_that_changed_places(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    build.add(5, figures(12, 4, 5, 11))
    assert build.broken(known["swapped"]) == {5: [(TOWNS[0], "", "")]}
    build.add(6, figures(4, 11, 11, 5))
    assert build.broken(known["swapped"])[6] == [(COUNTY, DRUGS, "")]


def test_two_measures_that_changed_places(known: dict[str, Rule], build: Build) -> None:
    usual(build)
    sound, other = figures(4, 9, 5, 11), dict(zip(MEASURES, reversed(MEASURES), strict=True))
    build.add(5, {cell: sound[cell[0], cell[1], other[cell[2]]] for cell in sound})
    assert build.broken(known["swapped"]) == {5: [(COUNTY, "", "cleared")]}


def test_areas_that_are_alike_may_overtake_each_other(known: dict[str, Rule], build: Build) -> None:
    for at in range(5):
        build.add(at, figures(40 + at % 2, 42 + at % 2, 5, 11))
    build.add(5, figures(42, 41, 5, 11))
    assert build.broken(known["swapped"]) == {}


def test_areas_that_moved_to_the_middle_are_not_each_other(known: dict[str, Rule], build: Build) -> None:
    for at in range(5):
        build.add(at, figures(400, 900, 5, 11))
    build.add(5, figures(700, 600, 5, 11))  # by 200 from the other's past, by 300 from their own
    build.add(6, figures(890, 410, 5, 11))
    assert list(build.broken(known["swapped"])) == [6]


def test_what_could_not_be_allocated(known: dict[str, Rule], build: Build) -> None:
    cell = (COUNTY, ALL, "recorded")
    for at, beyond in enumerate((0, 5, 2, 0, 10, 21, 42, 85)):
        build.add(at, {cell: 1000 + at}, beyond)
    assert list(build.broken(known["allocated"])) == [5, 7], "more than twice the most before"
