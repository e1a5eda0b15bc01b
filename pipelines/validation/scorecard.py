"""SQL of the rules about verdicts, intervals and shares of areas, each made a second time from what stands before it.

Verdicts, distances and reliability are recomputed from exact numerators, denominators and the documents' targets (by
`exact`, in whole numbers, and `chance`), shares of areas by counting the verdicts. See `frames` for the columns,
`figures` for the manner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipelines.contracts import periods
from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.validation.chance import WITH_INTERVAL
from pipelines.validation.figures import Query, of_years
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import duckdb

EXACT = (
    "numerator", "upper_numerator", "denominator", "multiplier", "operator", "target_numerator", "target_denominator",
    "qualifier", "is_judged", "kind",
)  # fmt: skip
"""Columns from which `exact` and `chance` make `right` of a verdict; whole numbers as text."""

LIMITS = ("left", "kind", "numerator", "denominator", "multiplier", "qualifier")
"""Columns from which `chance.limits` makes `right` of an interval; whole numbers as text."""


def verdicts(_: Rule) -> Query:
    """Per target and figure it holds for: the verdict of the scorecard with what stands beside it, reliability and
    distance (left), and what to judge it by again.
    """
    return (
        f"""
        with judged as (
            select
                i.indicator_id, i.area_code, i.period, i.breakdown, p.year,
                i.numerator::varchar as numerator, i.upper_numerator::varchar as upper_numerator,
                coalesce(i.denominator, 1)::varchar as denominator, d.multiplier::varchar as multiplier,
                t.operator, t.value_numerator::varchar as target_numerator,
                t.value_denominator::varchar as target_denominator, i.qualifier, d.kind,
                i.value is not null and i.covers_period as is_judged
            from marts.mart_indicator i
            join doc_indicator d using (indicator_id)
            join doc_area_there p using (area_code, period)
            join doc_target t
                on i.indicator_id = t.indicator_id and i.breakdown = t.breakdown and p.level = t.level
                and p.year between t.start_year and t.until_year
            where p.months = 12 and p.year between $first and $last
        ),
        shown as (
            select
                indicator_id, area_code, period, breakdown, year as shown_year,
                concat_ws(', ', verdict, reliability, distance::varchar) as shown
            from ({of_years("mart_scorecard")}) where verdict is not null
        )
        select
            indicator_id as subject, '' as measure_id, area_code, period, breakdown,
            coalesce(year, shown_year)::bigint as year, coalesce(shown, 'left_out') as "left",
            numerator, upper_numerator, denominator, multiplier, operator, target_numerator, target_denominator,
            qualifier, coalesce(is_judged, false) as is_judged, kind, true as explained
        from judged full outer join shown using (indicator_id, area_code, period, breakdown)
        """,
        {},
    )


def limits(_: Rule) -> Query:
    """Per figure of a kind that has an interval, or that shows one: its limits (left), and what to make them from."""
    return (
        """
        select
            indicator_id as subject, '' as measure_id, area_code, period, breakdown, i.year,
            coalesce(lower_limit::varchar, '–') || ' … ' || coalesce(upper_limit::varchar, '–') as "left",
            d.kind, case when value is not null then i.numerator::varchar end as numerator,
            i.denominator::varchar as denominator, d.multiplier::varchar as multiplier, qualifier,
            true as explained
        from marts.mart_indicator i join doc_indicator d using (indicator_id)
        where
            d.kind in ('proportion', 'survey_share', 'rate_per_n')
            or lower_limit is not null or upper_limit is not null
        """,
        {},
    )


def shares(_: Rule) -> Query:
    """Per share of areas: as published (left), and counted from the verdicts of the scorecard (right)."""
    return (
        """
        with listed as (
            select d.indicator_id, d.share_level, m.meets_indicator_id, t.breakdown, t.start_year, t.until_year
            from doc_indicator d
            join doc_indicator_meeting m using (indicator_id)
            join doc_target t on m.meets_indicator_id = t.indicator_id and d.share_level = t.level
            where d.kind = 'share_of_areas'
        ),
        required as (
            select indicator_id, share_level, period, year, count(*) as targets
            from listed join doc_period on year between start_year and until_year
            where months = 12
            group by all
        ),
        judged as (
            select
                l.indicator_id, s.area_code, s.period,
                count(*) filter (where s.verdict = 'met') as met,
                count(*) filter (where s.verdict = 'not_met') as missed
            from marts.mart_scorecard s
            join doc_area_there p using (area_code, period)
            join listed l
                on s.indicator_id = l.meets_indicator_id and s.breakdown = l.breakdown and p.level = l.share_level
                and p.year between l.start_year and l.until_year
            where s.verdict is not null
            group by all
        ),
        areas as (
            select
                r.indicator_id, r.period, r.year, a.area_code, j.area_code is not null as is_judged,
                coalesce(j.met, 0) = r.targets as is_met, coalesce(j.missed, 0) > 0 as is_missed
            from required r
            join doc_area_there a on r.share_level = a.level and r.period = a.period
            left join judged j
                on r.indicator_id = j.indicator_id and r.period = j.period and a.area_code = j.area_code
        ),
        counted as (
            select
                c.indicator_id, x.ancestor_code as area_code, c.period, c.year, count(*) as total,
                count(*) filter (where c.is_met) as met,
                count(*) filter (where not c.is_met and not c.is_missed) as unknown
            from areas c
            join doc_area_closure x using (area_code)
            join doc_area_there a on x.ancestor_code = a.area_code and c.period = a.period
            join doc_indicator_level l on c.indicator_id = l.indicator_id and a.level = l.level
            group by all
            having bool_or(c.is_judged)
        ),
        published as (
            select i.*, true as is_published from marts.mart_indicator i join doc_indicator d using (indicator_id)
            where d.kind = 'share_of_areas'
        )
        select
            indicator_id as subject, '' as measure_id, area_code, period, coalesce(i.breakdown, '_T') as breakdown,
            coalesce(c.year, i.year)::bigint as year,
            case
                when i.is_published is null then 'left_out'
                when i.value is null then 'no_value'
                else concat_ws(' ', i.numerator, '…', coalesce(i.upper_numerator, i.numerator), '/', i.denominator)
            end as "left",
            case
                when c.total is null then 'left_out'
                when c.unknown = c.total then 'no_value'
                else concat_ws(' ', c.met, '…', c.met + c.unknown, '/', c.total)
            end as "right",
            true as explained
        from counted c full outer join published i using (indicator_id, area_code, period)
        """,
        {},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "scorecard_verdicts": verdicts,
    "scorecard_shares": shares,
    "indicator_limits": limits,
}
"""kind -> maker of its query."""


def years(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Iterator[tuple[str, int, int]]:
    """(key, year, rows) that the rules above must cover: where the documents ask for a verdict or a share, and where
    the build shows one. Never from the scorecard alone, so that an empty one is missed.
    """
    for mart, shown in (("mart_indicator", "true"), ("mart_scorecard", "verdict is not null")):
        found = connection.execute(
            f"select indicator_id, breakdown, area_level, period, count(*) from marts.{mart} where {shown} group by all"
        ).fetchall()
        for indicator, breakdown, level, period, rows in found:
            when = periods.parse(period)
            share = _kind(catalog, indicator) == "share_of_areas"
            asked = when.months == 12 and _holds(catalog, indicator, breakdown, level, when.year)
            if asked or mart == "mart_scorecard":
                yield "verdicts", when.year, rows
            if asked or mart == "mart_scorecard" or (when.months == 12 and _is_ranked(catalog, indicator)):
                yield "places", when.year, rows
            if mart == "mart_indicator" and _has_interval(catalog, indicator):
                yield "limits", when.year, rows
            if (share and mart == "mart_indicator") or (asked and _is_met_for_a_share(catalog, indicator, level)):
                yield "shares", when.year, rows


def _kind(catalog: Catalog, indicator: str) -> str:
    return catalog.indicators[indicator].kind if indicator in catalog.indicators else ""


def _has_interval(catalog: Catalog, indicator: str) -> bool:
    return _kind(catalog, indicator) in WITH_INTERVAL


def _is_ranked(catalog: Catalog, indicator: str) -> bool:
    return indicator in catalog.targets and catalog.targets[indicator].rank_in_parent is not None


def _holds(catalog: Catalog, indicator: str, breakdown: str, level: str, year: int) -> bool:
    """Does a target of the indicator hold at the level in the year?"""
    stated = catalog.targets.get(indicator)
    for target in stated.targets if stated else ():
        named = ";".join(f"{name}={code}" for name, code in target.breakdown.items()) or TOTAL
        start, until = (periods.parse(text).year if text else None for text in (target.start, target.until))
        if named == breakdown and level in target.level and (start or 0) <= year <= (until or 9999):
            return True
    return False


def _is_met_for_a_share(catalog: Catalog, indicator: str, level: str) -> bool:
    """Does a share of areas of this level ask whether the indicator's target is met?"""
    return any(level == share.level and indicator in share.meeting for share in catalog.indicators.values())
