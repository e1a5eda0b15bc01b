"""SQL of the rule about places and runs of years, each found a second time: a place by counting the areas with a better
exact ratio, a run from the year before. See `frames` for the columns, `figures` for the manner.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import Query
from pipelines.validation.indicators import shifted
from pipelines.validation.rules import Rule


def places(_: Rule) -> Query:
    """Per row of the scorecard: its place, how many were ranked, the years met in a row (left), and again (right)."""
    return (
        f"""
        with directions as (
            select d.indicator_id, b.breakdown, l.level, d.rank_in_parent as direction, 0 as start_year,
                9999 as until_year, true as is_asked
            from doc_indicator d
            join doc_indicator_level l using (indicator_id)
            cross join (select distinct indicator_id as of_indicator, breakdown from marts.mart_indicator) b
            where d.rank_in_parent <> '' and b.of_indicator = d.indicator_id
            union all
            select t.indicator_id, t.breakdown, t.level, t.direction, t.start_year, t.until_year, false
            from doc_target t join doc_indicator d using (indicator_id)
            where t.direction <> '' and d.rank_in_parent = ''
        ),
        placed as (
            select
                i.indicator_id, i.area_code, i.period, i.breakdown, p.year, p.parent_code, p.level, r.is_asked,
                r.direction = 'higher_is_better' as more_is_better,
                p.parent_code <> '' and i.value is not null and i.covers_period
                and i.qualifier not in ('at_least', 'at_most') as is_ranked,
                i.numerator::hugeint as top, coalesce(i.denominator, 1)::hugeint as bottom
            from (select * from marts.mart_indicator semi join directions using (indicator_id)) i
            join doc_area_there p using (area_code, period)
            join directions r
                on i.indicator_id = r.indicator_id and i.breakdown = r.breakdown and p.level = r.level
                and p.year between r.start_year and r.until_year
            where p.months = 12 and p.year between $first and $last
        ),
        ranked as (
            select
                a.indicator_id, a.area_code, a.period, a.breakdown,
                1 + count(*) filter (
                    where if(a.more_is_better, b.top * a.bottom > a.top * b.bottom, b.top * a.bottom < a.top * b.bottom)
                ) as place,
                count(*) as areas
            from placed a join placed b using (indicator_id, period, breakdown, parent_code, level)
            where a.is_ranked and b.is_ranked
            group by all
        ),
        days as (
            select s.indicator_id, c.area_code, b.starts_on as day
            from doc_series_break_scope s
            join doc_series_break b using (break_id)
            join doc_area_closure c on s.area_code in ('', c.ancestor_code)
            union all
            select null, area_code, effective_on from doc_area_reshaped
        ),
        run as (
            select
                s.indicator_id, s.area_code, s.period, s.breakdown,
                case
                    when s.verdict <> 'met' then 0
                    when b.verdict = 'met' and not exists (
                        select 1 from days d
                        where d.area_code = s.area_code and coalesce(d.indicator_id, s.indicator_id) = s.indicator_id
                            and d.day > q.period_start and d.day <= p.period_end
                    ) then b.years_met_in_a_row + 1
                    else 1
                end as years
            from marts.mart_scorecard s
            join doc_period p using (period)
            left join marts.mart_scorecard b
                on s.indicator_id = b.indicator_id and s.area_code = b.area_code and s.breakdown = b.breakdown
                and b.period = {shifted("s.period", "- 1")}
            left join doc_period q on b.period = q.period
            where s.verdict is not null and s.year between $first and $last
        ),
        shown as (
            select *, true as is_shown from marts.mart_scorecard where year between $first and $last
        )
        select
            indicator_id as subject, '' as measure_id, area_code, period, breakdown,
            coalesce(s.year, p.year)::bigint as year,
            case
                when s.is_shown is null then 'left_out'
                else json_object(
                    'say', 'place', 'place', s.rank_in_parent, 'areas', s.ranked_areas, 'years', s.years_met_in_a_row
                )::varchar
            end as "left",
            json_object('say', 'place', 'place', r.place, 'areas', r.areas, 'years', y.years)::varchar as "right",
            true as explained
        from shown s
        full outer join (select * from placed where is_asked) p using (indicator_id, area_code, period, breakdown)
        left join ranked r using (indicator_id, area_code, period, breakdown)
        left join run y using (indicator_id, area_code, period, breakdown)
        """,
        {},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"scorecard_places": places}
"""kind -> maker of its query."""
