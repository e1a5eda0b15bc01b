"""What a sound private build says of its documents: periods, indicators, targets, and a correction in effect."""

from __future__ import annotations

import re
from typing import Any

import duckdb

TABLES = {
    "mart_correction": """
        correction_id text, table_id text, measure_id text, area_code text, period text, breakdown text, year int,
        area_level text, state text, expected_value bigint, source_value bigint, value bigint, reason text,
        document text, submission_id text
        """,
    "dim_period": """
        period text, start_on date, end_on date
        """,
    "dim_indicator": """
        indicator_id text, kind text, multiplier bigint, decimals int, by_dimension text, numerator text,
        denominator text, share_level text, document text
        """,
    "dim_target": """
        indicator_id text, document text
        """,
}


def add(connection: duckdb.DuckDBPyConnection, years: tuple[int, ...]) -> None:
    """Adds the tables to a build, and lets the correction take effect."""
    for name, columns in TABLES.items():
        connection.execute(f"create table marts.{name} ({columns})")
    for name, found in _rows(years).items():
        insert(connection, name, TABLES[name], found)
    for statement in CORRECTED if 2004 in years else ():
        connection.execute(statement)


def insert(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """Fills a table; the columns at the end that a row does not give are NULL."""
    width = len(re.sub(r"\([^)]*\)", "", columns).split(","))
    marks = ["?"] * len(rows[0]) + ["null"] * (width - len(rows[0]))
    connection.executemany(f"insert into marts.{name} values ({', '.join(marks)})", rows)


def _rows(years: tuple[int, ...]) -> dict[str, list[tuple[Any, ...]]]:
    periods = [(str(year), f"{year}-01-01", f"{year}-12-31") for year in years]
    indicators = [
        ("clearance", "proportion", 100, 1, "", "crime.cleared[kind=all]", "crime.recorded[kind=all]", "",
         "indicators/clearance.yaml"),
        ("recorded_change", "change", 100, 0, "", "crime.recorded[kind=all]", "", "",
         "indicators/recorded_change.yaml"),
        ("cases_accepted", "count", 1, 0, "", "caseload.accepted", "", "", "indicators/cases_accepted.yaml"),
        ("good_towns", "share_of_areas", 100, 1, "", "", "", "township", "indicators/good_towns.yaml"),
    ]  # fmt: skip
    targets = [("clearance", "targets/clearance.yaml")]
    return {"dim_period": periods, "dim_indicator": indicators, "dim_target": targets}


CORRECTED = (
    "insert into marts.mart_correction values ('misread', 'caseload', 'accepted', '110101', '2004', '_T', 2004, "
    "'county', 'in_effect', 99, 99, 100, 'correction', 'corrections/misread.yaml', 'l2004')",
    "update marts.mart_observation set correction_id = 'misread' "
    "where table_id = 'caseload' and measure_id = 'accepted' and period = '2004'",
)
"""The correction of the trial documents takes effect."""
