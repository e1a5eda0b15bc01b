with

expected as (

    select * from {{ source('inputs', 'expected') }}

),

renamed as (

    select
        table_id,
        office,
        period,
        unit_code,
        due_on,
        has_passed

    from expected

)

select * from renamed
