with

periods as (

    select * from {{ source('inputs', 'period') }}

),

renamed as (

    select
        period,
        start_on,
        end_on,
        year,
        frequency,
        months,
        calendar_year,
        previous as previous_period

    from periods

)

select * from renamed
