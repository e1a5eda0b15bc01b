with

indicators as (

    select * from {{ ref('stg_indicator') }}

),

final as (

    select
        indicator_id,
        title_en,
        title_zh,
        definition_en,
        definition_zh,
        nullif(known_limits_en, '') as known_limits_en,
        nullif(known_limits_zh, '') as known_limits_zh,
        kind,
        nullif(by_dimension, '') as by_dimension,
        cast(multiplier as bigint) as multiplier,
        cast(decimals as integer) as decimals,
        cast(headline_decimals as integer) as headline_decimals,
        nullif(numerator, '') as numerator,
        nullif(denominator, '') as denominator,
        nullif(share_level, '') as share_level,
        nullif(rank_in_parent, '') as rank_in_parent,
        cast(nullif(plausible_min, '') as decimal(28, 6)) as plausible_min,
        cast(nullif(plausible_max, '') as decimal(28, 6)) as plausible_max,
        document,
        frequency

    from indicators

)

select * from final
