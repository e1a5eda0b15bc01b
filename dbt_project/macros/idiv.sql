{#- Whole-number division of two exact integers, truncated towards zero. -#}
{% macro idiv(dividend, divisor) -%}
    {{ return(adapter.dispatch('idiv')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__idiv(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

{% macro duckdb__idiv(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{#- The same, for where most fit 64 bits: wider ones take several times as long to divide. -#}
{% macro idiv_mostly_narrow(dividend, divisor) -%}
    case
        when {{ within_64_bits(dividend) }} and {{ within_64_bits(divisor) }}
            then {{ idiv('cast(' ~ dividend ~ ' as bigint)', 'cast(' ~ divisor ~ ' as bigint)') }}
        else {{ idiv(dividend, divisor) }}
    end
{%- endmacro %}

{#- Can the whole number and its negative be a bigint? -#}
{% macro within_64_bits(number) -%}
    ({{ number }}) between -9223372036854775807 and 9223372036854775807
{%- endmacro %}
