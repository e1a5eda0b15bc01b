with

names as (

    select * from {{ source('inputs', 'area_name') }}

),

renamed as (

    select
        area_code,
        valid_from,
        case when valid_to = '' then '9999-12-31' else valid_to end as valid_to,
        name_en,
        name_zh

    from names

)

select * from renamed
