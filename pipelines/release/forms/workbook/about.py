"""Tables about the figures: what was revised, corrected, warned of and explained; which returns came; which areas are
published together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.release.explanations import TABLE as EXPLANATION
from pipelines.release.forms.marks import NOT_APPLICABLE
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.facts import Facts
from pipelines.release.forms.workbook.table import Cell, Figure, Table
from pipelines.release.forms.workbook.words import Words
from pipelines.release.published_tables import REVISION

_NONE = shorthand.bracketed(NOT_APPLICABLE)


def tables(facts: Facts, words: Words) -> Iterator[Table]:
    """Those that have a row."""
    makers = {
        "revisions": _revisions, "corrections": _corrections, "coverage": _coverage, "checks": _checks,
        "warnings": _warnings, "explanations": _explanations, "lines": _lines,
    }  # fmt: skip
    for name, maker in makers.items():
        columns, rows = maker(facts, words)
        if rows:
            yield Table(
                name,
                words.say("section.about"),
                words.say(f"short.{name}"),
                words.say(f"title.{name}", release=facts.source.said["release_id"]),
                [words.say(f"line.{name}", parent=facts.source.said.get("parent") or "")],
                [words.say(f"column.{column}") for column in columns],
                rows,
            )


Made = tuple[Sequence[str], list[list[Cell]]]
"""Columns and rows; without a row there is no table."""


def _revisions(facts: Facts, words: Words) -> Made:
    if REVISION not in facts.tables:
        return (), []
    found = facts.source.rows(
        f"select * from {REVISION} where edition = ? order by indicator_id = '', indicator_id, table_id, measure_id, "
        "year desc, period desc, breakdown, area_code",
        facts.source.said["release_id"],
    )
    rows: list[list[Cell]] = [
        [
            _what(words, row), _area(facts, words, row["area_code"]), row["period"], _class(words, row),
            *(_number(row[name], _decimals(words, row)) for name in ("from_value", "to_value", "size")),
            words.listed([_reason(words, one) for one in row["reason"].split("|")]),
            words.say("yes" if row["was_final"] else "no"),
        ]
        for row in found if facts.row(row["area_code"]) in facts.areas
    ]  # fmt: skip
    return ("figure", "area", "period", "class", "before", "since", "size", "reason", "was_final"), rows


def _reason(words: Words, reason: str) -> str:
    """A reason that a return may give, or one that only an edition knows of."""
    return words.known(f"reason.{reason}", words.known(f"workbook.revised.{reason}", reason))


def _corrections(facts: Facts, words: Words) -> Made:
    found = facts.source.rows("select * from mart_correction order by correction_id")
    rows: list[list[Cell]] = []
    for row in found:
        correction = words.catalog.corrections[row["correction_id"]]
        rows.append(
            [
                _what(words, row | {"indicator_id": ""}), _area(facts, words, row["area_code"]), row["period"],
                _class(words, row), _number(row["source_value"]), _number(row["value"]),
                words.known(f"reason.{correction.reason}", correction.reason),
                words.of(correction.because.model_dump()), correction.decided_by,
            ]
        )  # fmt: skip
    return ("figure", "area", "period", "class", "source", "instead", "reason", "because", "by"), rows


def _coverage(facts: Facts, words: Words) -> Made:
    found = facts.source.rows(
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


def _checks(facts: Facts, words: Words) -> Made:
    of = "rows_failed > 0 and rows_failed <= rows_explained"
    found = facts.source.rows(
        "select year, count(*) as checks, count(*) filter (where status = 'pass') as passed, "
        f"count(*) filter (where status = 'fail' and not coalesce({of}, false)) as warned, "
        f"count(*) filter (where status = 'fail' and coalesce({of}, false)) as explained, "
        "count(*) filter (where status = 'undecided') as undecided from mart_quality group by year order by year desc"
    )
    names = ("checks", "passed", "warned", "explained", "undecided")
    rows: list[list[Cell]] = [[_year(words, row["year"]), *(_number(row[name]) for name in names)] for row in found]
    return ("year", *names), rows


def _warnings(facts: Facts, words: Words) -> Made:
    found = facts.source.rows("select * from mart_quality where status = 'fail' order by year desc, rule_id")
    rows: list[list[Cell]] = [
        [
            row["rule_id"], _year(words, row["year"]), row[f"because_{words.language}"],
            *(_counted(row[name]) for name in ("rows_seen", "rows_failed", "rows_explained")),
        ]
        for row in found
    ]  # fmt: skip
    return ("check", "year", "why_checked", "rows_seen", "rows_failed", "rows_explained"), rows


def _explanations(facts: Facts, words: Words) -> Made:
    if EXPLANATION not in facts.tables:
        return (), []
    found = facts.source.rows(
        f"select * from {EXPLANATION} where state = 'accepted' "
        "order by year desc, rule_id, area_code, breakdown, found_en"
    )
    rows: list[list[Cell]] = [
        [
            row["rule_id"], _area(facts, words, row["area_code"]), row["period"],
            row[f"found_{words.language}"], row[f"expected_{words.language}"], row["because"], row["explained_by"],
        ]
        for row in found
    ]  # fmt: skip
    return ("check", "area", "period", "found", "expected", "because", "by"), rows


def _lines(facts: Facts, words: Words) -> Made:
    if not facts.pools:
        return (), []
    found = facts.source.rows(
        "select p.*, l.area_code from dim_pool p join dim_pool_area l using (pool_id) "
        "where p.is_published order by p.family, p.parent_code, p.year desc, p.pool_id, l.area_code"
    )
    members: dict[str, list[str]] = {}
    for row in found:
        members.setdefault(row["pool_id"], []).append(_area(facts, words, row["area_code"]))
    pools = {row["pool_id"]: row for row in found if facts.row(row["pool_id"]) in facts.areas}
    rows: list[list[Cell]] = [
        [
            facts.row(id), str(row["year"]), row[f"name_{words.language}"], _area(facts, words, row["parent_code"]),
            words.listed(members[id]),
        ]
        for id, row in pools.items()
    ]  # fmt: skip
    return ("code", "year", "line", "within", "areas"), rows


def _what(words: Words, row: dict[str, Any]) -> str:
    """The title of an indicator, or of a measure and its return; of one that has no document any more its id."""
    if id := row["indicator_id"]:
        return words.of(words.catalog.indicators[id].title.model_dump()) if id in words.catalog.indicators else id
    table, measure = row["table_id"], row["measure_id"]
    found = words.catalog.returns.get(table)
    asked = found.measure(measure) if found else None
    if found and asked:
        return words.say("figure", table=words.of(found.title.model_dump()), measure=words.of(asked.title.model_dump()))
    level = words.levels(measure)
    return words.known(f"method.{table}.{measure}", level) if table == "returns" else level


def _class(words: Words, row: dict[str, Any]) -> str:
    if row["breakdown"] == TOTAL:
        return words.say("total")
    if row.get("indicator_id") in words.catalog.indicators:
        return words.about(row["indicator_id"]).breakdown(row["breakdown"])
    return words.classes(row["table_id"], row["breakdown"])


def _area(facts: Facts, words: Words, code: str) -> str:
    return words.of(facts.names[code]) if code in facts.names else code or _NONE


def _year(words: Words, year: int) -> str:
    return str(year) if year else words.say("no_year")


def _decimals(words: Words, row: dict[str, Any]) -> int | None:
    if not row["indicator_id"]:
        return 0
    found = words.catalog.indicators.get(row["indicator_id"])
    return found.decimals if found else None


def _number(value: Any, decimals: int | None = 0) -> Cell:
    """A value of a mart as a number; [z] where there is none."""
    return _NONE if value is None else Figure(str(value), decimals)


def _counted(value: Any) -> Cell:
    """A count of what a check looked at, which is confidential where some of it is not public."""
    return shorthand.bracketed("c") if value is None else _number(value)
