"""SQL of the rules about figures: what was accepted stands, limits, identities within a row, agreements between
tables.

Each maker returns (SQL, parameters) of a select with the columns that `frames` describes. Identifiers never
enter the text; ids are parameters. Missing = value NULL with a status that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipelines.validation.rules import Rule

Query = tuple[str, dict[str, Any]]

EXPLAINED = "(value is not null or obs_status in ('M', 'L', 'O', 'Q', 'U'))"
"""A figure is there, or its absence has an SDMX status."""

FIGURES = "select * from marts.mart_observation where table_id = $subject"


def of_years(mart: str) -> str:
    """SQL: the rows of a mart that are of the years asked for by their own word, or by their period."""
    return f"""
        select * from marts.{mart} where year between $first and $last
        union all
        select m.* from marts.{mart} m semi join doc_period p
            on m.period = p.period and p.year between $first and $last
        where (m.year between $first and $last) is not true
    """


def rows(rule: Rule) -> Query:
    """Per submission in force: figures that stand in its slice (left) against figures the gate accepted
    (right).

    Undecided where doubled keys are held for a person: of those one row stands for several. Undecided too where all
    that came is held and nothing stood before it: a slice without a submission in force.
    """
    return (
        """
        with accepted as (
            select submission_id, period, unit_code, figure_count
            from marts.mart_submission where table_id = $subject and verdict = 'accepted'
        ),
        cells as (
            select submission_id, reason from marts.mart_observation where table_id = $subject
            union all
            select submission_id, '' from marts.mart_reported where table_id = $subject
        ),
        standing as (
            select period, unit_code, count(*) as cells, count(*) filter (where reason = 'held') as held
            from cells join accepted using (submission_id) group by all
        )
        select
            $subject as subject, '' as measure_id, c.unit_code as area_code, c.period, '' as breakdown,
            c.year, coalesce(s.cells, 0)::bigint as "left",
            case when coalesce(s.held, 0) = 0 then a.figure_count end::bigint as "right",
            coalesce(s.held, 0) > 0 or c.submission_id is null as explained
        from marts.mart_coverage c
        left join accepted a using (submission_id)
        left join standing s on c.period = s.period and c.unit_code = s.unit_code
        where c.table_id = $subject and (a.submission_id is not null or c.status = 'held')
        """,
        {"subject": rule.subject},
    )


def filled(rule: Rule) -> Query:
    """Per measure and year: its numbers (left) against one (right); undecided when the offices gave a reason
    for all. A year in which the measure is not asked for is passed over.
    """
    return (
        f"""
        with years as (
            select distinct f.year, period_end from ({FIGURES}) f join doc_period using (period)
        ),
        counted as (
            select
                measure_id, year, count(value) as numbers,
                bool_and({EXPLAINED} and reason <> 'vanished')
                and bool_or(reason in ('marked_missing', 'held', 'corrected')) as reasoned
            from ({FIGURES}) group by all
        )
        select
            $subject as subject, m.measure_id, '' as area_code, '' as period, '' as breakdown, y.year,
            case when coalesce(c.numbers, 0) > 0 or not coalesce(c.reasoned, false)
                then coalesce(c.numbers, 0) end::bigint as "left",
            1::bigint as "right", coalesce(c.reasoned, false) as explained
        from doc_measure m
        join (
            select distinct a.measure_id, y.year
            from doc_measure a join years y on y.period_end between a.valid_from and a.valid_to
            where a.table_id = $subject
        ) y on m.measure_id = y.measure_id
        left join counted c on m.measure_id = c.measure_id and y.year = c.year
        where m.table_id = $subject
        """,
        {"subject": rule.subject},
    )


def explained(rule: Rule) -> Query:
    """Per figure: the figure, or the status that says why there is none."""
    return (
        f"""
        select
            table_id as subject, measure_id, area_code, period, breakdown, year,
            case when value is not null then value::varchar when {EXPLAINED} then obs_status end as "left",
            '' as "right", {EXPLAINED} as explained
        from ({FIGURES})
        """,
        {"subject": rule.subject},
    )


def not_negative(rule: Rule) -> Query:
    """Per figure: its value (left) against 0, of a signed measure against minus its maximum (right; sums over areas
    may lie below that, and are undecided).
    """
    return (
        f"""
        select
            o.table_id as subject, measure_id, area_code, period, breakdown, year, value::bigint as "left",
            case when not m.signed then 0 when o.origin = 'delivered' then -m.maximum end::bigint as "right",
            {EXPLAINED} or m.signed as explained
        from ({FIGURES}) o left join doc_measure m using (table_id, measure_id)
        """,
        {"subject": rule.subject},
    )


def maximum(rule: Rule) -> Query:
    """Per delivered figure: its value (left) against the maximum of its measure (right). Sums over areas may
    exceed it.
    """
    return (
        f"""
        select
            o.table_id as subject, measure_id, area_code, period, breakdown, year,
            value::bigint as "left", m.maximum::bigint as "right", {EXPLAINED} as explained
        from ({FIGURES}) o left join doc_measure m using (table_id, measure_id)
        where o.origin = 'delivered'
        """,
        {"subject": rule.subject},
    )


def relation(rule: Rule) -> Query:
    """Per row of the table: both sides of the rule; a side is NULL unless each of its figures is there and
    exact.
    """
    sides, measures, times = (list(column) for column in zip(*rule.options, strict=True))
    return (
        f"""
        with terms as (
            select unnest($sides) as side, unnest($measures) as measure_id, unnest($times) as times
        ),
        cells as (
            select
                area_code, period, breakdown, year, side,
                case when qualifier <> 'at_least' then value * times end as exact, {EXPLAINED} as explained
            from ({FIGURES}) join terms using (measure_id)
        ),
        sums as (
            select
                area_code, period, breakdown, year, bool_and(explained) as explained,
                sum(exact) filter (where side = 'left') as l,
                count(exact) filter (where side = 'left') as nl,
                sum(exact) filter (where side = 'right') as r,
                count(exact) filter (where side = 'right') as nr
            from cells group by all
        )
        select
            $subject as subject, $measures[1] as measure_id, area_code, period, breakdown, year,
            case when nl = $n_left then l end::bigint as "left",
            case when nr = $n_right then r end::bigint as "right",
            explained and nl <= $n_left and nr <= $n_right as explained
        from sums
        """,
        {
            "subject": rule.subject,
            "sides": sides,
            "measures": measures,
            "times": times,
            "n_left": sides.count("left"),
            "n_right": sides.count("right"),
        },
    )


def agreement(rule: Rule) -> Query:
    """Per area and period (and code, of a rule `by` a dimension) for which this table has figures of the
    agreement: both sides, whose terms may come from other tables, breakdowns and years.

    Undecided, for a stated reason, where another table has no such figure (coverage tells what is owed), where both
    sides are too small to judge by, and where the area was another one under its code in an earlier year that a term
    looks back to.
    """
    base, *options = rule.options
    names = ("codes", "sides", "tables", "measures", "breakdowns", "lags", "times")
    terms = dict(zip(names, (list(column) for column in zip(*options, strict=True)), strict=True))
    return (
        f"""
        with terms as (
            select
                unnest(range(len($sides))) as place, unnest($codes) as code,
                unnest($sides) as side, unnest($tables) as table_id, unnest($measures) as measure_id,
                unnest($breakdowns) as breakdown, unnest($lags) as lag, unnest($times) as times
        ),
        needed as (
            select
                code, arg_min(measure_id, place) as measure_id, arg_min(breakdown, place) as breakdown,
                count(*) filter (where side = 'left') as n_left, count(*) filter (where side = 'right') as n_right
            from terms group by code
        ),
        cells as (
            select
                table_id, code, area_code,
                lpad((substr(period, 1, 4)::int + lag)::varchar, 4, '0') || substr(period, 5) as period,
                mart_observation.year + lag as year, side,
                case when qualifier <> 'at_least' then value * times end as exact, {EXPLAINED} as explained
            from marts.mart_observation join terms using (table_id, measure_id, breakdown)
            join doc_period using (period)
            where not exists (
                select 1 from doc_area_reshaped r
                where lag > 0 and r.area_code = mart_observation.area_code and r.effective_on > period_start
                and r.effective_on
                <= lpad((substr(period_end, 1, 4)::int + lag)::varchar, 4, '0') || substr(period_end, 5)
            )
        ),
        sums as (
            select
                code, area_code, period, year, bool_and(explained) as explained,
                sum(exact) filter (where side = 'left') as l,
                count(exact) filter (where side = 'left') as nl,
                sum(exact) filter (where side = 'right') as r,
                count(exact) filter (where side = 'right') as nr
            from cells group by all having bool_or(table_id = $subject)
        )
        select
            $subject as subject, measure_id, area_code, period, breakdown, year,
            case when nl = n_left and ($base = 0 or greatest(l, r) >= $base) then l end::bigint as "left",
            case when nr = n_right then r end::bigint as "right",
            explained and nl <= n_left and nr <= n_right as explained
        from sums join needed using (code)
        """,
        terms | {"subject": rule.subject, "base": base},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "rows": rows,
    "filled": filled,
    "explained": explained,
    "not_negative": not_negative,
    "maximum": maximum,
    "relation": relation,
    "agreement": agreement,
}
"""kind -> maker of its query."""
