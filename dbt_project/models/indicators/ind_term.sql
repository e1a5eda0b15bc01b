with

terms as (

    select * from {{ ref('stg_indicator_term') }}

),

breakdowns as (

    select * from {{ ref('stg_breakdown') }}

),

measures as (

    select * from {{ ref('stg_measure') }}

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

final as (

    select
        terms.indicator_id,
        terms.breakdown,
        terms.side,
        terms.table_id,
        terms.measure_id,
        terms.in_breakdown,
        terms.lag_years,
        terms.times,
        indicators.frequency,
        breakdowns.valid_from,
        breakdowns.valid_to,
        coalesce(measures.asked_from, '') as asked_from,
        coalesce(measures.asked_until, '9999-12-31') as asked_until,
        -- does a figure of this term make the indicator appear? Areas alone, found in every period, do not
        terms.lag_years = 0 and (
            terms.table_id <> 'areas'
            or bool_and(terms.table_id = 'areas') over (partition by terms.indicator_id)
        ) as is_anchor

    from terms
    inner join indicators on terms.indicator_id = indicators.indicator_id
    inner join breakdowns
        on
            terms.table_id = breakdowns.table_id
            and terms.in_breakdown = breakdowns.breakdown
    left join measures
        on
            terms.table_id = measures.table_id
            and terms.measure_id = measures.measure_id

)

select * from final
