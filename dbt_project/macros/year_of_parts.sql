{#-
CTEs up to `reasoned`: the calendar year of what stands for parts of it (months, quarters), from a CTE `figures`. That
all twelve months stand is asked of every year; which parts it is made of is the measure's `over_time`.

`carried`: columns (numbers) of which the year has the greatest of its parts.
-#}
{% macro year_of_parts(carried=[]) -%}
{%- set cell = ['table_id', 'measure_id', 'area_code', 'breakdown'] -%}
measures as (

    select * from {{ ref('stg_measure') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- a part of a calendar year: which one, how long, and whether it begins or ends it
parts as (

    select
        parts.period,
        years.period as year_period,
        parts.months,
        parts.start_on = years.start_on as is_first,
        parts.end_on = years.end_on as is_last

    from periods as parts
    inner join periods as years on parts.calendar_year = years.period

),

addends as (

    select
        {%- for column in cell %}
        figures.{{ column }},
        {%- endfor %}
        parts.year_period,
        measures.over_time,
        figures.value,
        case when figures.value is not null then parts.months end as months,
        measures.over_time = 'sum'
        or (measures.over_time = 'first' and parts.is_first)
        or (measures.over_time = 'last' and parts.is_last) as is_taken,
        {{ status_rank('figures.obs_status') }} as status_rank,
        {{ qualifier_rank('figures.qualifier') }} as qualifier_rank,
        figures.covers_period,
        {%- for column in carried %}
        figures.{{ column }},
        {%- endfor %}
        figures.reason

    from figures
    inner join parts on figures.period = parts.period
    inner join measures
        on
            figures.table_id = measures.table_id
            and figures.measure_id = measures.measure_id

),

added as (

    select
        {{ cell | join(', ') }},
        year_period,
        over_time,
        coalesce(sum(months), 0) as months_present,
        sum(case when is_taken then cast(value as {{ exact_integer() }}) end) as total,
        max(case when is_taken then status_rank end) as status_rank,
        max(case when is_taken then qualifier_rank end) as qualifier_rank,
        bool_and(covers_period) as covers_period,
        {%- for column in carried %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        bool_and(reason = 'not_additive') as is_not_additive
    from addends
    group by {{ cell | join(', ') }}, year_period, over_time

),

reasoned as (

    select
        *,
        case
            when over_time = 'none' then 'not_additive_over_time'
            when is_not_additive then 'not_additive'
            when months_present < 12 then 'not_all_months'
            when abs(total) > {{ largest_figure() }} then 'out_of_range'
            else ''
        end as reason
    from added

)
{%- endmacro %}
