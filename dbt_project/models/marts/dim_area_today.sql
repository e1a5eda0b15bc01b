with

today as (

    select * from {{ ref('obs_area_today') }}

),

final as (

    select
        area_code,
        period,
        from_code,
        share_numerator,
        share_denominator,
        conversion,
        from_level

    from today

)

select * from final
