"""SQL of the rules about whole returns beside those of the years before: repeated, vanished, swapped, allocated.

What a single figure may be is `steps`' business; here figures are looked at together, since a slip of a whole column,
row or file may leave each of them where it could be. Only what an office delivered is of a submission, and can have
something that could not be allocated. See `frames` for the columns, `figures` for the manner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.validation.figures import EXPLAINED, FIGURES, Query
from pipelines.validation.rules import Rule
from pipelines.validation.steps import LEAST

if TYPE_CHECKING:
    import duckdb

_JUDGED = """
    create or replace temp table swapped_judged as
    with limits as (
        select
            * replace (n::hugeint as n, own::hugeint as own, crossed::hugeint as crossed),
            case when role = 'area' then $areas else $others end as times,
            case when role = 'area' then $areas_by else $others_by end * 100 as least
        from swapped_pair
    )
    select
        *, (crossed * times)::bigint as "left",
        case when (own - crossed) * (own - crossed) >= least * least * n then own else 0 end::bigint as "right"
    from limits
"""
"""The pairs (`pairs.lay`) with both sides of the rule."""
DIGITS = 6
"""Digits that the figures of a return have together, from which it is no chance that all of them come again."""
ENOUGH = 12
"""What a column or an area adds up to in the middle of the years before, from which 0 is no chance: of so many, none is
left with a probability of 6 in a million."""
AREAS, OTHERS = (3, 3), (2, 4)
"""Swapped: so many times nearer to each other's past, and by so many usual distances of a single figure. Classes and
measures differ more from each other than areas do."""

_LATELY = f"{FIGURES} and year between $first - $years - 1 and $last"
"""The figures of the years asked for, and of those that they are held against."""
_OWN = "own_figures"
_AWAY = "(abs(a.exact - {0}.median) + abs(b.exact - {1}.median)) * 100 // greatest(a.usual, b.usual)"
"""How far two figures lie from the middles of the years before, in hundredths of the usual distance."""
_HUNDREDTHS = "printf('%d.%02d', {0}::bigint // 100, {0}::bigint % 100)"
_NAME = "{{'en': concat_ws(' ', {0}, {1}.name_en), 'zh': concat_ws(' ', {0}, {1}.name_zh)}}"
"""A code, with the name of the area where it is one."""


def _digest(*parts: str) -> str:
    """SQL: a number for all figures of a group, in any order. In what was found it makes other figures another finding,
    though the words name only some of them.
    """
    return f"sum(md5_number_lower(concat_ws(' ', {', '.join(parts)}))::hugeint)"


_EVIDENCE = f"""
    insert into swapped_evidence
    with failing as (select * from swapped_judged where "left" < "right"),
    cells as (select * from swapped_cell semi join failing using (unit_code, period)),
    placed as (
        select
            'area' as role, area_code as one, concat_ws(' ', measure_id, nullif(breakdown, '_T')) as rest,
            unit_code, period, exact, median, usual, told
        from cells where is_lowest
        union all
        select 'class', breakdown, measure_id || ' ' || area_code, unit_code, period, exact, median, usual, told
        from cells where is_class
        union all
        select
            'measure', measure_id, concat_ws(' ', area_code, nullif(breakdown, '_T')), unit_code, period, exact,
            median, usual, told
        from cells
    ),
    told as (
        select
            role, unit_code, period, one, other, own, crossed, times,
            {_digest("a.rest", "a.exact", "a.told", "b.exact", "b.told")}::varchar as figures,
            list(
                a.rest || ': ' || a.exact || ' (' || a.median || ') / ' || b.exact || ' (' || b.median || ')'
                order by {_AWAY.format("b", "a")} - {_AWAY.format("a", "b")}, a.rest
            )[:3] as first
        from failing j
        join placed a using (role, unit_code, period, one)
        join placed b using (role, unit_code, period, rest)
        where b.one = j.other
        group by all
    )
    select
        role, unit_code, period, one, other,
        json_object(
            'say', 'like_each_other', 'one', {_NAME.format("one", "a")}, 'two', {_NAME.format("other", "b")},
            'other', other, 'crossed', {_HUNDREDTHS.format("crossed")}, 'own', {_HUNDREDTHS.format("own")},
            'first', first, 'figures', figures
        ) as shown,
        json_object('say', 'like_itself', 'times', times) as wanted
    from told
    left join doc_area a on role = 'area' and one = a.area_code
    left join doc_area b on role = 'area' and other = b.area_code
"""
_NONE = f"""
    union all
    select distinct $subject, '', '', period, '', year, null, null, true, null, null from ({FIGURES})
