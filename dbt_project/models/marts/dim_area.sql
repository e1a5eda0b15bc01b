with

areas as (

    select * from {{ ref('stg_area') }}

),

final as (

    select
        area_code,
        nullif(parent_code, '') as parent_code,
        level,
        cast(level_order as integer) as level_order,
        name_en,
        name_zh,
        cast(nullif(valid_from, '') as date) as valid_from,
        cast(nullif(valid_to, '9999-12-31') as date) as valid_to,
        is_current

    from areas

)

select * from final
