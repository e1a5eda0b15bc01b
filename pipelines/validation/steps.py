"""SQL of the rules about figures against the years before. See `frames` for the columns, `figures` for the manner.

A step from one year to the next, and the area's own history. Neither looks across a day on which the area became
another one under its code, or the measure another thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.validation.figures import EXPLAINED, FIGURES, Query
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import duckdb

LEAST = 4
"""Years that make a history."""

AT_ONCE = 1_000_000
"""Figures whose years before are computed in one piece."""

DAYS = """
    select area_code, effective_on as day, '' as measure_id from doc_area_reshaped
    union
    select c.area_code, b.starts_on, s.measure_id
    from doc_series_break_figure s
    join doc_series_break b using (break_id)
    join doc_area_closure c on s.area_code in ('', c.ancestor_code)
    where s.table_id = $subject
"""
"""Days that part what was before from what is after: of an area, for a measure or ('') all."""


def change(rule: Rule) -> Query:
    """Per figure: by how much it differs from the year before (left), and how much it may (right), both in its unit.

    Undecided without a year before, from a base that is too small to judge by, and where one of the two is a bound or
    covers part of its period; nor where the area is another one under its code than the year before, or the measure
    means something else.
    """
    measure, percent, base = rule.options
    return (
        f"""
        with figures as (
            select
                *, case when qualifier = '' and covers_period then value end as exact,
                lpad((substr(period, 1, 4)::int - 1)::varchar, 4, '0') || substr(period, 5) as previous
            from ({FIGURES}) where measure_id = $measure
        ),
        days as ({DAYS}),
        parted as (
            select distinct d.area_code, p.period
            from days d join doc_period p
                on d.measure_id in ('', $measure) and d.day <= p.period_end
                and d.day > lpad((substr(p.period_start, 1, 4)::int - 1)::varchar, 4, '0') || substr(p.period_start, 5)
        )
        select
            $subject as subject, f.measure_id, f.area_code, f.period, f.breakdown, f.year,
            case when p.period is null and b.exact >= $base then abs(f.exact - b.exact) end::bigint as "left",
            (b.exact::hugeint * $percent // 100)::bigint as "right",
            {EXPLAINED.replace("value", "f.value").replace("obs_status", "f.obs_status")} as explained,
            case when "left" > "right"
                then json_object('say', 'after', 'figure', f.exact, 'before', [b.exact]) end as shown
        from figures f
        left join figures b
            on f.area_code = b.area_code and f.breakdown = b.breakdown and f.previous = b.period
        left join parted p on f.area_code = p.area_code and f.period = p.period
        """,
        {"subject": rule.subject, "measure": measure, "percent": percent, "base": base},
    )


_PAST = f"""
    with days as ({DAYS}),
    figures as (
        select
            *, case when qualifier = '' and covers_period then value end as exact,
            substr(period, 1, 4)::int as at, substr(period, 5) as season
        from ({FIGURES})
        where list_contains($measures, measure_id) and year between $first - $years - 1 and $last
    ),
    cut as (
        select
            f.area_code, f.measure_id, p.period, count(*) filter (where d.day <= p.period_start) as before_start,
            count(*) filter (where d.day <= p.period_end) as before_end
        from (select distinct area_code, measure_id, period from figures semi join days using (area_code)) f
        join doc_period p using (period)
        join days d on f.area_code = d.area_code and d.measure_id in ('', f.measure_id)
        group by all
    ),
    earlier as (
        select
            f.*, list(f.exact) filter (where f.exact is not null) over before as told
        from figures f left join cut c using (area_code, measure_id, period)
        window before as (
            partition by f.measure_id, f.area_code, f.breakdown, f.season,
                coalesce(c.before_start, 0), coalesce(c.before_end, 0)
            order by f.at range between $years preceding and 1 preceding
        )
    ),
    middle as (
        select *, list_sort(told) as sorted, sorted[(len(sorted) + 1) // 2] as median
        from earlier where year between $first and $last
    )
    select
        measure_id, area_code, area_level = $lowest as is_lowest, period, breakdown, year, submission_id,
        {EXPLAINED} as explained, exact, told, median,
        greatest(
            list_sort(list_transform(sorted, lambda x: abs(x - median)))[(len(sorted) + 1) // 2],
            case when list_contains($steady, measure_id) then 1 else floor(sqrt(greatest(median, 0)))::bigint end,
            median // 20, 1
        ) as usual
    from middle
"""


def lay(connection: duckdb.DuckDBPyConnection, rule: Rule, first: int, last: int) -> None:
    """Lays `past` beside the build: each figure of the rule's table with its years before (`told`, in order, and the
    median of them) and the usual distance from it.

    Once for the years from first to last and for all rules of the table's history; of a large table some measures at a
    time, since the years before cannot leave memory.
    """
    laid = f"{rule.subject} {first} {last}"
    if connection.execute("select getvariable('past_of')").fetchone() == (laid,):
        return
    connection.execute("reset variable past_of")
    for made in ("past", "swapped_cell", "swapped_judged"):  # of another table: memory holds one at a time
        connection.execute(f"drop table if exists {made}")
    measures, steady, years, _, _, lowest, _ = rule.options
    (rows,) = connection.execute(f"select count(*) from ({FIGURES})", {"subject": rule.subject}).fetchall()[0]
    together = max(len(measures) * AT_ONCE // max(rows, 1), 1)
    for begin in range(0, len(measures), together):
        into = "insert into past" if begin else "create temp table past as"
        known = {
            "subject": rule.subject, "measures": list(measures[begin : begin + together]), "steady": list(steady),
            "years": years, "lowest": lowest, "first": first, "last": last,
        }  # fmt: skip
        connection.execute(f"{into} {_PAST}", known)
    connection.execute("set variable past_of = $laid", {"laid": laid})


def history(rule: Rule) -> Query:
    """Per figure: its distance from what the same area and class had in the years before (left), which reaches from
    their median to the last of them, and how far it may lie (right): `HistoryLimit` says what that is. Medians of an
    even number are the lower of the two in the middle.

    Undecided with less than LEAST years before it, where figure and median are too small to judge by, and where it is
    a bound or covers part of its period; such figures are no history either.
    """
    *_, times, above, _, base = rule.options
    return (
        """
        with held as (
            select
                past.*, usual * case when is_lowest then $times else $above end as may,
                least(median, told[-1]) as low, greatest(median, told[-1]) as high, m.signed
            from past left join doc_measure m on m.table_id = $subject and past.measure_id = m.measure_id
        )
        select
            $subject as subject, measure_id, area_code, period, breakdown, year,
            case when exact is not null and len(told) >= $least and ($base = 0 or greatest(exact, median) >= $base)
                then greatest(low - exact, exact - high, 0) end::bigint as "left",
            may::bigint as "right", explained,
            case when "left" > "right" then json_object('say', 'after', 'figure', exact, 'before', told) end as shown,
            case when "left" > "right" then json_object(
                'say', 'range', 'low', if(signed, low - may, greatest(low - may, 0)), 'high', high + may
            ) end as wanted
        from held
        """,
        {
            "subject": rule.subject,
            "times": times,
            "above": above,
            "base": base,
            "least": LEAST,
        },
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"change": change, "history": history}
"""kind -> maker of its query."""
