with

meeting as (

    select * from {{ source('inputs', 'indicator_meeting') }}

),

renamed as (

    select
        indicator_id,
        meets_indicator_id

    from meeting

)

select * from renamed
