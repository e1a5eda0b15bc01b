with

areas as (

    select * from {{ ref('stg_area') }}

),

names as (

    select * from {{ ref('stg_area_name') }}
    where is_todays

),

final as (

    select
        areas.area_code,
        nullif(areas.parent_code, '') as parent_code,
        areas.level,
        cast(areas.level_order as integer) as level_order,
        names.name_en,
        names.name_zh,
        cast(nullif(areas.valid_from, '') as date) as valid_from,
        cast(nullif(areas.valid_to, '9999-12-31') as date) as valid_to,
        areas.is_current

    from areas
    left join names on areas.area_code = names.area_code

)

select * from final
