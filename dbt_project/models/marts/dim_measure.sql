with

measures as (

    select * from {{ ref('stg_measure') }}

),

tables as (

    select * from {{ ref('stg_return') }}

),

final as (

    select
        measures.table_id,
        measures.measure_id,
        tables.office,
        cast(measures.position as integer) as position,
        measures.title_en,
        measures.title_zh,
        measures.unit,
        measures.over_time,
        measures.additive_over_areas,
        measures.is_sensitive,
        cast(measures.maximum as bigint) as maximum

    from measures
    inner join tables on measures.table_id = tables.table_id

)

select * from final
