{#- A whole number of last decimals as DECIMAL(28, 6), exactly. `decimals` from 0 to 6. -#}
{% macro decimal_value(scaled, decimals) -%}
    cast(
        cast({{ scaled }} * ({{ power_of_ten('6 - ' ~ decimals) }}) as decimal(28, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(28, 6)
    )
{%- endmacro %}
