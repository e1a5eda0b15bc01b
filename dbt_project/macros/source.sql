{#- An input as the engine reads it: one or more Parquet files (models/staging/_sources.yml). -#}
{% macro source(name, table) -%}
    {{ return(adapter.dispatch('input')(builtins.source(name, table), table)) }}
{%- endmacro %}

{#- dbt-duckdb has made it of `external_location`. -#}
{% macro duckdb__input(relation, table) -%} {{ return(relation) }} {%- endmacro %}

{% macro default__input(relation, table) -%}
    {{ return('parquet.`' ~ var('inputs') ~ '/' ~ table ~ ('/*' if table == 'figure') ~ '.parquet`') }}
{%- endmacro %}
