with

scopes as (

    select * from {{ ref('stg_series_break_scope') }}

),

final as (

    select
        break_id,
        indicator_id,
        nullif(area_code, '') as area_code

    from scopes

)

select * from final
