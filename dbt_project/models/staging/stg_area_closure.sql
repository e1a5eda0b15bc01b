with

closure as (

    select * from {{ source('inputs', 'area_closure') }}

),

renamed as (

    select
        ancestor_code,
        area_code,
        distance

    from closure

)

select * from renamed
