with

pieces as (

    select * from {{ ref('stg_area_piece') }}

),

parts as (

    select * from {{ ref('stg_area_part') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

final as (

    select
        periods.period,
        pieces.area_code as from_code,
        pieces.to_code as part_code,
        pieces.share_numerator,
        pieces.share_denominator,
        coalesce(parts.area_code, '') as area_code

    from pieces
    inner join periods on periods.end_on between pieces.valid_from and pieces.valid_to
    left join parts
        on
            pieces.to_code = parts.part_code
            and periods.end_on between parts.valid_from and parts.valid_to

)

select * from final
