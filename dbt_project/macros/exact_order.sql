{#-
The exact ratio numerator / denominator as a list of whole numbers that sort as the ratios do: the whole part, then
three groups of fifteen decimals. Two different ratios of 64-bit numbers differ by 45 decimals at the latest, so equal
keys mean equal ratios and nothing is ever compared as floating point. Needs denominator > 0.

`order`: 'asc' or 'desc', of the ratio.
-#}
{% macro exact_order(numerator, denominator, order) -%}
    {%- set unit = '1000000000000000' -%}
    {%- set sign = '(case when ' ~ numerator ~ ' < 0 then -1 else 1 end)' -%}
    {%- set top = 'abs(cast(' ~ numerator ~ ' as ' ~ exact_integer() ~ '))' -%}
    {%- set bottom = 'cast(' ~ denominator ~ ' as ' ~ exact_integer() ~ ')' -%}
    {%- set first = '(' ~ top ~ ' % ' ~ bottom ~ ') * ' ~ unit -%}
    {%- set second = '((' ~ first ~ ') % ' ~ bottom ~ ') * ' ~ unit -%}
    {%- set third = '((' ~ second ~ ') % ' ~ bottom ~ ') * ' ~ unit -%}
    {{ sign }} * {{ idiv(top, bottom) }} {{ order }},
    {%- for decimals in (first, second, third) %}
    {{ sign }} * {{ idiv(decimals, bottom) }} {{ order }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
