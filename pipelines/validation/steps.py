"""SQL of the rules about figures against the years before. See `frames` for the columns, `figures` for the manner.

A step from one year to the next, and the area's own history. Neither looks across a day on which the area became
another one under its code, or the measure another thing.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import EXPLAINED, FIGURES, Query
from pipelines.validation.rules import Rule

LEAST = 4
"""Years that make a history."""

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
            f.exact || ' after ' || b.exact as shown
        from figures f
        left join figures b
            on f.area_code = b.area_code and f.breakdown = b.breakdown and f.previous = b.period
        left join parted p on f.area_code = p.area_code and f.period = p.period
        """,
        {"subject": rule.subject, "measure": measure, "percent": percent, "base": base},
    )


def history(rule: Rule) -> Query:
    """Per figure: its distance from the median of the same area and class in the years before (left), and how far it
    may lie (right): `HistoryLimit` says what that is. Medians of an even number are the lower of the two in the middle.

    Undecided with less than LEAST years before it, where figure and median are too small to judge by, and where it is
    a bound or covers part of its period; such figures are no history either.
    """
    measures, years, times, base = rule.options
    return (
        f"""
        with days as ({DAYS}),
        figures as (
            select
                *, case when qualifier = '' and covers_period then value end as exact,
                substr(period, 1, 4)::int as at, substr(period, 5) as season
            from ({FIGURES}) where list_contains($measures, measure_id)
        ),
        cut as (
            select
                f.area_code, f.measure_id, p.period, count(*) filter (where d.day <= p.period_start) as before_start,
                count(*) filter (where d.day <= p.period_end) as before_end
            from (select distinct area_code, measure_id, period from figures) f
            join doc_period p using (period)
            join days d on f.area_code = d.area_code and d.measure_id in ('', f.measure_id)
            group by all
        ),
        past as (
            select
                f.*,
                list_sort(list(f.exact) filter (where f.exact is not null) over earlier) as sorted,
                list(f.exact) filter (where f.exact is not null) over earlier as told
            from figures f left join cut c using (area_code, measure_id, period)
            window earlier as (
                partition by f.measure_id, f.area_code, f.breakdown, f.season,
                    coalesce(c.before_start, 0), coalesce(c.before_end, 0)
                order by f.at range between $years preceding and 1 preceding
            )
        ),
        middle as (select *, sorted[(len(sorted) + 1) // 2] as median from past),
        usual as (
            select
                *, greatest(
                    list_sort(list_transform(sorted, lambda x: abs(x - median)))[(len(sorted) + 1) // 2],
                    floor(sqrt(greatest(median, 0)))::bigint, median // 20, 1
                ) * $times as may
            from middle
        )
        select
            $subject as subject, measure_id, area_code, period, breakdown, year,
            case when len(sorted) >= $least and ($base = 0 or greatest(exact, median) >= $base)
                then abs(exact - median) end::bigint as "left",
            may::bigint as "right", {EXPLAINED} as explained,
            exact || ' after ' || array_to_string(told, ', ') as shown,
            (median - may) || ' to ' || (median + may) as wanted
        from usual
        """,
        {
            "subject": rule.subject,
            "measures": list(measures),
            "years": years,
            "times": times,
            "base": base,
            "least": LEAST,
        },
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"change": change, "history": history}
"""kind -> maker of its query."""
