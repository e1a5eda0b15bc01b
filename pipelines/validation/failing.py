"""Failing rows for people: their key, what was found, what was expected, and the cell of the file they came
from.

Only values of contract-known columns. One CSV per rule, `failing/<rule>.csv`, UTF-8 with a mark for
spreadsheets.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.home import file_digest
from pipelines.validation.results import Result
from pipelines.validation.rules import Rule
from pipelines.validation.spoken import in_words, said

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

COLUMNS = (
    "year", "subject", "measure_id", "area_code", "period", "breakdown", "found", "expected",
    "file_name", "sheet", "row", "col", "submission_id", "finding", "explanation",
)  # fmt: skip
"""`found` and `expected` as `spoken` has them. The last two are `explained`'s: the id of the finding, and why it is
accepted as it is, '' where nobody said so.
"""
_SEEN = {"found_seen": "found", "expected_seen": "expected"}
"""Columns of the CSV with what its `found` and `expected` say in words."""


def clear(folder: Path) -> None:
    """Removes what an earlier run of the same folder left."""
    shutil.rmtree(folder / "failing", ignore_errors=True)


def rows(connection: duckdb.DuckDBPyConnection, rule: Rule, frame: pd.DataFrame) -> list[dict[str, str]]:
    """The failing rows of a frame as text, each with its source cell where the figure was delivered."""
    if frame.empty:
        return []
    import pandas as pd

    keys = pd.DataFrame({name: frame[name].astype(object) for name in ("year", "subject", *COLUMNS[2:6])})
    keys["found"], keys["expected"] = _texts(frame, "left", rule), _texts(frame, "right", rule)
    keys = keys.astype("str")
    keys["position"] = range(len(keys))
    connection.register("failing_keys", keys)
    try:
        found = connection.execute(_CELLS).fetchall()
    finally:
        connection.unregister("failing_keys")
    return [{name: str(value) for name, value in zip(COLUMNS[:-2], row, strict=True)} for row in found]


_CELLS = """
    select
        k.year, k.subject, k.measure_id, k.area_code, k.period, k.breakdown, k.found, k.expected,
        coalesce(any_value(s.file_name), ''), coalesce(any_value(o.source_sheet), ''),
        coalesce(any_value(o.source_row)::varchar, ''), coalesce(any_value(o.source_column)::varchar, ''),
        coalesce(any_value(o.submission_id), '')
    from failing_keys k
    left join (
        select
            table_id, measure_id, area_code, period, breakdown,
            submission_id, source_sheet, source_row, source_column
        from marts.mart_observation where origin = 'delivered'
        union all
        select
            table_id, reported_id, area_code, period, breakdown,
            submission_id, source_sheet, source_row, source_column
        from marts.mart_reported
    ) o
        on k.subject = o.table_id and k.measure_id = o.measure_id and k.area_code = o.area_code
        and k.period = o.period and k.breakdown = o.breakdown
    left join marts.mart_submission s on o.submission_id = s.submission_id and s.verdict = 'accepted'
    group by
        k.position, k.year, k.subject, k.measure_id, k.area_code, k.period, k.breakdown, k.found, k.expected
    order by k.position
"""


def _texts(frame: pd.DataFrame, side: str, rule: Rule) -> list[str]:
    if rule.compare == "between" and side == "right":
        low, high = rule.options
        both = said("range", low=str(low), high=str(high))
        return [f"<= {high}" if low is None else f">= {low}" if high is None else both] * len(frame)
    if rule.compare == "one_of" and side == "right":
        options = rule.options
        return [options[0] if len(options) == 1 else said("one_of", options=options)] * len(frame)
    told = {"left": "shown", "right": "wanted"}[side]  # in words, where the two sides are not what people look at
    in_words = told in frame
    sign = {"at_least": ">= ", "at_most": "<= "}.get(rule.compare, "") if side == "right" and not in_words else ""
    column = frame[told if in_words else side]
    return ["" if missing else f"{sign}{value}" for value, missing in zip(column, column.isna(), strict=True)]


def append(folder: Path, rule: Rule, found: list[dict[str, str]], language: str) -> None:
    """Adds failing rows to the rule's CSV, in words of a language; none, no file."""
    if not found:
        return
    file = folder / "failing" / f"{rule.id}.csv"
    file.parent.mkdir(exist_ok=True)
    fresh = not file.exists()
    with file.open("a", encoding="utf-8-sig" if fresh else "utf-8", newline="") as stream:
        out: csv.DictWriter[str] = csv.DictWriter(stream, (*COLUMNS, *_SEEN))
        if fresh:
            out.writeheader()
        for row in found:
            seen = {name: row[side] for name, side in _SEEN.items()}
            out.writerow(_guarded(row | {side: in_words(row[side], language) for side in _SEEN.values()} | seen))


def of(folder: Path, failed: Sequence[Result]) -> Iterator[dict[str, str]]:
    """All failing rows of a rule, by its results for the years in which it failed; where the CSV is gone, the first
    few that these hold.
    """
    file = folder / "failing" / f"{failed[0].rule}.csv"
    if not file.is_file():
        for result in failed:
            yield from result.first
        return
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            plain = {name: _unguarded(text) for name, text in row.items()}
            yield plain | {side: plain.pop(name, plain[side]) for name, side in _SEEN.items()}  # older ones have words


def digest(folder: Path, rule: str) -> str:
    """sha256 of a rule's CSV; '' where there is none."""
    file = folder / "failing" / f"{rule}.csv"
    return file_digest(file) if file.is_file() else ""


def _guarded(row: dict[str, str]) -> dict[str, str]:
    """Keeps spreadsheets from reading a text of the offices as a formula. Figures stay as they are."""
    return {
        name: f"'{value}"
        if name not in (*_SEEN, *_SEEN.values()) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
        else value
        for name, value in row.items()
    }


def _unguarded(text: str) -> str:
    """A text as it was before it was kept from spreadsheets as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text
