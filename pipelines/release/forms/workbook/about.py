"""Tables about the figures: what was revised, corrected, warned of and explained; which returns came; which areas are
published together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.release.forms.marks import NOT_APPLICABLE
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.extract import Extract
from pipelines.release.forms.workbook.table import Cell, Number, Table

_NONE = shorthand.bracketed(NOT_APPLICABLE)


def tables(extract: Extract, words: Words) -> Iterator[Table]:
    """Those that have a row."""
    makers = {
        "revisions": _revisions, "corrections": _corrections, "coverage": _coverage, "checks": _checks,
        "warnings": _warnings, "explanations": _explanations, "lines": _lines,
    }  # fmt: skip
    for name, maker in makers.items():
        columns, rows = maker(extract, words)
        if rows:
            yield Table(
                name,
                words.say("section.about"),
                words.say(f"short.{name}"),
                words.say(f"title.{name}", release=extract.source.said["release_id"]),
                [words.say(f"line.{name}", parent=extract.source.said.get("parent") or "")],
                [words.say(f"column.{column}") for column in columns],
                rows,
            )


Made = tuple[Sequence[str], list[list[Cell]]]
"""Columns and rows; without a row there is no table."""


def _revisions(extract: Extract, words: Words) -> Made:
    rows: list[list[Cell]] = [
        [
            words.figure(row), _area(extract, words, row["area_code"]), row["period"], _class(words, row),
            *(_number(row[name], _decimals(words, row)) for name in ("from_value", "to_value", "size")),
            words.revised(row["reason"]), words.say("yes" if row["was_final"] else "no"),
        ]
        for row in extract.revisions
    ]  # fmt: skip
    return ("figure", "area", "period", "class", "before", "since", "size", "reason", "was_final"), rows


def _corrections(extract: Extract, words: Words) -> Made:
    rows: list[list[Cell]] = [
        [
            words.figure(row), _area(extract, words, row["area_code"]), row["period"], _class(words, row),
            _number(row["source_value"]), _number(row["value"]),
            words.known(f"reason.{correction.reason}", correction.reason),
            words.label(correction.because), correction.decided_by,
        ]
        for row, correction in extract.facts.corrections
    ]  # fmt: skip
    return ("figure", "area", "period", "class", "source", "instead", "reason", "because", "by"), rows


def _coverage(extract: Extract, words: Words) -> Made:
    found = extract.source.rows(
        "select office, year, count(*) as due, count(*) filter (where is_received) as received, "
        "count(*) filter (where is_on_time) as on_time from mart_coverage where is_due group by all order by all"
    )
    offices = list(words.catalog.offices.items)
    found.sort(key=lambda row: (-row["year"], offices.index(row["office"])))
    rows: list[list[Cell]] = [
        [
            str(row["year"]),
            words.office(row["office"]),
            *(_number(row[name]) for name in ("due", "received", "on_time")),
        ]
        for row in found
    ]
    return ("year", "office", "due", "received", "on_time"), rows


def _checks(extract: Extract, words: Words) -> Made:
    of = "rows_failed > 0 and rows_failed <= rows_explained"
    found = extract.source.rows(
        "select year, count(*) as checks, count(*) filter (where status = 'pass') as passed, "
        f"count(*) filter (where status = 'fail' and not coalesce({of}, false)) as warned, "
        f"count(*) filter (where status = 'fail' and coalesce({of}, false)) as explained, "
        "count(*) filter (where status = 'undecided') as undecided from mart_quality group by year order by year desc"
    )
    names = ("checks", "passed", "warned", "explained", "undecided")
    rows: list[list[Cell]] = [[_year(words, row["year"]), *(_number(row[name]) for name in names)] for row in found]
    return ("year", *names), rows


def _warnings(extract: Extract, words: Words) -> Made:
    rows: list[list[Cell]] = [
        [
            row["rule_id"], _year(words, row["year"]), row[f"because_{words.language}"],
            *(_counted(row[name]) for name in ("rows_seen", "rows_failed", "rows_explained")),
        ]
        for row in extract.facts.warnings
    ]  # fmt: skip
    return ("check", "year", "why_checked", "rows_seen", "rows_failed", "rows_explained"), rows


def _explanations(extract: Extract, words: Words) -> Made:
    rows: list[list[Cell]] = [
        [
            row["rule_id"], _area(extract, words, row["area_code"]), row["period"],
            row[f"found_{words.language}"], row[f"expected_{words.language}"], row["because"], row["explained_by"],
        ]
        for row in extract.facts.explanations
    ]  # fmt: skip
    return ("check", "area", "period", "found", "expected", "because", "by"), rows


def _lines(extract: Extract, words: Words) -> Made:
    facts = extract.facts
    if not facts.members:
        return (), []
    found = facts.source.rows(
        "select * from dim_pool where is_published order by family, parent_code, year desc, pool_id"
    )
    rows: list[list[Cell]] = [
        [
            facts.line(row["pool_id"]), str(row["year"]), row[f"name_{words.language}"],
            _area(extract, words, row["parent_code"]),
            words.listed([_area(extract, words, one) for one in facts.members[row["pool_id"]]]),
        ]
        for row in found if facts.line(row["pool_id"]) in extract.lines
    ]  # fmt: skip
    return ("code", "year", "line", "within", "areas"), rows


def _class(words: Words, row: dict[str, Any]) -> str:
    return words.figure_class(row) or words.say("total")


def _area(extract: Extract, words: Words, code: str) -> str:
    return words.area_of(extract.facts.all, code) or _NONE


def _year(words: Words, year: int) -> str:
    return str(year) if year else words.say("no_year")


def _decimals(words: Words, row: dict[str, Any]) -> int | None:
    if not row["indicator_id"]:
        return 0
    found = words.catalog.indicators.get(row["indicator_id"])
    return found.decimals if found else None


def _number(value: Any, decimals: int | None = 0) -> Cell:
    """A value of a mart as a number; [z] where there is none."""
    return _NONE if value is None else Number(str(value), decimals)


def _counted(value: Any) -> Cell:
    """A count of what a check looked at, which is confidential where some of it is not public."""
    return shorthand.bracketed("c") if value is None else _number(value)
