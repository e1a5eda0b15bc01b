with

unioned as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        numerator,
        cast(null as bigint) as upper_numerator,
        denominator,
        is_computed,
        obs_status,
        reason,
        qualifier,
        covers_period,
        break_id,
        conversion_rank
    from {{ ref('ind_side') }}

    union all

    select
        indicator_id,
        breakdown,
        'year' as boundaries,
        area_code,
        period,
        numerator,
        case when reason = 'with_bounds' then upper_numerator end as upper_numerator,
        denominator,
        is_computed,
        obs_status,
        reason,
        qualifier,
        covers_period,
        cast(null as string) as break_id,
        cast(null as integer) as conversion_rank
    from {{ ref('ind_share_of_areas') }}

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

limits as (

    select * from {{ ref('stg_poisson_limit') }}

),

scaled as (

    select
        unioned.*,
        indicators.kind,
        indicators.multiplier,
        indicators.decimals,
        indicators.headline_decimals,
        case
            when unioned.is_computed
                then {{ round_half_away(
                    'unioned.numerator', 'unioned.denominator', 'indicators.multiplier', 'indicators.decimals'
                ) }}
        end as scaled,
        case
            when unioned.is_computed
                then {{ round_half_away(
                    'unioned.numerator', 'unioned.denominator',
                    'indicators.multiplier', 'indicators.headline_decimals'
                ) }}
        end as headline_scaled,
        case
            when unioned.upper_numerator is not null
                then {{ round_half_away(
                    'unioned.upper_numerator', 'unioned.denominator',
                    'indicators.multiplier', 'indicators.decimals'
                ) }}
        end as upper_scaled

    from unioned
    inner join indicators on unioned.indicator_id = indicators.indicator_id

),

-- how far chance reaches, for a part of its whole and for events; a bound is open on its other side
counted as (

    select
        *,
        cast(numerator as double) as k,
        cast(denominator as double) as n,
        kind in ('proportion', 'survey_share') and numerator between 0 and denominator as is_part,
        kind = 'rate_per_n' and numerator >= 0 as is_rate,
        is_computed and qualifier <> 'at_most' as has_lower,
        is_computed and qualifier <> 'at_least' as has_upper
    from scaled

),

limited as (

    select
        counted.*,
        case
            when not counted.has_lower then null
            when counted.is_part then {{ wilson_limit('counted.k', 'counted.n', 'lower') }}
            when counted.is_rate and limits.events is not null then limits.lower_limit / counted.n
            when counted.is_rate then {{ poisson_limit('counted.k', 'lower') }} / counted.n
        end * counted.multiplier as lower_limit,
        case
            when not counted.has_upper then null
            when counted.is_part then {{ wilson_limit('counted.k', 'counted.n', 'upper') }}
            when counted.is_rate and limits.events is not null then limits.upper_limit / counted.n
            when counted.is_rate then {{ poisson_limit('counted.k', 'upper') }} / counted.n
        end * counted.multiplier as upper_limit

    from counted
    left join limits on counted.numerator = limits.events

),

final as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        kind,
        numerator,
        case when kind <> 'count' then denominator end as denominator,
        {{ decimal_value('scaled', 'decimals') }} as value,
        coalesce({{ decimal_text('scaled', 'decimals') }}, '') as value_text,
        coalesce({{ decimal_text('headline_scaled', 'headline_decimals') }}, '') as headline_text,
        upper_numerator,
        {{ decimal_value('upper_scaled', 'decimals') }} as upper_value,
        lower_limit,
        upper_limit,
        obs_status,
        reason,
        qualifier,
        covers_period,
        break_id,
        conversion_rank

    from limited

)

select * from final
