with

-- the boundaries of the year, and where events touched an area, those of today too
on_all_boundaries as (

    select
        'year' as boundaries,
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        obs_status,
        qualifier,
        reason,
        covers_period,
        true as is_own,
        cast(null as integer) as conversion_rank
    from {{ ref('obs_figure') }}

    union all

    select
        'today' as boundaries,
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        obs_status,
        qualifier,
        reason,
        covers_period,
        own_rank = 1 as is_own,
        {{ conversion_rank('conversion') }} as conversion_rank
    from {{ ref('obs_figure_today') }}

),

figures as (

    select
        figures.*,
        areas.level

    from on_all_boundaries as figures
    inner join {{ ref('stg_area') }} as areas on figures.area_code = areas.area_code

),

terms as (

    select
        terms.*,
        levels.level

    from {{ ref('ind_term') }} as terms
    inner join {{ ref('stg_indicator_level') }} as levels on terms.indicator_id = levels.indicator_id

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

required as (

    select * from {{ ref('ind_required') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

breaks as (

    select * from {{ ref('ind_break') }}

),

-- which figures of which period (`in_period`) a period asks for: few rows, by which figures are looked up
asked as (

    select
        terms.*,
        earlier.period as in_period,
        periods.period

    from terms
    inner join periods as earlier
        on
            terms.frequency = earlier.frequency
            and earlier.end_on between terms.valid_from and terms.valid_to
    inner join periods on {{ shift_period('earlier.period', 'terms.lag_years') }} = periods.period

),

found as (

    select
        asked.indicator_id,
        asked.breakdown,
        figures.boundaries,
        figures.area_code,
        asked.period,
        asked.side,
        asked.times,
        asked.lag_years,
        asked.is_anchor,
        figures.value,
        figures.obs_status,
        figures.qualifier,
        figures.reason,
        figures.covers_period,
        figures.is_own,
        figures.conversion_rank

    from figures
    inner join asked
        on
            figures.table_id = asked.table_id
            and figures.measure_id = asked.measure_id
            and figures.breakdown = asked.in_breakdown
            and figures.level = asked.level
            and figures.period = asked.in_period

),

-- where a return is owed the indicator appears, with or without figures
anchors as (

    select distinct
        indicator_id,
        breakdown,
        table_id,
        level,
        frequency,
        valid_from,
        valid_to
    from terms
    where is_anchor

),

owed as (

    select
        'year' as boundaries,
        table_id,
        area_code,
        level,
        period
    from {{ ref('obs_expected_area') }}

    union all

    select distinct
        'today' as boundaries,
        expected.table_id,
        today.area_code,
        today.level,
        expected.period
    from {{ ref('obs_expected_area') }} as expected
    inner join {{ ref('obs_area_today') }} as today
        on
            expected.period = today.period
            and expected.level = today.level
            and expected.area_code in (today.from_code, today.area_code)

),

expected as (

    select
        anchors.indicator_id,
        anchors.breakdown,
        expected.boundaries,
        expected.area_code,
        expected.period

    from owed as expected
    inner join periods on expected.period = periods.period
    inner join anchors
        on
            expected.table_id = anchors.table_id
            and expected.level = anchors.level
            and periods.frequency = anchors.frequency
            and periods.end_on between anchors.valid_from and anchors.valid_to

),

contributions as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        is_anchor,
        side,
        lag_years,
        value,
        cast(value as {{ exact_integer() }}) * times as product,
        case when value is null then obs_status end as missing_status,
        case when value is null then reason end as missing_reason,
        case when value is not null then {{ status_rank('obs_status') }} end as status_rank,
        value is not null and qualifier = 'estimated' as is_estimated,
        -- a lower bound above the line is one of the ratio, below it an upper one; minus turns that round
        value is not null and qualifier = 'at_least' and (side = 'numerator') = (times > 0) as is_floor,
        value is not null and qualifier = 'at_least' and (side = 'numerator') <> (times > 0) as is_ceiling,
        covers_period,
        value is not null and is_own as is_own,
        case when lag_years = 0 then conversion_rank end as conversion_rank
    from found

    union all

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        true as is_anchor,
        '' as side,
        0 as lag_years,
        cast(null as bigint) as value,
        cast(null as {{ exact_integer() }}) as product,
        cast(null as string) as missing_status,
        cast(null as string) as missing_reason,
        cast(null as integer) as status_rank,
        false as is_estimated,
        false as is_floor,
        false as is_ceiling,
        true as covers_period,
        false as is_own,
        cast(null as integer) as conversion_rank
    from expected

),

sums as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        sum(case when side = 'numerator' then product end) as numerator_sum,
        sum(case when side = 'denominator' then product end) as denominator_sum,
        count(case when side = 'numerator' then value end) as numerator_found,
        count(case when side = 'denominator' then value end) as denominator_found,
        count(case when side <> '' and lag_years = 0 then value end) as current_found,
        min(missing_status) as missing_status,
        min(missing_reason) as missing_reason,
        max(status_rank) as status_rank,
        bool_or(is_estimated) as is_estimated,
        bool_or(is_floor) as is_floor,
        bool_or(is_ceiling) as is_ceiling,
        bool_and(covers_period) as covers_period,
        bool_or(is_own) as has_own,
        max(conversion_rank) as conversion_rank
    from contributions
    group by indicator_id, breakdown, boundaries, area_code, period
    having bool_or(is_anchor)

),

lags as (

    select
        indicator_id,
        breakdown,
        max(lag_years) as longest_lag
    from terms
    group by indicator_id, breakdown

),

-- a break within the period, or between it and what it looks back to, or within that: then it is of two
-- kinds; found without the sums, so that these are read once
met as (

    select
        breaks.indicator_id,
        lags.breakdown,
        breaks.boundaries,
        breaks.area_code,
        periods.period,
        owned.has_own,
        breaks.break_id,
        breaks.starts_on,
        breaks.reason,
        lags.longest_lag > 0
        and {{ shift_period('periods.start_on', '- lags.longest_lag') }} < breaks.starts_on as is_between,
        periods.start_on < breaks.starts_on
        or (periods.start_on = breaks.starts_on and not breaks.is_beginning) as is_within

    from breaks
    inner join lags on breaks.indicator_id = lags.indicator_id
    inner join periods on breaks.starts_on <= periods.end_on
    inner join (values (true), (false)) as owned (has_own) on owned.has_own or not breaks.is_of_basis

),

-- of several the latest is named, one that parts before one that does not
ordered as (

    select
        *,
        max(case when is_within then 1 else 0 end)
            over (partition by indicator_id, breakdown, boundaries, area_code, period, has_own)
        = 1 as is_first,
        row_number() over (
            partition by indicator_id, breakdown, boundaries, area_code, period, has_own
            order by case when is_between then 0 else 1 end asc, starts_on desc, break_id asc
        ) as break_number
    from met
    where is_between or is_within

),

broken as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        has_own,
        break_id,
        case when is_between then reason end as reason,
        is_first
    from ordered
    where break_number = 1

),

sided as (

    select
        sums.*,
        broken.break_id,
        broken.reason as break_reason,
        coalesce(broken.is_first, false) as is_first,
        indicators.kind,
        indicators.multiplier,
        indicators.kind in ('proportion', 'census_share', 'survey_share') as is_bounded,
        required.current_terms,
        required.unasked_terms,
        case when sums.numerator_found = required.numerator_terms then sums.numerator_sum end as numerator,
        case
            when indicators.kind = 'count' then 1
            when sums.denominator_found = required.denominator_terms then sums.denominator_sum
        end as denominator

    from sums
    inner join indicators on sums.indicator_id = indicators.indicator_id
    inner join required
        on
            sums.indicator_id = required.indicator_id
            and sums.breakdown = required.breakdown
            and sums.period = required.period
    left join broken
        on
            sums.indicator_id = broken.indicator_id
            and sums.breakdown = broken.breakdown
            and sums.boundaries = broken.boundaries
            and sums.area_code = broken.area_code
            and sums.period = broken.period
            and coalesce(sums.has_own, false) = broken.has_own

),

reasoned as (

    select
        *,
        case
            -- two sides of a break are not compared, whether or not the other side is there
            when break_reason is not null and current_found = current_terms then break_reason
            when numerator is null or denominator is null
                then coalesce(
                    missing_reason,
                    case
                        when unasked_terms > 0 then 'not_asked_for'
                        when current_found = current_terms then 'earlier_not_delivered'
                        else 'not_delivered'
                    end
                )
            when denominator = 0 then 'zero_denominator'
            when denominator < 0 then 'negative_denominator'
            when kind = 'change' and not covers_period then 'part_of_period'
            when not ({{ within_range('numerator', 'denominator', 'multiplier') }}) then 'out_of_range'
            -- parts are estimated one by one, each to whole numbers
            when boundaries = 'today' and is_estimated and is_bounded and numerator > denominator
                then 'estimates_contradict'
            else ''
        end as reason
    from sided

),

final as (

    select
        indicator_id,
        breakdown,
        boundaries,
        area_code,
        period,
        {{ within_largest('numerator') }} as numerator,
        {{ within_largest('denominator') }} as denominator,
        reason = '' as is_computed,
        case
            when reason = '' and is_estimated then 'E'
            when reason = '' and is_first and status_rank = 0 then 'B'
            when reason = '' then {{ status_of_rank('status_rank') }}
            when reason = break_reason then 'M'
            when numerator is null or denominator is null
                then coalesce(missing_status, case when reason = 'not_asked_for' then 'M' else 'O' end)
            else 'M'
        end as obs_status,
        reason,
        case
            when reason <> '' then ''
            when is_estimated or (is_floor and is_ceiling) then 'estimated'
            when is_floor then 'at_least'
            when is_ceiling then 'at_most'
            else ''
        end as qualifier,
        covers_period,
        break_id,
        conversion_rank

    from reasoned

)

select * from final
