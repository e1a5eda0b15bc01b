with

breaks as (

    select * from {{ ref('stg_series_break') }}

),

final as (

    select
        break_id,
        cast(starts_on as date) as starts_on,
        because_en,
        because_zh,
        document

    from breaks

)

select * from final
