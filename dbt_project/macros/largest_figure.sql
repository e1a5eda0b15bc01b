{#- The largest value of a figure: what 64 bits hold. Sums are made in `exact_integer` and held against it. -#}
{% macro largest_figure() -%} 9223372036854775807 {%- endmacro %}

{#- A sum as a bigint, which every reader takes in faster; NULL where it is above the largest figure. -#}
{% macro within_largest(sum) -%}
    case when abs({{ sum }}) <= {{ largest_figure() }} then cast({{ sum }} as bigint) end
{%- endmacro %}
