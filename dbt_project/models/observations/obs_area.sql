with

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

valid as (

    select
        areas.area_code,
        periods.period,
        areas.level,
        areas.level_order,
        areas.parent_code,
        areas.parent_level_order

    from areas
    inner join periods on periods.end_on between areas.valid_from and areas.valid_to

),

children as (

    select
        parent_code,
        period,
        count(*) as children
    from valid
    where parent_code <> ''
    group by parent_code, period

),

final as (

    select
        valid.*,
        coalesce(children.children, 0) as children

    from valid
    left join children
        on
            valid.area_code = children.parent_code
            and valid.period = children.period

)

select * from final
