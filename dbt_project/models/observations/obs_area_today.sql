with

pieces as (

    select * from {{ ref('obs_area_piece') }}
    where area_code <> ''

),

areas as (

    select * from {{ ref('stg_area') }}

),

shares as (

    select
        area_code,
        period,
        from_code,
        sum(share_numerator) as share_numerator,
        max(share_denominator) as share_denominator
    from pieces
    group by area_code, period, from_code

),

counted as (

    select
        shares.*,
        shares.share_numerator = shares.share_denominator as is_whole,
        count(*) over (partition by shares.area_code, shares.period) as predecessors,
        bool_and(shares.share_numerator = shares.share_denominator) over (
            partition by shares.area_code, shares.period
        ) as all_whole,
        max(origins.level_order) over (partition by shares.area_code) as from_level_order

    from shares
    inner join areas as origins on shares.from_code = origins.area_code

),

levels as (

    select distinct
        level,
        level_order
    from areas

),

final as (

    select
        counted.area_code,
        counted.period,
        counted.from_code,
        areas.level,
        levels.level as from_level,
        cast(counted.share_numerator as bigint) as share_numerator,
        counted.share_denominator,
        counted.is_whole,
        cast(counted.predecessors as integer) as predecessors,
        case
            when not counted.all_whole then 'estimated'
            when counted.predecessors = 1 and counted.from_code = counted.area_code then 'none'
            else 'whole'
        end as conversion

    from counted
    inner join areas on counted.area_code = areas.area_code
    inner join levels on counted.from_level_order = levels.level_order

)

select * from final
