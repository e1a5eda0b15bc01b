with

verdicts as (

    select * from {{ ref('ind_verdict') }}

    union all

    select * from {{ ref('ind_share_verdict') }}

),

indicator_values as (

    select * from {{ ref('ind_value') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

final as (

    select
        verdicts.indicator_id,
        verdicts.area_code,
        verdicts.period,
        verdicts.breakdown,
        cast(periods.year as integer) as year,
        verdicts.level as area_level,
        verdicts.verdict,
        verdicts.operator,
        verdicts.target_text,
        indicator_values.numerator,
        indicator_values.denominator,
        indicator_values.value,
        indicator_values.value_text,
        indicator_values.qualifier,
        verdicts.reason

    from verdicts
    inner join periods on verdicts.period = periods.period
    inner join indicator_values
        on
            verdicts.indicator_id = indicator_values.indicator_id
            and verdicts.area_code = indicator_values.area_code
            and verdicts.period = indicator_values.period
            and verdicts.breakdown = indicator_values.breakdown

)

select * from final
