{%- set cell = ['table_id', 'measure_id', 'area_code', 'breakdown'] -%}
{%- set columns = cell + [
    'period', 'value', 'obs_status', 'qualifier', 'reason', 'covers_period', 'own_rank', 'conversion'
] -%}

with

converted as (

    select * from {{ ref('obs_converted') }}

),

years as (

    select * from {{ ref('obs_year_today') }}

),

-- a year of months is the sum of the converted months; one that an office delivered is converted itself
chosen as (

    select
        converted.*,
        years.table_id is not null
        and (
            converted.is_of_months
            or (converted.reason = 'predecessor_missing' and years.value is not null)
        ) as is_replaced

    from converted
    left join years
        on
            converted.period = years.period
            {%- for column in cell %}
            and converted.{{ column }} = years.{{ column }}
            {%- endfor %}

),

made as (

    select years.*
    from years
    left join chosen
        on
            years.period = chosen.period
            {%- for column in cell %}
            and years.{{ column }} = chosen.{{ column }}
            {%- endfor %}
    where chosen.table_id is null or chosen.is_replaced

),

final as (

    select
        {{ columns | join(', ') }},
        'converted' as origin
    from chosen
    where not is_replaced

    union all

    select
        {{ columns | join(', ') }},
        'from_months' as origin
    from made

)

select * from final
