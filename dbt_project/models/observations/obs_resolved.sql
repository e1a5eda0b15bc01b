{#-
Two joins, not a full one: the engine takes no condition on a period through that. And no CTE that is read twice: it would keep
all of it in memory.
-#}

{{ config(materialized='view') }}

{%- set same_cell %}
            delivered.table_id = summed.table_id
            and delivered.measure_id = summed.measure_id
            and delivered.area_code = summed.area_code
            and delivered.period = summed.period
            and delivered.breakdown = summed.breakdown
{%- endset %}

with

-- a figure that vanished makes room for the sum of the parts, where all of them are there
matched as (

    select
        delivered.*,
        delivered.reason <> 'vanished' or coalesce(summed.reason <> '', true) as is_delivered,
        summed.value as summed_value,
        summed.obs_status as summed_status,
        summed.qualifier as summed_qualifier,
        summed.reason as summed_reason,
        summed.covers_period as summed_covers_period

    from {{ ref('obs_delivered') }} as delivered
    left join {{ ref('obs_children_sum') }} as summed
        on {{ same_cell }}
    where delivered.role = 'measure'

),

only_summed as (

    select summed.*
    from {{ ref('obs_children_sum') }} as summed
    left join {{ ref('obs_delivered') }} as delivered
        on
            delivered.role = 'measure'
            and {{ same_cell }}
    where delivered.table_id is null

),

final as (

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        case when is_delivered then value else summed_value end as value,
        case
            when is_delivered then obs_status
            when summed_value is null then 'O'
            else summed_status
        end as obs_status,
        case
            when is_delivered then qualifier
            when summed_value is null then ''
            else summed_qualifier
        end as qualifier,
        case when is_delivered then 'delivered' else 'summed' end as origin,
        case when is_delivered then reason else summed_reason end as reason,
        case when is_delivered then value - summed_value end as not_allocable,
        case when is_delivered then covers_period else summed_covers_period end as covers_period,
        case when is_delivered then submission_id else '' end as submission_id,
        case when is_delivered then source_sheet else '' end as source_sheet,
        case when is_delivered then source_row end as source_row,
        case when is_delivered then source_column end as source_column,
        case when is_delivered then correction_id else '' end as correction_id
    from matched

    union all

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        case when value is null then 'O' else obs_status end as obs_status,
        case when value is null then '' else qualifier end as qualifier,
        'summed' as origin,
        reason,
        cast(null as bigint) as not_allocable,
        covers_period,
        '' as submission_id,
        '' as source_sheet,
        cast(null as integer) as source_row,
        cast(null as integer) as source_column,
        '' as correction_id
    from only_summed

)

select * from final
