with

verdicts as (

    select * from {{ ref('ind_verdict') }}

    union all

    select * from {{ ref('ind_share_verdict') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

breaks as (

    select * from {{ ref('ind_break') }}
    where boundaries = 'year'

),

-- a run says something of years that can be compared: the first year after a break in series begins another;
-- a year within which one lies is a run of its own
stretches as (

    select
        verdicts.indicator_id,
        verdicts.breakdown,
        verdicts.area_code,
        verdicts.period,
        sum(case when periods.start_on < breaks.starts_on then 1 else 2 end) as breaks_before

    from verdicts
    inner join periods on verdicts.period = periods.period
    inner join breaks
        on
            verdicts.indicator_id = breaks.indicator_id
            and verdicts.area_code = breaks.area_code
            and periods.end_on >= breaks.starts_on
    group by verdicts.indicator_id, verdicts.breakdown, verdicts.area_code, verdicts.period

),

-- years that begin on another day (a court year, say) are another series
met as (

    select
        verdicts.indicator_id,
        verdicts.breakdown,
        verdicts.area_code,
        verdicts.period,
        periods.year,
        substr(verdicts.period, 5) as series,
        coalesce(stretches.breaks_before, 0) as breaks_before

    from verdicts
    inner join periods on verdicts.period = periods.period
    left join stretches
        on
            verdicts.indicator_id = stretches.indicator_id
            and verdicts.breakdown = stretches.breakdown
            and verdicts.area_code = stretches.area_code
            and verdicts.period = stretches.period
    where verdicts.verdict = 'met'

),

-- the same number for all years of one run: a year without data, without a verdict or after a break ends it
runs as (

    select
        *,
        year - row_number() over (
            partition by indicator_id, breakdown, area_code, series, breaks_before
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
            partition by indicator_id, breakdown, area_code, series, breaks_before, run
            order by year asc
        ) as integer) as years_met

    from runs

)

select * from final
