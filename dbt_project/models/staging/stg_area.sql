with

areas as (

    select * from {{ source('inputs', 'area') }}

),

current as (

    select * from {{ source('inputs', 'area_current') }}

),

renamed as (

    select
        areas.area_code,
        areas.parent_code,
        areas.level,
        areas.level_order,
        coalesce(parents.level_order, -1) as parent_level_order,
        areas.valid_from,
        case when areas.valid_to = '' then '9999-12-31' else areas.valid_to end as valid_to,
        current.area_code is not null as is_current

    from areas
    left join areas as parents on areas.parent_code = parents.area_code
    left join current on areas.area_code = current.area_code

)

select * from renamed
