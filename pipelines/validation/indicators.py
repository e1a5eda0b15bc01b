"""SQL of the rules about indicators, printed rates and coverage. See `frames` for the columns, `figures` for
the manner.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import Query
from pipelines.validation.rules import Rule

EXACT = ("numerator", "denominator", "multiplier", "decimals", "is_count")
"""Columns from which `exact` computes `right` (whole numbers as text: they may exceed 64 bits)."""

_KEY = "indicator_id as subject, '' as measure_id, area_code, period, breakdown, year"
_DOCUMENT = """
    (
        select indicator_id, kind as said_kind, multiplier as said_multiplier, decimals as said_decimals
        from doc_indicator
    ) d
"""
_INDICATORS = "select * from marts.mart_indicator where indicator_id = $subject"
_REASON = "(value is not null or (obs_status in ('M', 'L', 'O', 'Q', 'U') and reason <> ''))"


def rows(_: Rule) -> Query:
    """Per indicator, breakdown and year: figures computed (left) of those whose numerator was delivered
    (right).
    """
    return (
        """
        with found as (
            select distinct t.indicator_id, t.breakdown, o.area_code, o.period, o.year
            from marts.mart_observation o
            join doc_indicator_term t
                on o.table_id = t.table_id and o.measure_id = t.measure_id and o.breakdown = t.in_breakdown
            join doc_area a on o.area_code = a.area_code
            join doc_indicator_level l on t.indicator_id = l.indicator_id and a.level = l.level
            join doc_breakdown b on o.table_id = b.table_id and o.breakdown = b.breakdown
            join doc_period p on o.period = p.period
            where t.side = 'numerator' and t.lag_years = 0 and o.value is not null
                and t.table_id in (select table_id from doc_measure)
                and period_end between b.valid_from and b.valid_to
        )
        select
            f.indicator_id as subject, '' as measure_id, '' as area_code, '' as period, f.breakdown, f.year,
            count(i.area_code)::bigint as "left", count(*)::bigint as "right", false as explained
        from found f
        left join marts.mart_indicator i using (indicator_id, breakdown, area_code, period)
        group by all
        """,
        {},
    )


def explained(_: Rule) -> Query:
    """Per figure: its text, or the reason why there is none."""
    return (
        f"""
        select
            {_KEY},
            case when value is not null then nullif(value_text, '') when {_REASON} then reason end as "left",
            '' as "right", {_REASON} as explained
        from marts.mart_indicator
        """,
        {},
    )


def computed(_: Rule) -> Query:
    """Per figure: as published (left; '' = none), and what it is computed from.

    A part of a period makes no change, and what exceeds its column has no value, though both sides are there.
    """
    return (
        f"""
        select
            {_KEY},
            case
                when value is null and value_text = '' then ''
                when value is not null and try_cast(value_text as decimal(38, 6)) = value then value_text
                else coalesce(value::varchar, 'none') || ' printed as ' || value_text
            end as "left",
            case when reason not in ('part_of_period', 'out_of_range') then numerator end::varchar
                as numerator,
            denominator::varchar as denominator, said_multiplier as multiplier, said_decimals as decimals,
            said_kind = 'count' as is_count, true as explained
        from marts.mart_indicator left join {_DOCUMENT} using (indicator_id)
        """,
        {},
    )


def not_negative(_: Rule) -> Query:
    """Per figure: the smaller of its sides; of a change the denominator alone."""
    return (
        f"""
        select
            {_KEY},
            case when said_kind = 'change' then denominator else least(numerator, denominator) end::bigint
                as "left",
            0::bigint as "right", {_REASON} as explained
        from marts.mart_indicator left join {_DOCUMENT} using (indicator_id)
        """,
        {},
    )


def part(rule: Rule) -> Query:
    """Per figure: the part (left; a lower bound will do) against its whole (right; undecided when that is a
    bound).
    """
    return (
        f"""
        select
            {_KEY}, case when qualifier not in ('at_most', 'estimated') then numerator end::bigint as "left",
            denominator::bigint as "right", {_REASON} or numerator is not null as explained
        from ({_INDICATORS})
        """,
        {"subject": rule.subject},
    )


def plausible(rule: Rule) -> Query:
    """Per figure: its value in the units shown, as text."""
    return (
        f"""
        select {_KEY}, value::varchar as "left", '' as "right", {_REASON} as explained
        from ({_INDICATORS})
        """,
        {"subject": rule.subject},
    )


def reported(rule: Rule) -> Query:
    """Per printed rate: how ours compares with it; undecided when one of them is missing."""
    table, _, column = rule.subject.partition(".")
    return (
        """
        select
            table_id as subject, reported_id as measure_id, area_code, period, breakdown, year,
            case when comparison not in ('not_computed', 'not_reported') then comparison end as "left",
            '' as "right", true as explained,
            concat_ws(
                ' ', comparison || ': printed', coalesce(reported_value::varchar, 'nothing'),
                'computed', coalesce(value::varchar, 'nothing'), 'from', numerator, '/', denominator
            ) as shown
        from marts.mart_reported where table_id = $table and reported_id = $column
        """,
        {"table": table, "column": column},
    )


def _coverage(expression: str) -> Callable[[Rule], Query]:
    sql = f"""
        select
            table_id as subject, '' as measure_id, unit_code as area_code, period, '' as breakdown, year,
            {expression} as "left", '' as "right", true as explained
        from marts.mart_coverage
    """
    return lambda rule: (sql, {})


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "indicator_rows": rows,
    "indicator_explained": explained,
    "indicator_exact": computed,
    "indicator_not_negative": not_negative,
    "indicator_part": part,
    "indicator_plausible": plausible,
    "reported": reported,
    "coverage_expected": _coverage("case when status = 'unexpected' then status else 'expected' end"),
    "coverage_arrived": _coverage("case when status = 'overdue' then status else 'arrived' end"),
    "coverage_undisputed": _coverage("case when held_count > 0 then 'held' else 'undisputed' end"),
}
"""kind -> maker of its query."""
