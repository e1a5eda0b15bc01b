{#- left `operator` right, the operator a column that holds '>=', '<=' or '='. -#}
{% macro compare(left, operator, right) -%}
    case {{ operator }}
        when '>=' then {{ left }} >= {{ right }}
        when '<=' then {{ left }} <= {{ right }}
        when '=' then {{ left }} = {{ right }}
    end
{%- endmacro %}
