"""SQL of the rules about figures against the year before. See `frames` for the columns, `figures` for the manner.

Only limits that a document states for one measure; what an area's own history says is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import EXPLAINED, FIGURES, Query
from pipelines.validation.rules import Rule


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
        days as (
            select area_code, effective_on as day from doc_area_reshaped
            union all
            select c.area_code, b.starts_on
            from doc_series_break_figure s
            join doc_series_break b using (break_id)
            join doc_area_closure c on s.area_code in ('', c.ancestor_code)
            where s.table_id = $subject and s.measure_id = $measure
        ),
        parted as (
            select distinct d.area_code, p.period
            from days d join doc_period p
                on d.day <= p.period_end
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


MAKERS: dict[str, Callable[[Rule], Query]] = {"change": change}
"""kind -> maker of its query."""
