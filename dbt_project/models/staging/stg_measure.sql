with

measures as (

    select * from {{ source('inputs', 'measure') }}

),

renamed as (

    select
        table_id,
        measure_id,
        position,
        title_en,
        title_zh,
        unit,
        over_time,
        additive_over_areas,
        sensitive as is_sensitive,
        maximum

    from measures

)

select * from renamed
