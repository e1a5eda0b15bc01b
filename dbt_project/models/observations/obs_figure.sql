{#- What was resolved is named twice, not once as a CTE: the engine would keep all of it in memory. -#}

with

years as (

    select * from {{ ref('obs_year') }}

),

counted as (

    select * from {{ ref('obs_counted') }}

),

-- a year that was delivered wins; a sum over areas that lacks some of them makes room for the months
made as (

    select years.*
    from years
    left join {{ ref('obs_resolved') }} as resolved
        on
            years.table_id = resolved.table_id
            and years.measure_id = resolved.measure_id
            and years.area_code = resolved.area_code
            and years.period = resolved.period
            and years.breakdown = resolved.breakdown
    where
        resolved.table_id is null
        or (resolved.origin = 'summed' and resolved.value is null)
        or (resolved.reason = 'vanished' and years.value is not null)

),

final as (

    select
        resolved.*,
        cast(null as integer) as months_present
    from {{ ref('obs_resolved') }} as resolved
    left join made
        on
            resolved.table_id = made.table_id
            and resolved.measure_id = made.measure_id
            and resolved.area_code = made.area_code
            and resolved.period = made.period
            and resolved.breakdown = made.breakdown
    where made.table_id is null

    union all

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        obs_status,
        qualifier,
        'from_months' as origin,
        reason,
        cast(null as bigint) as not_allocable,
        covers_period,
        '' as submission_id,
        '' as source_sheet,
        cast(null as integer) as source_row,
        cast(null as integer) as source_column,
        '' as correction_id,
        months_present
    from made

    union all

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        'A' as obs_status,
        '' as qualifier,
        'counted' as origin,
        '' as reason,
        cast(null as bigint) as not_allocable,
        true as covers_period,
        '' as submission_id,
        '' as source_sheet,
        cast(null as integer) as source_row,
        cast(null as integer) as source_column,
        '' as correction_id,
        cast(null as integer) as months_present
    from counted

)

select * from final
