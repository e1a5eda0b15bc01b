{#-
Level by level from the smallest areas up, so that a sum can be part of the sum above it. The documents allow
seven levels, hence six levels of parents (0 is the widest). What does not add up over areas climbs too, as a figure
that is missing for that reason.
-#}
{%- set cell = ['table_id', 'measure_id', 'period', 'breakdown'] -%}
{%- set deepest_parent = 5 -%}

with

areas as (

    select * from {{ ref('obs_area') }}

),
{% for level in range(deepest_parent, -1, -1) %}
addends_{{ level }} as (

    select
        {{ cell | join(', ') }},
        parent_code as area_code,
        value,
        {{ status_rank('obs_status') }} as status_rank,
        {{ qualifier_rank('qualifier') }} as qualifier_rank,
        covers_period,
        is_additive
    from {{ ref('obs_delivered') }}
    where
        role = 'measure'
        and parent_code <> ''
        and parent_level_order = {{ level }}
        and reason <> 'vanished'
    {%- for below in range(deepest_parent, level, -1) %}

    union all

    select
        {{ cell | join(', ') }},
        parent_code as area_code,
        value,
        status_rank,
        qualifier_rank,
        covers_period,
        is_additive
    from passed_up_{{ below }}
    where parent_level_order = {{ level }}
    {%- endfor %}

),

added_{{ level }} as (

    select
        {{ cell | join(', ') }},
        area_code,
        count(value) as children_present,
        sum(cast(value as {{ exact_integer() }})) as total,
        max(status_rank) as status_rank,
        max(qualifier_rank) as qualifier_rank,
        bool_and(covers_period) as covers_period,
        bool_and(is_additive) as is_additive
    from addends_{{ level }}
    group by {{ cell | join(', ') }}, area_code

),

summed_{{ level }} as (

    select
        {%- for column in cell %}
        added.{{ column }},
        {%- endfor %}
        added.area_code,
        added.children_present,
        areas.children as children_valid,
        case
            when
                added.is_additive
                and added.children_present = areas.children
                and added.total <= {{ largest_figure() }}
                then cast(added.total as bigint)
        end as value,
        case
            when not added.is_additive then 'not_additive'
            when added.children_present <> areas.children then 'not_all_children'
            when added.total > {{ largest_figure() }} then 'out_of_range'
            else ''
        end as reason,
        added.status_rank,
        added.qualifier_rank,
        added.covers_period,
        added.is_additive,
        areas.parent_code,
        areas.parent_level_order

    from added_{{ level }} as added
    inner join areas
        on
            added.area_code = areas.area_code
            and added.period = areas.period

),

-- what was delivered for the area itself wins, and went up by itself
passed_up_{{ level }} as (

    select summed.*
    from summed_{{ level }} as summed
    left join {{ ref('obs_delivered') }} as delivered
        on
            summed.area_code = delivered.area_code
            {%- for column in cell %}
            and summed.{{ column }} = delivered.{{ column }}
            {%- endfor %}
            and delivered.level_order = {{ level }}
            and delivered.role = 'measure'
            and delivered.reason <> 'vanished'
    where
        delivered.table_id is null
        and summed.parent_code <> ''

),
{% endfor %}
final as (
    {% for level in range(deepest_parent, -1, -1) %}
    select
        {{ cell | join(', ') }},
        area_code,
        value,
        {{ status_of_rank('status_rank') }} as obs_status,
        {{ qualifier_of_rank('qualifier_rank') }} as qualifier,
        reason,
        covers_period,
        children_present,
        children_valid
    from summed_{{ level }}
    {% if not loop.last %}
    union all
    {% endif -%}
    {% endfor %}
)

select * from final
