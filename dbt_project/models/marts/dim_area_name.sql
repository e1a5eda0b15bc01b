with

names as (

    select * from {{ ref('stg_area_name') }}

),

final as (

    select
        area_code,
        name_en,
        name_zh,
        cast(nullif(valid_from, '') as date) as valid_from,
        cast(nullif(valid_to, '9999-12-31') as date) as valid_to

    from names

)

select * from final
