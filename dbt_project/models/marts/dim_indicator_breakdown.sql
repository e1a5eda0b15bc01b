with

breakdowns as (

    select * from {{ ref('stg_indicator_breakdown') }}

),

final as (

    select
        indicator_id,
        breakdown,
        cast(position as integer) as position,
        label_en,
        label_zh

    from breakdowns

)

select * from final
