with

reshaped as (

    select * from {{ source('inputs', 'area_reshaped') }}

),

renamed as (

    select
        event_id,
        area_code,
        effective_on

    from reshaped

)

select * from renamed
