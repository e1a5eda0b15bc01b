with

breaks as (

    select * from {{ source('inputs', 'series_break') }}

),

renamed as (

    select
        break_id,
        starts_on,
        because_en,
        because_zh,
        document

    from breaks

)

select * from renamed
