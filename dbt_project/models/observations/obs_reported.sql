{{ config(materialized='view') }}

with

delivered as (

    select * from {{ ref('obs_delivered') }}
    where role = 'reported' and reason <> 'vanished'

),

final as (

    select
        table_id,
        measure_id as reported_id,
        area_code,
        period,
        breakdown,
        reported,
        obs_status,
        submission_id,
        source_sheet,
        source_row,
        source_column

    from delivered

)

select * from final
