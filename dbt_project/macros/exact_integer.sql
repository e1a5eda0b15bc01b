{#- The widest exact integer type of the engine: products of figures need more than 64 bits. -#}
{% macro exact_integer() -%}
    {{ return(adapter.dispatch('exact_integer')()) }}
{%- endmacro %}

{% macro default__exact_integer() -%} decimal(38, 0) {%- endmacro %}

{% macro duckdb__exact_integer() -%} hugeint {%- endmacro %}
