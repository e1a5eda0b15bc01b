"""Small databases of whole returns, for the rules that hold them beside those of the years before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

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
Cell = tuple[str, str, str]
"""Area, breakdown, measure."""
Figures = Mapping[Cell, int | None]


def kinds(folder: Path) -> dict[str, Rule]:
    """kind -> rule of the table with townships and classes."""
    text = private.DOCUMENTS["returns/police/crime.yaml"].replace("        agreements:\n", LIMIT.lstrip("\n"))
    documents = private.documents(folder, {"returns/police/crime.yaml": text})
    return {one.kind: one for one in rules(load(documents)) if one.subject == TABLE and one.kind in MAKERS}


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
            f"insert into doc_area values ('{TOWNS[0]}', 'First', '一镇'), ('{TOWNS[1]}', 'Second', '二镇')",
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

    def add(self, at: int, figures: Figures, beyond: int = 0, season: str = "", covers: bool = True) -> None:
        """A return. `season`: what follows the year in its period. covers: does it cover that as a whole?"""
        period = f"{BEGIN + at}{season}"
        self.connection.execute("insert into marts.mart_submission values (?, ?)", [period, COUNTY])
        self.connection.execute(
            "insert into doc_period values (?, ?, ?)", [period, f"{period}-01-01", f"{period}-12-31"]
        )
        for (area, breakdown, measure), value in figures.items():
            is_county = area == COUNTY
            row = (
                TABLE, measure, area, "county" if is_county else "township", period, breakdown, BEGIN + at, value,
                "A" if value is not None else "L", "", covers, "delivered", beyond if is_county else None, period,
            )  # fmt: skip
            self.connection.execute(f"insert into marts.mart_observation values ({', '.join('?' * len(row))})", row)

    def asked(self, rule: Rule, columns: str, where: str) -> list[tuple[Any, ...]]:
        """Columns of the rows that the rule looks at."""
        sql, parameters = private.asked(self.connection, rule, BEGIN, BEGIN + 99)
        return self.connection.execute(
            f"select {columns} from ({sql}) where {where} order by all", parameters
        ).fetchall()

    def said(self, rule: Rule) -> list[tuple[str, str]]:
        """What was found and expected in the rows that break the rule."""
        return [(found, expected) for found, expected in self.asked(rule, "shown, wanted", _breaks(rule))]

    def broken(self, rule: Rule) -> dict[int, list[tuple[Any, ...]]]:
        """year -> (area, breakdown, measure) of the rows that break the rule."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for year, *place in self.asked(rule, "year, area_code, breakdown, measure_id", _breaks(rule)):
            found.setdefault(year - BEGIN, []).append(tuple(place))
        return found


def _breaks(rule: Rule) -> str:
    sign = {"equal": "=", "at_least": ">=", "at_most": "<="}[rule.compare]
    return f'not "left" {sign} "right"'


def figures(first: int, second: int, drugs: int, other: int) -> dict[Cell, int]:
    """Sound figures: townships in the proportion first : second, classes in that of drugs : other."""
    found: dict[Cell, int] = {}
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
