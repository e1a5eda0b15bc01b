with

verdicts as (

    select * from {{ ref('ind_verdict') }}

    union all

    select * from {{ ref('ind_share_verdict') }}

),

streaks as (

    select * from {{ ref('ind_streak') }}

),

directions as (

    select * from {{ ref('ind_direction') }}

),

ranks as (

    select * from {{ ref('ind_rank') }}

),

indicator_values as (

    select * from {{ ref('ind_value') }}
    where boundaries = 'year'

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- what has a target, and what a document asks to be ranked: values of whole years
scored as (

    select
        indicator_values.*,
        areas.level,
        periods.year,
        indicators.multiplier,
        directions.direction,
        verdicts.verdict,
        verdicts.operator,
        verdicts.target_text,
        verdicts.target_numerator,
        verdicts.target_denominator,
        cast(verdicts.target_numerator as double) / cast(verdicts.target_denominator as double) as target,
        case
            when indicator_values.value is not null and not indicator_values.covers_period
                then 'part_of_period'
            else coalesce(verdicts.reason, indicator_values.reason)
        end as verdict_reason

    from indicator_values
    inner join indicators on indicator_values.indicator_id = indicators.indicator_id
    inner join periods on indicator_values.period = periods.period
    inner join areas
        on
            indicator_values.area_code = areas.area_code
            and indicator_values.period = areas.period
    left join verdicts
        on
            indicator_values.indicator_id = verdicts.indicator_id
            and indicator_values.area_code = verdicts.area_code
            and indicator_values.period = verdicts.period
            and indicator_values.breakdown = verdicts.breakdown
    left join directions
        on
            indicator_values.indicator_id = directions.indicator_id
            and indicator_values.breakdown = directions.breakdown
            and areas.level = directions.level
            and periods.year between directions.start_year and directions.until_year
    where
        periods.months = 12
        and (verdicts.indicator_id is not null or coalesce(directions.is_asked, false))

),

-- the exact ratio less the exact target, as one fraction; what covers a part of the year has no distance
measured as (

    select
        *,
        cast(numerator as {{ exact_integer() }}) * multiplier * target_denominator
        - cast(target_numerator as {{ exact_integer() }}) * coalesce(denominator, 1) as distance_numerator,
        cast(coalesce(denominator, 1) as {{ exact_integer() }}) * target_denominator as distance_denominator
    from scored

),

final as (

    select
        measured.indicator_id,
        measured.area_code,
        measured.period,
        measured.breakdown,
        cast(measured.year as integer) as year,
        measured.level as area_level,
        measured.verdict,
        {{ reliability(
            'measured.verdict', 'measured.kind', 'measured.operator', 'measured.denominator', 'measured.target',
            'measured.lower_limit', 'measured.upper_limit'
        ) }} as reliability,
        measured.operator,
        measured.target_text,
        measured.direction,
        measured.numerator,
        measured.denominator,
        case
            when measured.kind in ('count', 'rate_per_n') then measured.numerator
            else measured.denominator
        end as n,
        measured.value,
        measured.value_text,
        measured.upper_value,
        {{ decimal_of_double('measured.lower_limit') }} as lower_limit,
        {{ decimal_of_double('measured.upper_limit') }} as upper_limit,
        measured.qualifier,
        measured.verdict_reason as reason,
        case
            when measured.value is not null and measured.covers_period
                then {{ decimal_value(
                    round_half_away('measured.distance_numerator', 'measured.distance_denominator', '1', '6'), '6'
                ) }}
        end as distance,
        case when measured.verdict is not null then coalesce(streaks.years_met, 0) end as years_met_in_a_row,
        ranks.parent_code,
        ranks.rank_in_parent,
        ranks.ranked_areas

    from measured
    left join streaks
        on
            measured.indicator_id = streaks.indicator_id
            and measured.area_code = streaks.area_code
            and measured.period = streaks.period
            and measured.breakdown = streaks.breakdown
    left join ranks
        on
            measured.indicator_id = ranks.indicator_id
            and measured.area_code = ranks.area_code
            and measured.period = ranks.period
            and measured.breakdown = ranks.breakdown

)

select * from final
