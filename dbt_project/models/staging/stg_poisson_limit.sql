with

limits as (

    select * from {{ source('inputs', 'poisson_limit') }}

),

renamed as (

    select
        events,
        lower_limit,
        upper_limit

    from limits

)

select * from renamed
