with

levels as (

    select * from {{ source('inputs', 'indicator_level') }}

),

renamed as (

    select
        indicator_id,
        level

    from levels

)

select * from renamed
