with

measures as (

    select * from {{ ref('stg_measure') }}

),

reported as (

    select * from {{ ref('stg_reported') }}

),

unioned as (

    select
        table_id,
        measure_id,
        'measure' as role,
        additive_over_areas
    from measures

    union all

    select
        table_id,
        reported_id as measure_id,
        'reported' as role,
        false as additive_over_areas
    from reported

)

select * from unioned
