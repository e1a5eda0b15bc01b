"""SQL of the rule about years that are made of months. See `frames` for the columns, `figures` for the manner.

Which months there are is read from the build; what they make of a year is `exact`'s word, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipelines.contracts import periods
from pipelines.validation.figures import Query
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import duckdb

EXACT = ("over_time", "parts")
"""Columns from which `exact.year` makes `right`; a part is `first month:months:value`, parts are joined by `;`."""


def of_months(_: Rule) -> Query:
    """Per figure that stands for a part of a calendar year: the year made of such parts (left; 'none' without a value,
    'left_out' without a row), and what to make it of again. Undecided where the year has another origin.
    """
    return (
        """
        with parts as (
            select
                o.table_id, o.measure_id, o.area_code, o.breakdown, substr(o.period, 1, 4) as period,
                coalesce(string_agg(
                    substr(p.period_start, 6, 2) || ':' || p.months || ':' || o.value, ';' order by p.period_start
                ), '') as parts
            from marts.mart_observation o join doc_period p using (period)
            where p.months < 12 and substr(p.period_start, 1, 4) = substr(p.period_end, 1, 4)
            group by all
        )
        select
            table_id as subject, measure_id, area_code, period, breakdown, period::bigint as year,
            case
                when o.origin is null then 'left_out'
                when o.origin = 'from_months' then coalesce(o.value::varchar, 'none')
            end as "left",
            coalesce(p.parts, '') as parts, coalesce(m.over_time, 'none') as over_time, true as explained
        from parts p
        full outer join (
            select table_id, measure_id, area_code, breakdown, period, value, origin from marts.mart_observation
            where length(period) = 4
        ) o using (table_id, measure_id, area_code, breakdown, period)
        left join doc_measure m using (table_id, measure_id)
        where p.parts is not null or o.origin = 'from_months'
        """,
        {},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"year_of_months": of_months}
"""kind -> maker of its query."""


def years(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, int, int]]:
    """(key, year, rows) that the rule must cover: where figures stand for parts of a year, or are made of such.

    Never from the years alone, so that one left out is missed.
    """
    sql = "select period, origin = 'from_months', count(*) from marts.mart_observation group by all"
    for period, is_made, rows in connection.execute(sql).fetchall():
        when = periods.parse(period)
        if is_made or (when.months < 12 and when.start.year == when.end.year):
            yield "years", when.year, rows
