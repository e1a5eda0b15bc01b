with

breakdowns as (

    select * from {{ ref('stg_breakdown') }}

),

final as (

    select
        table_id,
        breakdown,
        cast(position as integer) as position,
        label_en,
        label_zh,
        cast(nullif(valid_from, '') as date) as valid_from,
        cast(nullif(valid_to, '9999-12-31') as date) as valid_to

    from breakdowns

)

select * from final
