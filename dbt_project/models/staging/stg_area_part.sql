with

parts as (

    select * from {{ source('inputs', 'area_part') }}

),

renamed as (

    select
        area_code,
        valid_from,
        case when valid_to = '' then '9999-12-31' else valid_to end as valid_to,
        part_code

    from parts

)

select * from renamed
