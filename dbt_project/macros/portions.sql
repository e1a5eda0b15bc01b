{#-
Conditions on `period` under which a large table is made, some years at a time: what a group holds of every area of a nation, in
every year, is more than the engine's memory, and goes to disk and back. `portions` in a model's `meta` names the model whose
rows are counted: years go together while they have at most `portion` rows (dbt_project.yml). Of a small one it is one portion.
-#}
{% macro portions(node) %}
    {%- set counted = node.config.meta.get('portions') -%}
    {%- if not counted -%}
        {{ return(['true']) }}
    {%- endif -%}
    {%- set relation = graph.nodes['model.' ~ node.package_name ~ '.' ~ counted].relation_name -%}
    {%- set found = run_query(
        "select min(year), max(year) from (select year, (sum(figures) over (order by year) - figures) // " ~ var('portion')
        ~ " as portion from (select substr(period, 1, 4) as year, count(*) as figures from " ~ relation
        ~ " group by year)) group by portion order by portion"
    ) -%}
    {%- set conditions = [] -%}
    {%- for first, last in found.rows -%}
        {%- set below = "" if loop.first else "period >= '" ~ first ~ "'" -%}
        {%- set above = "" if loop.last else "period <= '" ~ last ~ "~'" -%}
        {%- do conditions.append([below, above] | select | join(' and ') or 'true') -%}
    {%- endfor -%}
    {{ return(conditions or ['true']) }}
{% endmacro %}
