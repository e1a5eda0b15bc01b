{#- The same period (or ISO day) `years` years later; negative for earlier. The year is the first four characters. -#}
{% macro shift_period(period, years) -%}
    lpad(cast(cast(substr({{ period }}, 1, 4) as integer) + {{ years }} as string), 4, '0') || substr({{ period }}, 5)
{%- endmacro %}
