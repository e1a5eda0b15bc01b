{#- A DECIMAL(38, 12) as a whole number of its twelfth decimal, exactly. -#}
{% macro whole_of_decimal(value) -%}
    cast(floor({{ value }}) as {{ exact_integer() }}) * 1000000000000
    + cast(
        cast({{ value }} - floor({{ value }}) as decimal(20, 12)) * cast(1000000000000 as decimal(13, 0))
        as {{ exact_integer() }}
    )
{%- endmacro %}
