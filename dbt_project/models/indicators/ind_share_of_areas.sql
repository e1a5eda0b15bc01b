with

shares as (

    select * from {{ ref('stg_indicator') }}
    where kind = 'share_of_areas'

),

meeting as (

    select * from {{ ref('stg_indicator_meeting') }}

),

targets as (

    select * from {{ ref('stg_target') }}

),

levels as (

    select * from {{ ref('stg_indicator_level') }}

),

closure as (

    select * from {{ ref('stg_area_closure') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

verdicts as (

    select * from {{ ref('ind_verdict') }}

),

listed as (

    select
        shares.indicator_id,
        shares.share_level,
        targets.indicator_id as meets_indicator_id,
        targets.breakdown,
        targets.start_year,
        targets.until_year

    from shares
    inner join meeting on shares.indicator_id = meeting.indicator_id
    inner join targets
        on
            meeting.meets_indicator_id = targets.indicator_id
            and shares.share_level = targets.level

),

required as (

    select
        listed.indicator_id,
        listed.share_level,
        periods.period,
        count(*) as targets

    from listed
    inner join periods on periods.year between listed.start_year and listed.until_year
    where periods.months = 12
    group by listed.indicator_id, listed.share_level, periods.period

),

judged as (

    select
        listed.indicator_id,
        verdicts.area_code,
        verdicts.period,
        count(case when verdicts.verdict = 'met' then 1 end) as met,
        count(case when verdicts.verdict = 'not_met' then 1 end) as not_met

    from verdicts
    inner join periods on verdicts.period = periods.period
    inner join listed
        on
            verdicts.indicator_id = listed.meets_indicator_id
            and verdicts.breakdown = listed.breakdown
            and verdicts.level = listed.share_level
            and periods.year between listed.start_year and listed.until_year
    group by listed.indicator_id, verdicts.area_code, verdicts.period

),

-- one target missed is enough to know; without that, one verdict lacking leaves the area unknown
counted as (

    select
        required.indicator_id,
        required.period,
        areas.area_code,
        judged.area_code is not null as is_judged,
        coalesce(judged.met, 0) = required.targets as is_met,
        coalesce(judged.not_met, 0) > 0 as is_not_met

    from required
    inner join areas
        on
            required.share_level = areas.level
            and required.period = areas.period
    left join judged
        on
            required.indicator_id = judged.indicator_id
            and required.period = judged.period
            and areas.area_code = judged.area_code

),

summed as (

    select
        counted.indicator_id,
        closure.ancestor_code as area_code,
        counted.period,
        count(case when counted.is_met then 1 end) as met,
        count(case when not counted.is_met and not counted.is_not_met then 1 end) as unknown,
        count(*) as total

    from counted
    inner join closure on counted.area_code = closure.area_code
    inner join areas
        on
            closure.ancestor_code = areas.area_code
            and counted.period = areas.period
    inner join levels
        on
            counted.indicator_id = levels.indicator_id
            and areas.level = levels.level
    group by counted.indicator_id, closure.ancestor_code, counted.period
    having bool_or(counted.is_judged)

),

final as (

    select
        indicator_id,
        '_T' as breakdown,
        area_code,
        period,
        cast(case when unknown < total then met end as bigint) as numerator,
        cast(case when unknown < total then met + unknown end as bigint) as upper_numerator,
        total as denominator,
        unknown < total as is_computed,
        case when unknown < total then 'A' else 'O' end as obs_status,
        case
            when unknown = total then 'not_delivered'
            when unknown > 0 then 'with_bounds'
            else ''
        end as reason,
        case when unknown between 1 and total - 1 then 'at_least' else '' end as qualifier,
        true as covers_period

    from summed

)

select * from final
