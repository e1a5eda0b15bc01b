with

terms as (

    select * from {{ source('inputs', 'indicator_term') }}

),

renamed as (

    select
        indicator_id,
        breakdown,
        side,
        table_id,
        measure_id,
        in_breakdown,
        lag_years,
        times

    from terms

)

select * from renamed
