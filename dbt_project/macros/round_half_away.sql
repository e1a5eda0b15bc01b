{#-
The published figure as a whole number of its last decimal: numerator / denominator * multiplier, rounded half away from
zero at `decimals`. Only integers; needs denominator > 0; NULL stays NULL.

Integer division truncates in some engines and floors in others, so the sign is taken out first. With both sides within
64 bits nothing overflows 127 bits while multiplier * 10^decimals stays below 9 * 10^18.
-#}
{% macro round_half_away(numerator, denominator, multiplier, decimals) -%}
    {{ return(adapter.dispatch('round_half_away')(numerator, denominator, multiplier, decimals)) }}
{%- endmacro %}

{% macro duckdb__round_half_away(numerator, denominator, multiplier, decimals) -%}
    (
        case when {{ numerator }} < 0 then -1 else 1 end
        * {{ idiv_mostly_narrow(
            '2 * abs(cast(' ~ numerator ~ ' as ' ~ exact_integer() ~ ')) * ' ~ multiplier
            ~ ' * (' ~ power_of_ten(decimals) ~ ') + ' ~ denominator,
            '2 * cast(' ~ denominator ~ ' as ' ~ exact_integer() ~ ')'
        ) }}
    )
{%- endmacro %}

{#- Nothing is doubled, so that 38 decimals do for what 127 bits hold: a half is reached where the rest is no less than what it
lacks. -#}
{% macro default__round_half_away(numerator, denominator, multiplier, decimals) -%}
    {%- set whole = 'abs(cast(' ~ numerator ~ ' as ' ~ exact_integer() ~ ')) * ' ~ multiplier
        ~ ' * (' ~ power_of_ten(decimals) ~ ')' -%}
    {%- set by = 'cast(' ~ denominator ~ ' as ' ~ exact_integer() ~ ')' -%}
    (
        case when {{ numerator }} < 0 then -1 else 1 end
        * (
            {{ idiv(whole, by) }}
            + case when ({{ whole }}) % {{ by }} >= {{ by }} - ({{ whole }}) % {{ by }} then 1 else 0 end
        )
    )
{%- endmacro %}
