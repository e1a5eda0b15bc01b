{#- A whole number of last decimals as text with exactly `decimals` decimals: 955 with 1 is '95.5'. Zero has no sign. -#}
{% macro decimal_text(scaled, decimals) -%}
    case
        when {{ within_64_bits(scaled) }} then {{ digits('cast(' ~ scaled ~ ' as bigint)', decimals) }}
        else {{ digits(scaled, decimals) }}
    end
{%- endmacro %}

{#- The same of a number of any width: narrow ones are several times as fast. -#}
{% macro digits(scaled, decimals) -%}
    case when {{ scaled }} < 0 then '-' else '' end
    || cast({{ idiv('abs(' ~ scaled ~ ')', power_of_ten(decimals)) }} as string)
    || case
        when {{ decimals }} = 0 then ''
        else '.' || lpad(cast(abs({{ scaled }}) % ({{ power_of_ten(decimals) }}) as string), {{ decimals }}, '0')
    end
{%- endmacro %}
