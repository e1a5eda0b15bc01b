with

tables as (

    select * from {{ ref('stg_return') }}

),

final as (

    select
        table_id,
        office,
        version,
        title_en,
        title_zh,
        grain_en,
        grain_zh,
        reporting_unit,
        nullif(lowest_published_level, '') as lowest_published_level,
        due_every,
        cast(due_days_after_end as integer) as due_days_after_end,
        due_from,
        nullif(due_until, '') as due_until,
        document

    from tables

)

select * from final
