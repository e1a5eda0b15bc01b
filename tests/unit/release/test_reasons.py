"""Why a summed figure changed: what is in the sum, and what it is summed from. Two releases made up of the columns that
reasons read, over a province P of the counties A and B with townships below A.
"""

from __future__ import annotations

import duckdb
import pytest

from pipelines.release import reasons

PARENTS = {"P": "", "A": "P", "B": "P", "A1": "A", "A2": "A"}
CELL = "table_id text, measure_id text, area_code text, period text, breakdown text"
TABLES = (
    f"mart_observation ({CELL}, value bigint, origin text, submission_id text)",
    f"mart_correction ({CELL}, reason text, state text)",
    "mart_indicator (indicator_id text, area_code text, period text, breakdown text, kind text, value int, "
    "numerator int, denominator int, reason text)",
    "dim_area (area_code text, parent_code text, valid_from date, valid_to date)",
    "dim_period (period text, start_on date, end_on date)",
    "dim_indicator (indicator_id text, kind text, multiplier int, decimals int, by_dimension text, numerator text, "
    "denominator text, share_level text, document text)",
    "dim_target (indicator_id text, document text)",
    "mart_submission (submission_id text, table_id text, period text, unit_code text, effective_prepared_on date, "
    "effective_revision int, standing text, decision text, reason text, explained_by text)",
    f"mart_revision ({CELL}, from_value bigint, to_value bigint, to_submission_id text, reason text)",
)
DOCUMENTS = (
    "doc_area_closure (ancestor_code text, area_code text, distance int)",
    "doc_indicator_term (indicator_id text, breakdown text, table_id text, measure_id text, in_breakdown text, "
    "lag_years int)",
    "doc_indicator_meeting (indicator_id text, meets_indicator_id text)",
    "changed_document (document text)",
)


def cell(area: str, value: int, origin: str = "delivered", period: str = "2004", sent: str = "") -> str:
    row = f"'t', 'm', '{area}', '{period}', '_T', {value}, '{origin}', nullif('{sent}', '')"
    return f"insert into {{}}.mart_observation values ({row})"


def corrected(area: str) -> str:
    return f"insert into {{}}.mart_correction values ('t', 'm', '{area}', '2004', '_T', 'correction', 'in_effect')"


def told(old: list[str], new: list[str], *documents: str) -> dict[tuple[str, str], str]:
    """(area, period) -> the reason found, between two releases with these rows."""
    with duckdb.connect() as connection:
        for side, rows in (("old", old), ("new", new)):
            connection.execute(f"attach ':memory:' as {side}")
            for table in TABLES:
                connection.execute(f"create table {side}.main.{table}")
            for code, parent in PARENTS.items():
                connection.execute(
                    f"insert into {side}.dim_area values ('{code}', nullif('{parent}', ''), '2000-01-01', '9999-12-31')"
                )
            for year in (2004, 2005):
                connection.execute(f"insert into {side}.dim_period values ('{year}', '{year}-01-01', '{year}-12-31')")
            for row in rows:
                connection.execute(row.format(side))
        for table in DOCUMENTS:
            connection.execute(f"create table {table}")
        for code in PARENTS:
            above, distance = code, 0
            while above:
                connection.execute("insert into doc_area_closure values (?, ?, ?)", [above, code, distance])
                above, distance = PARENTS[above], distance + 1
        for document in documents:
            connection.execute("insert into changed_document values (?)", [document])
        reasons.lay(connection, "old", "new")
        return {
            (a, p): r
            for a, p, r in connection.execute("select area_code, period, reason from reason_of_cell").fetchall()
        }


def test_a_sum_takes_no_reason_from_below_an_area_that_delivers() -> None:
    old = [cell("P", 30, "summed"), cell("A", 10), cell("A1", 4), cell("B", 20)]
    new = [cell("P", 31, "summed"), cell("A", 11), cell("A1", 5), cell("B", 20), corrected("A1")]
    assert told(old, new) == {("P", "2004"): "", ("A", "2004"): "", ("A1", "2004"): "correction"}
    new = [cell("P", 31, "summed"), cell("A", 11), cell("A1", 5), cell("B", 20), corrected("A")]
    assert told(old, new) == {("P", "2004"): "correction", ("A", "2004"): "correction", ("A1", "2004"): ""}


def test_a_sum_of_sums_takes_the_reasons_of_all_that_is_in_it() -> None:
    old = [cell("P", 30, "summed"), cell("A", 10, "summed"), cell("A1", 4), cell("A2", 6), cell("B", 20)]
    new = [cell("P", 32, "summed"), cell("A", 12, "summed"), cell("A1", 5), cell("A2", 7), cell("B", 20)]
    both = [corrected("A1"), corrected("A2")]
    assert {told(old, new + both)[area, "2004"] for area in ("P", "A")} == {"correction"}
    assert {told(old, new + both[:1])[area, "2004"] for area in ("P", "A")} == {""}, "nothing is said of one of them"


@pytest.mark.parametrize(("ends", "expected"), [("2004-12-30", "boundary"), ("2004-12-31", "")])
def test_only_sums_of_other_areas_than_before_changed_with_the_boundaries(ends: str, expected: str) -> None:
    """A1 ends by a new area list: the sums above it are others from the year on whose last day it does not see."""
    old = [cell(area, 30, "summed", year) for area in ("P", "A", "B") for year in ("2004", "2005")]
    new = [cell(area, 29, "summed", year) for area in ("P", "A", "B") for year in ("2004", "2005")]
    new.append(f"update {{}}.dim_area set valid_to = '{ends}' where area_code = 'A1'")
    found = told(old, new, "codelists/area.csv", "area_events/any.yaml")
    assert found == {
        ("A", "2004"): expected, ("A", "2005"): "boundary", ("P", "2004"): expected, ("P", "2005"): "boundary",
        ("B", "2004"): "", ("B", "2005"): "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "reason", "by", "expected"),
    [
        ("refuse", "method", "Li Wei", "method"),
        ("refuse", "", "", "correction"),
        ("refuse", "late_return", "", "correction"),  # so the office had said of its own revision
        ("", "", "", ""),  # another of the same place was accepted: that one is to be explained
    ],
)
def test_what_a_person_took_out_of_force_is_explained_by_it(decision: str, reason: str, by: str, expected: str) -> None:
    """s2 stood; refused, it makes room for s1, which revises nothing of what was said."""

    def submission(id: str, day: int, standing: str, told: str = "'', '', ''") -> str:
        place = f"'t', '2004', 'A', '2005-03-0{day}', 0"
        return f"insert into {{}}.mart_submission values ('{id}', {place}, '{standing}', {told})"

    sent = [
        submission("s1", 1, "in_force"),
        submission("s2", 2, "refused", f"'{decision}', '{reason}', nullif('{by}', '')"),
    ]
    old, new = [cell("A", 11, sent="s2")], [cell("A", 10, sent="s1"), *sent]
    assert told(old, new) == {("A", "2004"): expected}
    newer = "insert into {}.mart_revision values ('t', 'm', 'A', '2004', '_T', 10, 12, 's3', '')"
    later = [cell("A", 12, sent="s3"), *sent, submission("s3", 3, "in_force"), newer]
    assert told(old, later) == {("A", "2004"): ""}, "of the one that took its place nothing is said"
