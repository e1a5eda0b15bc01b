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
        maximum,
        valid_from as asked_from,
        case when valid_to = '' then '9999-12-31' else valid_to end as asked_until

    from measures

)

select * from renamed
