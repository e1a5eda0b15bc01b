"""The marts of a forest's private database: their columns as the models state them, and how they follow from figures.

Reads the views `areas`, `figures` and `years`. Values are exact, rounded half away from zero.
"""

from __future__ import annotations

DDL = """
create table dim_area (area_code varchar, parent_code varchar, level varchar, level_order integer, name_en varchar,
    name_zh varchar, valid_from date, valid_to date, is_current boolean);
create table dim_measure (table_id varchar, measure_id varchar, office varchar, position integer, title_en varchar,
    title_zh varchar, unit varchar, over_time varchar, additive_over_areas boolean, is_sensitive boolean,
    maximum bigint);
create table dim_period (period varchar, start_on date, end_on date, year integer, frequency varchar, months integer,
    previous_period varchar);
create table mart_observation (table_id varchar, measure_id varchar, area_code varchar, period varchar,
    breakdown varchar, year integer, office varchar, area_level varchar, value bigint, obs_status varchar,
    qualifier varchar, reason varchar, origin varchar, not_allocable bigint, covers_period boolean,
    months_present integer, submission_id varchar, source_sheet varchar, source_row integer, source_column integer,
    correction_id varchar);
create table mart_indicator (indicator_id varchar, area_code varchar, period varchar, breakdown varchar, year integer,
    area_level varchar, kind varchar, numerator bigint, denominator bigint, value decimal(28, 6), value_text varchar,
    headline_text varchar, upper_numerator bigint, upper_value decimal(28, 6), lower_limit decimal(28, 6),
    upper_limit decimal(28, 6), obs_status varchar, reason varchar, qualifier varchar, covers_period boolean,
    break_id varchar);
create table mart_scorecard (indicator_id varchar, area_code varchar, period varchar, breakdown varchar, year integer,
    area_level varchar, verdict varchar, reliability varchar, operator varchar, target_text varchar, direction varchar,
    numerator bigint, denominator bigint, n bigint, value decimal(28, 6), value_text varchar,
    upper_value decimal(28, 6), lower_limit decimal(28, 6), upper_limit decimal(28, 6), qualifier varchar,
    reason varchar, distance decimal(28, 6), years_met_in_a_row integer, parent_code varchar, rank_in_parent integer,
    ranked_areas integer);
"""

_OFFICE = "case table_id when 'release' then 'justice' when 'people' then 'police' else 'courts' end"

_INDICATORS = """
    values ('suspended_share', 'flow_ratio', 'suspended', 'sentenced', 100, 1),
        ('sentenced_rate', 'rate_per_n', 'sentenced', 'residents', 10000, 2),
        ('resettlement_rate', 'proportion', 'resettled', 'released', 100, 1)
"""

MADE = (
    """
    insert into dim_area select area_code, nullif(parent_code, ''), level,
        case level when 'province' then 0 when 'county' then 1 else 2 end, 'Area ' || area_code, '地区' || area_code,
        null, null, true
    from areas
    """,
    f"""
    insert into dim_measure select table_id, measure_id, {_OFFICE}, (row_number() over (order by first))::integer,
        measure_id, measure_id, 'persons', if(table_id = 'people', 'last', 'none'), true, table_id <> 'people', 10 ** 12
    from (select table_id, measure_id, min(rowid) as first from (select *, row_number() over () as rowid from figures)
        group by all)
    """,
    """
    insert into dim_period select year::varchar, make_date(year, 1, 1), make_date(year, 12, 31), year, 'A', 12,
        (year - 1)::varchar
    from years
    """,
    f"""
    insert into mart_observation select table_id, measure_id, area_code, year::varchar, breakdown, year, {_OFFICE},
        area_level, value, if(value is null, 'L', 'A'), '', if(value is null, 'not_collected', ''), origin,
        not_allocable, true, null, null, null, null, null, null
    from figures order by all
    """,
    f"""
    insert into mart_indicator
    with kinds(indicator_id, kind, top, bottom, per, decimals) as ({_INDICATORS}),
    sides as (
        select k.*, t.area_code, t.period, t.year, t.area_level, t.value as numerator, b.value as denominator,
            '_T' as breakdown
        from kinds k
        join mart_observation t on t.measure_id = k.top and t.breakdown in ('_T', 'kind=all')
        join mart_observation b on b.measure_id = k.bottom and b.breakdown in ('_T', 'kind=all')
            and b.area_code = t.area_code and b.period = t.period
    ),
    scaled as (
        select *, if(numerator is null or coalesce(denominator, 0) = 0, null,
            (2 * numerator * per * 10 ** decimals::integer + denominator)::bigint // (2 * denominator)) as scaled
        from sides
    )
    select indicator_id, area_code, period, breakdown, year, area_level, kind, numerator, denominator,
        (scaled / 10 ** decimals)::decimal(28, 6),
        coalesce((scaled // (10 ** decimals)::bigint)::varchar || '.'
            || lpad((scaled % (10 ** decimals)::bigint)::varchar, decimals, '0'), ''),
        coalesce((scaled // (10 ** decimals)::bigint)::varchar || '.'
            || lpad((scaled % (10 ** decimals)::bigint)::varchar, decimals, '0'), ''),
        null, null, if(scaled is null or kind = 'flow_ratio', null, greatest(scaled / 10 ** decimals - 5, 0)),
        if(scaled is null or kind = 'flow_ratio', null, scaled / 10 ** decimals + 5), if(scaled is null, 'L', 'A'),
        case when numerator is null then 'not_collected' when scaled is null then 'zero_over_zero' else '' end, '',
        true, null
    from scaled order by all
    """,
    """
    insert into mart_scorecard
    with judged as (
        select i.*, a.parent_code as above,
            case when value is null then 'no_data' when numerator * 100 >= 90 * denominator then 'met'
                else 'not_met' end as verdict,
            count(value) over siblings as ranked,
            rank() over (partition by indicator_id, period, breakdown, a.parent_code, value is null
                order by numerator / denominator desc) as place
        from mart_indicator i join dim_area a using (area_code)
        where indicator_id = 'resettlement_rate' and area_level <> 'province'
        window siblings as (partition by indicator_id, period, breakdown, a.parent_code)
    ),
    runs as (
        select *, count(*) filter (verdict <> 'met') over (
            partition by indicator_id, area_code, breakdown order by year) as broken
        from judged
    )
    select indicator_id, area_code, period, breakdown, year, area_level, verdict,
        case when verdict = 'no_data' then null when lower_limit < 90 and 90 < upper_limit then 'within_chance'
            else 'clear' end,
        '>=', '90', 'higher_is_better', numerator, denominator, denominator, value, value_text, upper_value,
        lower_limit, upper_limit, qualifier, reason, value - 90,
        (case when verdict = 'met' then count(*) filter (verdict = 'met') over (
            partition by indicator_id, area_code, breakdown, broken order by year) else 0 end)::integer,
        if(value is null, null, above), if(value is null, null, place)::integer,
        if(value is null, null, ranked)::integer
    from runs order by all
    """,
)
"""Statements in their order."""
