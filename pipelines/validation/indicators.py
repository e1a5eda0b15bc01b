"""SQL of the rules about indicators, printed rates and coverage. See `frames` for the columns, `figures` for
the manner.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation.figures import Query, of_years
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
_PRINTED = "if(length(value_text) < 12, try_cast(value_text as decimal(18, 6)), try_cast(value_text as decimal(38, 6)))"
"""The printed figure as a number; a decimal of 128 bits is read forty times slower."""
_LARGEST = 2**63 - 1
_REASON = "(value is not null or (obs_status in ('M', 'L', 'O', 'Q', 'U') and reason <> ''))"


def rows(_: Rule) -> Query:
    """Per figure: the sums it was computed from (left; 'none' without a value) against those that the observations
    give (right). Undecided where the observations give none and there is none.

    Observations give one where each term that is valid then has a figure, the denominator is above zero, and what is
    computed fits its column; a change also needs whole periods, and nothing is compared across a break, or with what
    was another area under the same code; also where that happened within the period looked back to. What the marts
    say of reasons is not asked.
    """
    return (
        f"""
        with terms as (
            select t.*, b.valid_from, b.valid_to
            from doc_indicator_term t
            join doc_breakdown b on t.table_id = b.table_id and t.in_breakdown = b.breakdown
        ),
        required as (
            select
                t.indicator_id, t.breakdown, p.period,
                count(*) filter (where t.side = 'numerator') as tops,
                count(*) filter (where t.side = 'denominator') as bottoms
            from terms t cross join doc_period p
            join doc_indicator i on t.indicator_id = i.indicator_id and p.frequency = i.frequency
            where {shifted("p.period_end", "- t.lag_years")} between t.valid_from and t.valid_to
            group by all
        ),
        found as (
            select
                t.indicator_id, t.breakdown, o.area_code, {shifted("o.period", "+ t.lag_years")} as period,
                count(*) filter (where t.side = 'numerator') as tops,
                count(*) filter (where t.side = 'denominator') as bottoms,
                sum(o.value::hugeint * t.times) filter (where t.side = 'numerator') as top,
                sum(o.value::hugeint * t.times) filter (where t.side = 'denominator') as bottom,
                bool_and(o.covers_period) as covers_period
            from marts.mart_observation o
            join doc_area a using (area_code)
            join doc_period p using (period)
            join terms t
                on o.table_id = t.table_id and o.measure_id = t.measure_id and o.breakdown = t.in_breakdown
                and p.period_end between t.valid_from and t.valid_to
            join doc_indicator i on t.indicator_id = i.indicator_id and p.frequency = i.frequency
            join doc_indicator_level l on t.indicator_id = l.indicator_id and a.level = l.level
            where o.value is not null and o.year + t.lag_years between $first and $last
                and o.year between $first - (select max(lag_years) from doc_indicator_term) and $last
            group by all
            having bool_or(t.lag_years = 0)
        ),
        whole as (
            select
                f.indicator_id, f.breakdown, f.area_code, f.period, p.year, f.top, f.covers_period, d.kind,
                d.multiplier, case when d.kind = 'count' then 1 else f.bottom end as bottom
            from found f
            join required r using (indicator_id, breakdown, period)
            join doc_period p using (period)
            join doc_indicator d using (indicator_id)
            where f.tops = r.tops and (d.kind = 'count' or f.bottoms = r.bottoms)
        ),
        lags as (
            select indicator_id, breakdown, max(lag_years) as longest
            from doc_indicator_term group by all having max(lag_years) > 0
        ),
        days as (
            select l.indicator_id, r.area_code, r.effective_on as day from lags l cross join doc_area_reshaped r
            union all
            select s.indicator_id, c.area_code, b.starts_on
            from doc_series_break_scope s
            join doc_series_break b using (break_id)
            join doc_area_closure c on s.area_code in ('', c.ancestor_code)
        ),
        parted as (
            select distinct l.indicator_id, l.breakdown, d.area_code, p.period
            from lags l
            join days d using (indicator_id)
            join doc_period p on d.day <= p.period_end and d.day > {shifted("p.period_start", "- l.longest")}
        ),
        given as (
            select whole.* from whole anti join parted using (indicator_id, breakdown, area_code, period)
            where bottom > 0 and (kind <> 'change' or covers_period)
                and case
                    when abs(top) > {_LARGEST} or bottom > {_LARGEST} then false
                    when abs(top) * multiplier < {10**21} then true
                    else abs(top) * multiplier // bottom < {10**21}
                end
        ),
        published as (
            select i.*, i.year as said_year, d.kind as said_kind, true as is_published
            from ({of_years("mart_indicator")}) i left join doc_indicator d using (indicator_id)
            where coalesce(d.kind, '') <> 'share_of_areas'
        )
        select
            indicator_id as subject, '' as measure_id, area_code, period, breakdown,
            coalesce(g.year, i.said_year)::bigint as year,
            case
                when i.is_published is null then 'left_out'
                when i.value is null then 'none'
                else concat_ws(' / ', i.numerator, case when i.said_kind <> 'count' then i.denominator end)
            end as "left",
            case
                when g.top is not null
                    then concat_ws(' / ', g.top::bigint, case when g.kind <> 'count' then g.bottom::bigint end)
                when i.value is not null then 'none'
            end as "right",
            coalesce({_REASON}, false) as explained
        from given g full outer join published i using (indicator_id, area_code, period, breakdown)
        """,
        {},
    )


def shifted(text: str, years: str) -> str:
    """SQL: a period or day some years later (`+ n`) or earlier (`- n`)."""
    return f"lpad((substr({text}, 1, 4)::int {years})::varchar, 4, '0') || substr({text}, 5)"


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
                when value is not null and {_PRINTED} = value then value_text
                else json_object(
                    'say', 'printed_as', 'figure', coalesce(value::varchar, 'none'), 'text', value_text
                )::varchar
            end as "left",
            case
                when value is not null
                    or reason not in ('part_of_period', 'out_of_range', 'boundary_change', 'break_in_series')
                    then numerator
            end::varchar
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
    """Per figure: its value in the units shown, as text; people are told of it as it is printed, with its sides."""
    return (
        f"""
        select
            {_KEY}, value::varchar as "left", '' as "right", {_REASON} as explained,
            concat_ws(' ', value_text, '(' || numerator || coalesce(' / ' || denominator, '') || ')') as shown
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
            json_object(
                'say', 'reported', 'comparison', comparison, 'printed', coalesce(reported_value::varchar, 'nothing'),
                'computed', coalesce(value::varchar, 'nothing'), 'of', concat_ws(' / ', numerator, denominator)
            ) as shown
        from marts.mart_reported where table_id = $table and reported_id = $column
        """,
        {"table": table, "column": column},
    )


def _coverage(condition: str, found: str) -> Callable[[Rule], Query]:
    """Per return: what it must be (the rule says it), or `found` where it is not."""
    sql = f"""
        select
            table_id as subject, '' as measure_id, unit_code as area_code, period, '' as breakdown, year,
            case when {condition} then '{found}' else $expected end as "left", '' as "right", true as explained
        from marts.mart_coverage
    """
    return lambda rule: (sql, {"expected": rule.options[0]})


def _submissions(standing: str) -> Callable[[Rule], Query]:
    """Per return: has it submissions of this standing, and which: of others it is another finding."""
    sql = f"""
        with these as (
            select
                table_id, period, unit_code,
                list(json_object(
                    'say', 'submission', 'id', submission_id, 'day', prepared_on, 'revision', revision
                ) order by prepared_on, revision, submission_id) as submissions
            from marts.mart_submission where standing = '{standing}' group by all
        )
        select
            table_id as subject, '' as measure_id, unit_code as area_code, period, '' as breakdown, year,
            case when {standing}_count > 0 then '{standing}' else $expected end as "left", '' as "right",
            true as explained,
            case when {standing}_count > 0
                then json_object('say', '{standing}', 'submissions', submissions) end as shown
        from marts.mart_coverage left join these using (table_id, period, unit_code)
    """
    return lambda rule: (sql, {"expected": rule.options[0]})


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "indicator_rows": rows,
    "indicator_explained": explained,
    "indicator_exact": computed,
    "indicator_not_negative": not_negative,
    "indicator_part": part,
    "indicator_plausible": plausible,
    "reported": reported,
    "coverage_expected": _coverage("status = 'unexpected'", "not_named"),
    "coverage_arrived": _coverage("status = 'overdue'", "overdue"),
    "coverage_whole": _submissions("waiting"),
    "coverage_undisputed": _submissions("held"),
}
"""kind -> maker of its query."""
