"""SQL of the rules about figures that make each other up: parts and totals, parents and children.

See `frames` for the columns, `figures` for the manner.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import EXPLAINED, FIGURES, Query
from pipelines.validation.rules import Rule

_PARTS = f"""
    figures as (
        select * from ({FIGURES}) semi join (
            select measure_id from doc_measure_part where table_id = $subject and dimension = $dimension
        ) using (measure_id)
    ),
    pairs as (
        select p.total_breakdown, p.part_breakdown, b.valid_from, b.valid_to
        from doc_breakdown_part p
        join doc_breakdown b on p.table_id = b.table_id and p.part_breakdown = b.breakdown
        where p.table_id = $subject and p.dimension = $dimension
    ),
    expected as (
        select total_breakdown, period, count(*) as parts
        from pairs join doc_period
            on period_end between valid_from and valid_to
        group by all
    ),
    parts as (
        select
            measure_id, area_code, period, total_breakdown as breakdown, year, sum(value) as known,
            count(value) filter (where qualifier <> 'at_least') as exact,
            bool_or(origin = 'delivered' and value is not null) as delivered,
            bool_and({EXPLAINED}) as explained,
            case when min(origin) = max(origin) then min(origin) end as origin
        from figures join pairs on figures.breakdown = pairs.part_breakdown
        group by all
    )
"""


def parts(rule: Rule) -> Query:
    """Per total: it (left) against the sum of its exclusive parts (right).

    With a part missing the sum decides only when it already exceeds the total; a delivered total says nothing
    of summed parts.
    """
    return (
        f"""
        with {_PARTS}
        select
            $subject as subject, p.measure_id, p.area_code, p.period, p.breakdown, p.year,
            case when t.qualifier <> 'at_least' then t.value end::bigint as "left",
            case
                when p.origin = t.origin and (p.exact = e.parts or p.known > t.value) then p.known
            end::bigint as "right",
            p.explained and coalesce({EXPLAINED}, true) as explained
        from parts p
        left join figures t using (measure_id, area_code, period, breakdown)
        left join expected e on p.breakdown = e.total_breakdown and p.period = e.period
        """,
        {"subject": rule.subject, "dimension": rule.options[0]},
    )


def area_there(rule: Rule) -> Query:
    """Per table, area and period with delivered figures: is the area one of the list when the period ends?"""
    return (
        """
        with delivered as (
            select distinct table_id, area_code, period, year from marts.mart_observation
            where origin = 'delivered' and reason <> 'vanished'
        )
        select
            d.table_id as subject, '' as measure_id, d.area_code, d.period, '' as breakdown, d.year,
            case
                when a.area_code is null then 'not_listed'
                when p.period_end < a.valid_from then json_object('say', 'begins_on', 'day', a.valid_from)::varchar
                when p.period_end > a.valid_to then json_object('say', 'ended_on', 'day', a.valid_to)::varchar
                else $expected
            end as "left",
            '' as "right", true as explained
        from delivered d
        left join doc_area a using (area_code)
        left join doc_period p on d.period = p.period
        """,
        {"expected": rule.options[0]},
    )


def totals(rule: Rule) -> Query:
    """Per total: does it stand, with a figure or the office's own reason (1), or has it vanished (0)?

    What has parts exists: a mark that says that there can be no total (M) is no reason. Undecided where no office
    delivered a part of it.
    """
    return (
        f"""
        with {_PARTS}
        select
            $subject as subject, p.measure_id, p.area_code, p.period, p.breakdown, p.year,
            coalesce(
                t.value is not null or t.reason in ('held', 'corrected', 'out_of_range')
                or (t.reason = 'marked_missing' and t.obs_status <> 'M'), false
            )::bigint as "left",
            case when p.delivered then 1 end::bigint as "right", true as explained
        from parts p
        left join figures t using (measure_id, area_code, period, breakdown)
        """,
        {"subject": rule.subject, "dimension": rule.options[0]},
    )


def parents(rule: Rule) -> Query:
    """Per delivered figure above the lowest level: it (left) against the sum of its children (right).

    An upper bound of that sum needs only the children that have a figure. Where the measure is fully allocable
    the two are equal, and that is undecided while a child lacks one, unless the others already exceed the parent.
    """
    return (
        f"""
        with figures as (
            select o.*, a.parent_code, a.level
            from ({FIGURES}) o
            join doc_area_there a using (area_code, period)
            join doc_measure m using (table_id, measure_id)
            where m.additive_over_areas and m.fully_allocable = $whole and o.year between $first and $last
        ),
        children as (
            select
                measure_id, parent_code as area_code, period, breakdown, sum(value) as known,
                count(value) filter (where qualifier <> 'at_least') as exact
            from figures group by all
        ),
        valid as (
            select parent_code as area_code, period, count(*) as n from doc_area_there group by all
        )
        select
            $subject as subject, p.measure_id, area_code, p.period, p.breakdown, p.year,
            case
                when p.qualifier <> 'at_least' or (p.value >= c.known and not $whole) then p.value
            end::bigint as "left",
            case when not $whole or c.exact = v.n or c.known > p.value then c.known end::bigint as "right",
            {EXPLAINED} as explained
        from figures p
        left join children c using (measure_id, area_code, period, breakdown)
        left join valid v using (area_code, period)
        where p.origin = 'delivered' and p.level <> $lowest
        """,
        {"subject": rule.subject, "lowest": rule.options[0], "whole": rule.options[1]},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "area_there": area_there,
    "parts": parts,
    "totals": totals,
    "parents": parents,
}
"""kind -> maker of its query."""
