{#- 10 to the power of a whole number from 0 to 12, as an integer (the engines' own power() is floating point). -#}
{% macro power_of_ten(exponent) -%}
    case {{ exponent }}
        {%- for each in range(13) %} when {{ each }} then {{ 10 ** each }}{% endfor %} end
{%- endmacro %}
