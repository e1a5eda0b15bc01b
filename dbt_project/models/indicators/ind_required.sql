with

terms as (

    select * from {{ ref('ind_term') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- a code that did not exist then is not missing
valid as (

    select
        terms.indicator_id,
        terms.breakdown,
        terms.side,
        terms.lag_years,
        periods.period,
        {{ shift_period('periods.end_on', '- terms.lag_years') }}
        between terms.asked_from and terms.asked_until as is_asked_for

    from terms
    inner join periods on terms.frequency = periods.frequency
    where
        {{ shift_period('periods.end_on', '- terms.lag_years') }}
        between terms.valid_from and terms.valid_to

),

final as (

    select
        indicator_id,
        breakdown,
        period,
        count(case when side = 'numerator' then 1 end) as numerator_terms,
        count(case when side = 'denominator' then 1 end) as denominator_terms,
        count(case when lag_years = 0 then 1 end) as current_terms,
        count(case when not is_asked_for then 1 end) as unasked_terms
    from valid
    group by indicator_id, breakdown, period

)

select * from final
