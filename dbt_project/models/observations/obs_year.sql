{%- set cell = ['table_id', 'measure_id', 'area_code', 'breakdown'] -%}

with

figures as (

    select * from {{ ref('obs_resolved') }}

),

reshaped as (

    select * from {{ ref('stg_area_reshaped') }}

),

{{ year_of_parts() }},

-- the months of these years are of two areas under one code
mixed as (

    select distinct
        reshaped.area_code,
        periods.period

    from reshaped
    inner join periods
        on
            reshaped.effective_on > periods.start_on
            and reshaped.effective_on <= periods.end_on

),

final as (

    select
        {%- for column in cell %}
        reasoned.{{ column }},
        {%- endfor %}
        reasoned.year_period as period,
        case when reasoned.reason = '' then cast(reasoned.total as bigint) end as value,
        case
            when reasoned.reason <> '' then 'O'
            when reasoned.status_rank = 0 and mixed.area_code is not null then 'B'
            else {{ status_of_rank('reasoned.status_rank') }}
        end as obs_status,
        case
            when reasoned.reason = '' then {{ qualifier_of_rank('reasoned.qualifier_rank') }} else ''
        end as qualifier,
        reasoned.reason,
        reasoned.covers_period and reasoned.months_present = 12 as covers_period,
        cast(reasoned.months_present as integer) as months_present

    from reasoned
    left join mixed
        on
            reasoned.area_code = mixed.area_code
            and reasoned.year_period = mixed.period

)

select * from final
