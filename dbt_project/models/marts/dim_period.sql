with

periods as (

    select * from {{ ref('stg_period') }}

),

final as (

    select
        period,
        cast(start_on as date) as start_on,
        cast(end_on as date) as end_on,
        cast(year as integer) as year,
        frequency,
        cast(months as integer) as months,
        nullif(previous_period, '') as previous_period

    from periods

)

select * from final
