-- each row is a term of an indicator whose breakdown its table does not have: it would never be missed
with

terms as (

    select * from {{ ref('stg_indicator_term') }}

),

breakdowns as (

    select * from {{ ref('stg_breakdown') }}

),

lost as (

    select terms.*
    from terms
    left join breakdowns
        on
            terms.table_id = breakdowns.table_id
            and terms.in_breakdown = breakdowns.breakdown
    where breakdowns.breakdown is null

)

select * from lost
