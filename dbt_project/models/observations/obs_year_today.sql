{%- set cell = ['table_id', 'measure_id', 'area_code', 'breakdown'] -%}

with

figures as (

    select
        *,
        {{ conversion_rank('conversion') }} as conversion_rank
    from {{ ref('obs_converted') }}

),

{{ year_of_parts(carried=['conversion_rank', 'own_rank']) }},

final as (

    select
        {{ cell | join(', ') }},
        year_period as period,
        case when reason = '' then cast(total as bigint) end as value,
        case when reason = '' then {{ status_of_rank('status_rank') }} else 'O' end as obs_status,
        case when reason = '' then {{ qualifier_of_rank('qualifier_rank') }} else '' end as qualifier,
        reason,
        covers_period and months_present = 12 as covers_period,
        own_rank,
        {{ conversion_of_rank('conversion_rank') }} as conversion

    from reasoned

)

select * from final
