with

due_levels as (

    select * from {{ source('inputs', 'due_level') }}

),

renamed as (

    select
        table_id,
        level

    from due_levels

)

select * from renamed
