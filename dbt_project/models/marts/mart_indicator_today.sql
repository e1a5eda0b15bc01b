with

indicator_values as (

    select * from {{ ref('ind_value') }}
    where boundaries = 'today'

),

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

today as (

    select distinct
        area_code,
        period,
        conversion,
        from_level
    from {{ ref('obs_area_today') }}

),

converted as (

    select
        indicator_values.*,
        -- a year of months may have been converted though its last day was not
        {{ conversion_of_rank(
            'greatest(' ~ conversion_rank('today.conversion') ~ ', coalesce(indicator_values.conversion_rank, 0))'
        ) }} as conversion,
        today.from_level

    from indicator_values
    inner join today
        on
            indicator_values.area_code = today.area_code
            and indicator_values.period = today.period

),

final as (

    select
        converted.indicator_id,
        converted.area_code,
        converted.period,
        converted.breakdown,
        cast(periods.year as integer) as year,
        areas.level as area_level,
        converted.kind,
        converted.numerator,
        converted.denominator,
        converted.value,
        converted.value_text,
        converted.headline_text,
        converted.upper_numerator,
        converted.upper_value,
        case
            when converted.conversion <> 'estimated' then {{ decimal_of_double('converted.lower_limit') }}
        end as lower_limit,
        case
            when converted.conversion <> 'estimated' then {{ decimal_of_double('converted.upper_limit') }}
        end as upper_limit,
        {{ status_shown(
            'converted.obs_status', 'converted.value', 'converted.covers_period'
        ) }} as obs_status,
        {{ reason_shown(
            'converted.reason', 'converted.value', 'converted.covers_period'
        ) }} as reason,
        converted.qualifier,
        converted.covers_period,
        converted.break_id,
        converted.boundaries,
        converted.conversion,
        converted.from_level

    from converted
    inner join areas on converted.area_code = areas.area_code
    inner join periods on converted.period = periods.period

)

select * from final
