with

verdicts as (

    select * from {{ ref('ind_verdict') }}

    union all

    select * from {{ ref('ind_share_verdict') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- years that begin on another day (a court year, say) are another series
met as (

    select
        verdicts.indicator_id,
        verdicts.breakdown,
        verdicts.area_code,
        verdicts.period,
        periods.year,
        substr(verdicts.period, 5) as series

    from verdicts
    inner join periods on verdicts.period = periods.period
    where verdicts.verdict = 'met'

),

-- the same number for all years of one unbroken run: a year without data or without a verdict breaks it
runs as (

    select
        *,
        year - row_number() over (
            partition by indicator_id, breakdown, area_code, series
            order by year asc
        ) as run
    from met

),

final as (

    select
        indicator_id,
        breakdown,
        area_code,
        period,
        cast(row_number() over (
            partition by indicator_id, breakdown, area_code, series, run
            order by year asc
        ) as integer) as years_met

    from runs

)

select * from final
