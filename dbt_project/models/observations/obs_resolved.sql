with

delivered as (

    select * from {{ ref('obs_delivered') }}
    where role = 'measure'

),

summed as (

    select * from {{ ref('obs_children_sum') }}

),

-- a figure that vanished makes room for the sum of the parts, where all of them are there
matched as (

    select
        coalesce(delivered.table_id, summed.table_id) as table_id,
        coalesce(delivered.measure_id, summed.measure_id) as measure_id,
        coalesce(delivered.area_code, summed.area_code) as area_code,
        coalesce(delivered.period, summed.period) as period,
        coalesce(delivered.breakdown, summed.breakdown) as breakdown,
        delivered.table_id is not null
        and not (delivered.reason = 'vanished' and coalesce(summed.reason = '', false)) as is_delivered,
        delivered.value as delivered_value,
        delivered.obs_status as delivered_status,
        delivered.qualifier as delivered_qualifier,
        delivered.reason as delivered_reason,
        delivered.covers_period as delivered_covers_period,
        delivered.submission_id,
        delivered.source_sheet,
        delivered.source_row,
        delivered.source_column,
        delivered.correction_id,
        summed.value as summed_value,
        summed.obs_status as summed_status,
        summed.qualifier as summed_qualifier,
        summed.reason as summed_reason,
        summed.covers_period as summed_covers_period

    from delivered
    full outer join summed
        on
            delivered.table_id = summed.table_id
            and delivered.measure_id = summed.measure_id
            and delivered.area_code = summed.area_code
            and delivered.period = summed.period
            and delivered.breakdown = summed.breakdown

),

final as (

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        case when is_delivered then delivered_value else summed_value end as value,
        case
            when is_delivered then delivered_status
            when summed_value is null then 'O'
            else summed_status
        end as obs_status,
        case
            when is_delivered then delivered_qualifier
            when summed_value is null then ''
            else summed_qualifier
        end as qualifier,
        case when is_delivered then 'delivered' else 'summed' end as origin,
        case when is_delivered then delivered_reason else summed_reason end as reason,
        case when is_delivered then delivered_value - summed_value end as not_allocable,
        case when is_delivered then delivered_covers_period else summed_covers_period end as covers_period,
        case when is_delivered then submission_id else '' end as submission_id,
        case when is_delivered then source_sheet else '' end as source_sheet,
        case when is_delivered then source_row end as source_row,
        case when is_delivered then source_column end as source_column,
        case when is_delivered then correction_id else '' end as correction_id

    from matched

)

select * from final
