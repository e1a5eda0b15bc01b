with

indicator_values as (

    select * from {{ ref('ind_value') }}
    where boundaries = 'year'

),

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

final as (

    select
        indicator_values.indicator_id,
        indicator_values.area_code,
        indicator_values.period,
        indicator_values.breakdown,
        cast(periods.year as integer) as year,
        areas.level as area_level,
        indicator_values.kind,
        indicator_values.numerator,
        indicator_values.denominator,
        indicator_values.value,
        indicator_values.value_text,
        indicator_values.headline_text,
        indicator_values.upper_numerator,
        indicator_values.upper_value,
        {{ decimal_of_double('indicator_values.lower_limit') }} as lower_limit,
        {{ decimal_of_double('indicator_values.upper_limit') }} as upper_limit,
        {{ status_shown(
            'indicator_values.obs_status', 'indicator_values.value', 'indicator_values.covers_period'
        ) }} as obs_status,
        {{ reason_shown(
            'indicator_values.reason', 'indicator_values.value', 'indicator_values.covers_period'
        ) }} as reason,
        indicator_values.qualifier,
        indicator_values.covers_period,
        indicator_values.break_id

    from indicator_values
    inner join areas on indicator_values.area_code = areas.area_code
    inner join periods on indicator_values.period = periods.period

)

select * from final
