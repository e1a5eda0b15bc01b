{#-
Do two figures lie further apart than `floor`, and the greater beyond `factor` times the smaller (in size)? Figures of
different sign are out of any proportion. It says the same of both orders; NULL when a figure is missing.
-#}
{% macro out_of_proportion(one, other, factor, floor) -%}
    {%- set first = 'cast(' ~ one ~ ' as ' ~ exact_integer() ~ ')' -%}
    {%- set second = 'cast(' ~ other ~ ' as ' ~ exact_integer() ~ ')' -%}
    (
        abs({{ first }} - {{ second }}) > {{ floor }}
        and (
            sign({{ one }}) * sign({{ other }}) < 0
            or greatest(abs({{ first }}), abs({{ second }})) > {{ factor }} * least(abs({{ first }}), abs({{ second }}))
        )
    )
{%- endmacro %}
