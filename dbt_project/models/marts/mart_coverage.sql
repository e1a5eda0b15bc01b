with

coverage as (

    select * from {{ ref('obs_coverage') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

final as (

    select
        coverage.table_id,
        coverage.period,
        coverage.unit_code,
        coverage.office,
        cast(periods.year as integer) as year,
        cast(coverage.due_on as date) as due_on,
        coverage.is_due,
        coverage.status,
        coverage.is_received,
        coverage.is_on_time,
        cast(coverage.first_prepared_on as date) as first_prepared_on,
        cast(coverage.prepared_on as date) as prepared_on,
        nullif(coverage.submission_id, '') as submission_id,
        coverage.overlay_count,
        coverage.waiting_count,
        coverage.held_count,
        coverage.accepted_count,
        coverage.rejected_count

    from coverage
    inner join periods on coverage.period = periods.period

)

select * from final
