with

scopes as (

    select * from {{ source('inputs', 'series_break_scope') }}

),

renamed as (

    select
        break_id,
        indicator_id,
        area_code

    from scopes

)

select * from renamed
