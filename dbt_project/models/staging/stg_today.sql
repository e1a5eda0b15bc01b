with

today as (

    select * from {{ source('inputs', 'today') }}

),

renamed as (

    select today
    from today

)

select * from renamed