"""
"""A row for each period, so that one in which nothing can be decided is seen to be looked at."""


def repeated(rule: Rule) -> Query:
    """Per return: does it have figures of its own (left), or those of an earlier one of the unit?

    Undecided where there are too few digits: small figures come again by chance. Figures are digested only of returns
    that have number, digits and sum in common with another: others cannot be the same.
    """
    return (
        f"""
        with delivered as (
            select o.*, s.unit_code from ({FIGURES}) o join marts.mart_submission s using (submission_id)
            where value > 0
        ),
        sums as (
            select
                unit_code, period, year, sum(length(value::varchar)) as digits, count(*) as n, sum(value) as total
            from delivered group by all
        ),
        alike as (
            select unit_code, period, year from sums
            qualify count(*) over (partition by digits, n, total) > 1
        ),
        signed as (
            select
                unit_code, period, year,
                {_digest("measure_id", "breakdown", "area_code", "value")} as signature
            from delivered semi join alike using (unit_code, period, year) group by all
        ),
        compared as (
            select
                *, case when signature is not null
                    then lag(period) over (partition by signature order by period) end as other
            from sums left join signed using (unit_code, period, year)
        )
        select
            $subject as subject, '' as measure_id, unit_code as area_code, period, '' as breakdown, year,
            case when digits >= $digits then coalesce(other, $own) end as "left", $own as "right", true as explained,
            case when "left" <> $own then json_object(
                'say', 'figures_of', 'period', other, 'count', n, 'total', total, 'figures', signature::varchar
            ) end as shown,
            $own as wanted
        from compared
        {_NONE}
        """,
        {"subject": rule.subject, "digits": DIGITS, "own": _OWN},
    )


def vanished(rule: Rule) -> Query:
    """Per column of a return, and per area of it: what its figures add up to (left) against 1 (right), each counted
    once: a column's of the areas within the unit, where it has them, an area's without totals. A column without a
    figure that had some the year before counts as 0.

    Undecided where the years before are few or small.
    """
    _, _, years, *_ = rule.options
    return (
        f"""
        with delivered as (
            select o.*, s.unit_code, substr(o.period, 1, 4)::int as turn, substr(o.period, 5) as season
            from ({_LATELY}) o join marts.mart_submission s using (submission_id)
            where covers_period
        ),
        sums as (
            select
                unit_code as area_code, measure_id, breakdown, period, year, turn, season,
                coalesce(sum(value) filter (where area_code <> unit_code), sum(value)) as whole,
                coalesce(nullif(count(value) filter (where area_code <> unit_code), 0), count(value)) as numbers,
                true as is_column
            from delivered group by all
            union all
            select
                area_code, '', '', period, year, turn, season, sum(value), count(value), false
            from delivered
            where area_code <> unit_code
                and breakdown not in (select total_breakdown from doc_breakdown_part where table_id = $subject)
            group by all
        ),
        past as (
            select
                *, list(whole) filter (where numbers > 0) over earlier as told,
                max(case when numbers > 0 then turn end) over earlier as latest
            from sums
            window earlier as (
                partition by is_column, area_code, measure_id, breakdown, season
                order by turn range between $years preceding and 1 preceding
            )
        )
        select
            $subject as subject, measure_id, area_code, period, breakdown, year,
            case
                when numbers = 0 then case when is_column and latest = turn - 1 then 0 end
                when len(told) >= $least and list_min(told) > 0
                    and list_sort(told)[(len(told) + 1) // 2] >= $enough then whole
            end::bigint as "left",
            1::bigint as "right", true as explained,
            case when "left" < 1 then json_object(
                'say', 'after', 'figure', case when numbers = 0 then 'no_figure' else whole::varchar end, 'before', told
            ) end as shown,
            '> 0' as wanted
        from past
        {_NONE}
        """,
        {"subject": rule.subject, "years": years, "least": LEAST, "enough": ENOUGH},
    )


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Judges the pairs of `pairs.lay`, as temporary tables: `swapped_judged`, and `swapped_evidence`, what people are
    told of pairs that fail.
    """
    by = {"areas": AREAS[0], "areas_by": AREAS[1], "others": OTHERS[0], "others_by": OTHERS[1]}
    connection.execute(_JUDGED, by)
    connection.execute("""
        create or replace temp table swapped_evidence (
            role varchar, unit_code varchar, period varchar, one varchar, other varchar, shown varchar, wanted varchar
        )
    """)
    if connection.execute('select 1 from swapped_judged where "left" < "right" limit 1').fetchone():
        connection.execute(_EVIDENCE)


def swapped(rule: Rule) -> Query:
    """Per pair of lowest areas of a return, of classes without parts, and of measures: how far their figures lie from
    each other's past (left, so many times as far), against from their own (right; 0 where the difference is less than
    chance makes, which grows as the square root of the number of figures, and of measures, since those of an area move
    together), in hundredths of the usual distance.

    Undecided without LEAST years before, and by a single figure.
    """
    return (
        f"""
        select
            $subject as subject, case when role = 'measure' then one else '' end as measure_id,
            case when role = 'area' then one else unit_code end as area_code, period,
            case when role = 'class' then one else '' end as breakdown, year,
            "left", "right", true as explained,
            shown, wanted
        from swapped_judged
        left join swapped_evidence using (role, unit_code, period, one, other)
        {_NONE}
        """,
        {"subject": rule.subject},
    )


def allocated(rule: Rule) -> Query:
    """Per figure above the lowest areas: what it counts beyond the areas within it (left), and twice the most that it
    was in the years before (right).

    Undecided with less than LEAST of them, and where it cannot be said.
    """
    _, _, years, *_ = rule.options
    return (
        f"""
        with past as (
            select
                *, list(not_allocable) filter (where not_allocable is not null) over earlier as told
            from ({_LATELY}) where area_level <> $lowest or not_allocable is not null
            window earlier as (
                partition by measure_id, area_code, breakdown, substr(period, 5)
                order by substr(period, 1, 4)::int range between $years preceding and 1 preceding
            )
        )
        select
            $subject as subject, measure_id, area_code, period, breakdown, year,
            case when len(told) >= $least and covers_period then not_allocable end::bigint as "left",
            (2 * list_max(told))::bigint as "right", {EXPLAINED} as explained,
            case when "left" > "right"
                then json_object('say', 'beyond', 'figure', value, 'beyond', not_allocable, 'before', told)
            end as shown,
            '<= ' || 2 * list_max(told) as wanted
        from past where area_level <> $lowest
        {_NONE}
        """,
        {"subject": rule.subject, "years": years, "least": LEAST, "lowest": rule.options[-2]},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {
    "repeated": repeated, "vanished": vanished, "swapped": swapped, "allocated": allocated,
}  # fmt: skip
"""kind -> maker of its query."""
