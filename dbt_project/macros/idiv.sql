{#- Whole-number division of two exact integers, truncated towards zero. -#}
{% macro idiv(dividend, divisor) -%}
    {{ return(adapter.dispatch('idiv')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__idiv(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

{% macro duckdb__idiv(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}
