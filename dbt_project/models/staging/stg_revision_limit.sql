with

limits as (

    select * from {{ source('inputs', 'revision_limit') }}

),

renamed as (

    select
        table_id,
        measure_id,
        factor,
        floor

    from limits

)

select * from renamed
