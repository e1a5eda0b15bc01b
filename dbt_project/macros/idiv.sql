{#- Whole-number division of two exact integers, truncated towards zero. -#}
{% macro idiv(dividend, divisor) -%}
    {{ return(adapter.dispatch('idiv')(dividend, divisor)) }}
{%- endmacro %}

{#- Spark's `div` gives 64 bits; this is exact to 32 digits, and fails beyond them. -#}
{% macro default__idiv(dividend, divisor) -%}
    {%- set whole = 'cast(' ~ dividend ~ ' as ' ~ exact_integer() ~ ')' -%}
    {%- set by = 'cast(' ~ divisor ~ ' as ' ~ exact_integer() ~ ')' -%}
    cast(({{ whole }} - {{ whole }} % {{ by }}) / {{ by }} as {{ exact_integer() }})
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
