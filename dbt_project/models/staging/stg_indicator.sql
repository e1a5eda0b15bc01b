with

indicators as (

    select * from {{ source('inputs', 'indicator') }}

),

renamed as (

    select
        indicator_id,
        title_en,
        title_zh,
        definition_en,
        definition_zh,
        known_limits_en,
        known_limits_zh,
        kind,
        by_dimension,
        multiplier,
        decimals,
        headline_decimals,
        share_level,
        plausible_min,
        plausible_max,
        numerator,
        denominator,
        rank_in_parent,
        document,
        frequency

    from indicators

)

select * from renamed
