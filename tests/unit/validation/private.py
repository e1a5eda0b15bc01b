"""Private builds made to fit the documents of `trial`, for tests of validation and release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipelines.validation import Rule, frames
from pipelines.validation.figures import Query
from tests.unit.validation import described
from tests.unit.validation.private_tables import ADDED, TABLES
from tests.unit.validation.scored import limited, scored
from tests.unit.validation.trial import DOCUMENTS, documents

__all__ = ["DOCUMENTS", "TABLES", "YEARS", "build", "change", "documents"]

YEARS = (2003, 2004)


def build(file: Path, years: tuple[int, ...] = YEARS) -> Path:
    """A private build in which every rule holds."""
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts")
        for name, columns in TABLES.items():
            connection.execute(f"create table marts.{name} ({columns})")
        for name, rows in _rows(years).items():
            described.insert(connection, name, TABLES[name], rows)
        described.add(connection, years)
    return change(file, *ADDED)


def asked(connection: duckdb.DuckDBPyConnection, rule: Rule, first: int, last: int) -> Query:
    """The rule's SQL for these years, over the tables as they are now."""
    connection.execute("reset variable past_of")  # a build does not change; these do
    frames.lay(connection, rule, first, last)
    return frames.query(connection, rule, first, last)


def change(file: Path, *statements: str) -> Path:
    """Changes a private build by SQL; tables are in schema `marts`."""
    with duckdb.connect(file) as connection:
        connection.execute("use marts")
        for statement in statements:
            connection.execute(statement)
    return file


def _rows(years: tuple[int, ...]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    towns = {"110101001": 1, "110101002": 2}
    for year in years:
        period = str(year)
        row = 1
        for area, part in {
            **towns,
            "110101": 4,
        }.items():  # the county has one more than its towns: not allocable
            level = "county" if len(area) == 6 else "township"
            for kind, share in {"all": 3, "drugs": 1, "other": 2}.items():
                row += 1
                for col, (measure, times) in enumerate({"recorded": 100, "cleared": 60}.items(), 3):
                    value = part * share * times + (year - years[0]) * share
                    found["mart_observation"].append(
                        (
                            "crime",
                            measure,
                            area,
                            period,
                            f"kind={kind}",
                            year,
                            "police",
                            level,
                            value,
                            "A",
                            "",
                            "",
                            "delivered",
                            None,
                            True,
                            f"c{year}",
                            "Sheet1",
                            row,
                            col,
                        )
                    )
            top, bottom = (part * 3 * times + (year - years[0]) * 3 for times in (60, 100))
            text = _half_away(top, bottom, 1)
            found["mart_indicator"].append(
                (
                    "clearance",
                    area,
                    period,
                    "_T",
                    year,
                    level,
                    "proportion",
                    top,
                    bottom,
                    text,
                    text,
                    text,
                    "A",
                    "",
                    "",
                    None,
                    True,
                )
            )
            verdict = "met" if top * 1000 >= bottom * 603 else "not_met"
            found["mart_scorecard"].append(("clearance", area, period, "_T", year, level, verdict))
            before = bottom - 3
            if year > years[0]:
                text = _half_away(3, before, 0)
                found["mart_indicator"].append(
                    (
                        "recorded_change",
                        area,
                        period,
                        "_T",
                        year,
                        level,
                        "change",
                        3,
                        before,
                        text,
                        text,
                        text,
                        "A",
                        "",
                        "",
                        None,
                        True,
                    )
                )
            else:
                found["mart_indicator"].append(
                    (
                        "recorded_change",
                        area,
                        period,
                        "_T",
                        year,
                        level,
                        "change",
                        None,
                        None,
                        None,
                        "",
                        "",
                        "O",
                        "earlier_not_delivered",
                        "",
                        None,
                        True,
                    )
                )
        for col, (measure, value) in enumerate(
            {"pending_at_start": 10, "accepted": 100, "concluded": 95, "pending_at_end": 15}.items(), 2
        ):
            found["mart_observation"].append(
                (
                    "caseload",
                    measure,
                    "110101",
                    period,
                    "_T",
                    year,
                    "courts",
                    "county",
                    value,
                    "A",
                    "",
                    "",
                    "delivered",
                    None,
                    True,
                    f"l{year}",
                    None,
                    2,
                    col,
                )
            )
        found["mart_indicator"].append(
            (
                "cases_accepted",
                "110101",
                period,
                "_T",
                year,
                "county",
                "count",
                100,
                None,
                100,
                "100",
                "100",
                "A",
                "",
                "",
                None,
                True,
            )
        )
        met = sum(row[4] == year and row[6] == "met" and row[5] == "township" for row in found["mart_scorecard"])
        text = _half_away(met, len(towns), 1)
        share = ("share_of_areas", met, len(towns), text, text, text, "A", "", "", None, True)
        found["mart_indicator"].append(("good_towns", "110101", period, "_T", year, "county", *share))
        for table, id, figures in (("crime", f"c{year}", 19), ("caseload", f"l{year}", 4)):
            found["mart_coverage"].append((table, period, "110101", year, f"{year + 1}-01-31", "received", id, 0, 0))
            found["mart_submission"].append((id, f"{table}_{period}.csv", table, period, "110101", figures, "accepted"))
        found["mart_reported"].append(
            (
                "crime",
                "rate_printed",
                "110101",
                period,
                "kind=all",
                year,
                "clearance",
                60,
                60,
                720,
                1200,
                "equal",
                f"c{year}",
                "Sheet1",
                8,
                5,
            )
        )
    found["mart_indicator"] = [limited(row) for row in found["mart_indicator"]]
    found["mart_scorecard"] = scored(found["mart_indicator"], found["mart_scorecard"])
    found["dim_area"] = [
        ("110101", None, "county", "East County", "东县"),
        ("110101001", "110101", "township", "First Town", "一镇"),
        ("110101002", "110101", "township", "Second Town", "二镇"),
    ]
    found["dim_breakdown"] = [
        ("crime", "kind=all", 0, "All", "合计"),
        ("crime", "kind=drugs", 1, "Drugs", "毒品"),
        ("crime", "kind=other", 2, "Other", "其他"),
        ("caseload", "_T", 0, "", ""),
    ]
    found["dim_measure"] = [
        ("crime", "recorded", 0, "Recorded", "立案", "cases"),
        ("crime", "cleared", 1, "Cleared", "破案", "cases"),
        *(
            ("caseload", id, n, id, id, "cases")
            for n, id in enumerate(("pending_at_start", "accepted", "concluded", "pending_at_end"))
        ),
    ]
    found["dim_return"] = [
        ("crime", "Crime", "案件", "Each row is a class in an area.", "每行一类。"),
        ("caseload", "Caseload", "案件量", "Each row is a court in a year.", "每行一个法院。"),
    ]
    return found


def _half_away(top: int, bottom: int, decimals: int) -> str:
    from fractions import Fraction

    shifted = abs(Fraction(top * 100, bottom)) * 10**decimals
    whole = int(shifted + Fraction(1, 2))
    text = f"{whole:0{decimals + 1}d}"
    text = f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text
    return f"-{text}" if top < 0 and whole else text
