{#- Do both sides fit 64 bits, and the value DECIMAL(28, 6)? Needs denominator > 0. -#}
{% macro within_range(numerator, denominator, multiplier) -%}
    abs({{ numerator }}) <= {{ largest_figure() }}
    and {{ denominator }} <= {{ largest_figure() }}
    and {{ idiv('abs(' ~ numerator ~ ') * ' ~ multiplier, denominator) }} < 1000000000000000000000
{%- endmacro %}
