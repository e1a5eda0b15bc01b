{#- The largest value of a figure: what 64 bits hold. Sums are made in `exact_integer` and held against it. -#}
{% macro largest_figure() -%} 9223372036854775807 {%- endmacro %}
