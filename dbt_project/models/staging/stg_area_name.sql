with

names as (

    select * from {{ source('inputs', 'area_name') }}

),

today as (

    select * from {{ ref('stg_today') }}

),

renamed as (

    select
        names.area_code,
        names.valid_from,
        case when names.valid_to = '' then '9999-12-31' else names.valid_to end as valid_to,
        names.name_en,
        names.name_zh,
        -- the latest that has begun; of what has not begun yet the first
        row_number() over (
            partition by names.area_code
            order by
                case when names.valid_from <= today.today then 0 else 1 end asc,
                case when names.valid_from <= today.today then names.valid_from end desc,
                names.valid_from asc
        ) = 1 as is_todays

    from names
    cross join today

)

select * from renamed
