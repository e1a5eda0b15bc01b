{#- The schema of a model is the name of its layer, in every target; where runs share an engine, behind the name of the run. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return(adapter.dispatch('generate_schema_name_of')(custom_schema_name or target.schema)) }}
{%- endmacro %}

{% macro default__generate_schema_name_of(layer) -%} {{ return(var('databases') ~ '_' ~ layer) }} {%- endmacro %}

{% macro duckdb__generate_schema_name_of(layer) -%} {{ return(layer) }} {%- endmacro %}
