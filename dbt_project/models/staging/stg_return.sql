with

return_tables as (

    select * from {{ source('inputs', 'return_table') }}

),

renamed as (

    select
        table_id,
        office,
        version,
        title_en,
        title_zh,
        grain_en,
        grain_zh,
        reporting_unit,
        lowest_published_level,
        due_every,
        due_days_after_end,
        due_from,
        due_until,
        document,
        is_owed

    from return_tables

)

select * from renamed
