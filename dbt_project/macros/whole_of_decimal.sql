{#- A DECIMAL(38, 12) as a whole number of its twelfth decimal, exactly. -#}
{% macro whole_of_decimal(value) -%} {{ return(adapter.dispatch('whole_of_decimal')(value)) }} {%- endmacro %}

{% macro duckdb__whole_of_decimal(value) -%}
    cast(floor({{ value }}) as {{ exact_integer() }}) * 1000000000000
    + cast(
        cast({{ value }} - floor({{ value }}) as decimal(20, 12)) * cast(1000000000000 as decimal(13, 0))
        as {{ exact_integer() }}
    )
{%- endmacro %}

{#- Where a difference of decimals may lose its last ones, their remainder does not. -#}
{% macro default__whole_of_decimal(value) -%}
    cast({{ value }} - {{ value }} % 1 as {{ exact_integer() }}) * 1000000000000
    + cast(({{ value }} % 1) * cast(1000000000000 as decimal(13, 0)) as {{ exact_integer() }})
{%- endmacro %}
