{#-
Where a build starts from another (pipelines/warehouse/again.py), the rows of a model that are made again: a condition on its
`period`; none where the model is made whole. By `reach` in the `meta` of the model. The bounds say nothing that the years do
not; but the engine takes them through joins, and the years alone it does not.
-#}
{% macro touched(node) %}
    {{ return(touched_years(node, node.config.meta.get('reach'))) }}
{% endmacro %}

{#- The same by another reach than the model's own. -#}
{% macro touched_years(node, reach) %}
    {{ return(adapter.dispatch('touched_years')(node, reach)) }}
{% endmacro %}

{#- Elsewhere a build is always made whole. -#}
{% macro default__touched_years(node, reach) %}
    {{ return(none) }}
{% endmacro %}

{% macro duckdb__touched_years(node, reach) %}
    {%- if not reach or not adapter.get_relation(node.database, 'again', 'touched') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set years = run_query(
        "select year from again.touched where reach = '" ~ reach ~ "' order by year"
    ).columns[0].values() -%}
    {%- if not years -%}
        {{ return('false') }}
    {%- endif -%}
    {{ return(
        "period >= '" ~ years[0] ~ "' and period <= '" ~ years[-1] ~ "~' and substr(period, 1, 4) in ('"
        ~ years | join("', '") ~ "')"
    ) }}
{% endmacro %}
