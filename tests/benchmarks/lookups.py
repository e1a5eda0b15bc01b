"""How long an analyst waits: questions put to the marts of the current release, from its database, its Parquet
files and the command line. Which areas and indicators are asked for is drawn, the same each time.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import PROJECT
from tests.benchmarks.measure import measure

_MART = "mart_indicator"
QUESTIONS = {
    "series": (
        "select period, value from {mart} where indicator_id = '{indicator}' and area_code = '{area}' order by period"
    ),
    "counties": (
        "select area_code, value from {mart} "
        "where indicator_id = '{indicator}' and period = '{period}' and area_level = 'county'"
    ),
    "aggregate": (
        "select indicator_id, period, sum(numerator), sum(denominator) from {mart} "
        "where area_level = 'township' group by all"
    ),
}
TITLES = {
    "series": "one indicator of one county, all years",
    "counties": "one indicator of all counties in one year",
    "aggregate": "all indicators and years, summed over all townships",
}
WAYS = {"database": "DuckDB", "parquet": "Parquet", "cli": "`yearbook query`"}
_TIMES = {"database": 200, "parquet": 50, "cli": 5}


def waits(home: Path) -> dict[str, Any]:
    """Rows of the mart; question -> way -> {median, p95} in milliseconds of one reader with two threads, everything
    read: `aggregate` a tenth as often as the others, over the command line all as often.
    """
    release = (home / "releases" / "current").resolve()
    with duckdb.connect(str(release / "yearbook.duckdb"), read_only=True, config={"threads": 2}) as con:
        draw, rows = _draws(con), con.execute(f"select count(*) from {_MART}").fetchall()[0][0]
        ways: dict[str, tuple[str, Callable[[str], object]]] = {
            "database": (_MART, lambda sql: con.execute(sql).fetchall()),
            "parquet": (parquet(release / "parquet"), lambda sql: con.execute(sql).fetchall()),
            "cli": (_MART, lambda sql: _asked(home, sql)),
        }
        con.execute("set parquet_metadata_cache = true")
        found = {
            question: {
                way: _timed(ask, [sql.format(mart=mart, **draw()) for _ in range(_often(question, way))])
                for way, (mart, ask) in ways.items()
            }
            for question, sql in QUESTIONS.items()
        }
    return {"rows": rows, "questions": found}


def parquet(folder: Path) -> str:
    """SQL: the mart in a folder of Parquet, as its one file or as its parts."""
    one = folder / f"{_MART}.parquet"
    return f"read_parquet('{one if one.exists() else folder / _MART / '*.parquet'}')"


def _often(question: str, way: str) -> int:
    return _TIMES[way] if question != "aggregate" or way == "cli" else _TIMES[way] // 10


def _draws(con: duckdb.DuckDBPyConnection) -> Callable[[], dict[str, str]]:
    """A function that draws an indicator, a county and a year."""
    named = {
        "area": f"select distinct area_code from {_MART} where area_level = 'county' order by 1",
        "indicator": f"select distinct indicator_id from {_MART} order by 1",
        "period": f"select distinct period from {_MART} order by 1",
    }
    there = {name: [row[0] for row in con.execute(sql).fetchall()] for name, sql in named.items()}
    chance = random.Random(1)
    return lambda: {name: chance.choice(values) for name, values in there.items()}


def _timed(ask: Callable[[str], object], questions: list[str]) -> dict[str, float]:
    ask(questions[0])  # opens what stays open
    took = []
    for sql in questions:
        began = time.perf_counter()
        ask(sql)
        took.append(1000 * (time.perf_counter() - began))
    return {"median": statistics.median(took), "p95": sorted(took)[-(-95 * len(took) // 100) - 1]}


def _asked(home: Path, sql: str) -> None:
    log = home.with_suffix(".log")
    at = {"YEARBOOK_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    if measure([sys.executable, "-m", "pipelines.cli", "query", sql], log, at).code:
        sys.exit(f"A question over the command line failed; what it printed is in {log}.")
