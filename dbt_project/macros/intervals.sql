{#-
The limits of the 95 % two-sided interval of a figure. The only places where floating point is used, and never for a
published figure itself: limits are irrational. Additions, multiplications, divisions and roots of doubles are the same
in every engine, so the limits are too.
-#}

{#- The 97.5 % quantile of the normal distribution. -#}
{% macro normal_quantile() -%} 1.959963984540054e0 {%- endmacro %}

{#- Its square. -#}
{% macro normal_quantile_squared() -%} 3.841458820694124e0 {%- endmacro %}

{#- What both limits of Wilson's interval add to k: z^2/2 + z * sqrt(k * (n - k) / n + z^2/4). -#}
{% macro wilson_reach(k, n) -%}
    (
        {{ normal_quantile_squared() }} / 2e0
        + {{ normal_quantile() }} * sqrt({{ k }} * ({{ n }} - {{ k }}) / {{ n }} + {{ normal_quantile_squared() }} / 4e0)
    )
{%- endmacro %}

{#-
Wilson's limit of the share k of n (doubles, 0 <= k <= n, n > 0); `side` is lower or upper. The lower one is made from the
product of both, k^2/n / (n + z^2): nothing is subtracted, so it is exactly 0 for k = 0 and keeps its digits for small k.
-#}
{% macro wilson_limit(k, n, side) -%}
    {%- if side == 'lower' -%}
    {{ k }} * {{ k }} / {{ n }} / ({{ k }} + {{ wilson_reach(k, n) }})
    {%- else -%}
    least(({{ k }} + {{ wilson_reach(k, n) }}) / ({{ n }} + {{ normal_quantile_squared() }}), 1e0)
    {%- endif -%}
{%- endmacro %}

{#-
The exact (Garwood's) limit of the number of events of a Poisson distribution of which k were counted, for k of 1000 or
more: the quantile of the gamma distribution of shape k (lower) or k + 1 (upper) by the series of Cornish and Fisher. It
agrees with scipy to fourteen digits there; smaller k are looked up, see stg_poisson_limit.
-#}
{% macro poisson_limit(k, side) -%}
    {%- set z = -1.959963984540054 if side == 'lower' else 1.959963984540054 -%}
    {%- set a = k if side == 'lower' else '(' ~ k ~ ' + 1e0)' -%}
    {%- set terms = [
        ('* sqrt(' ~ a ~ ')', z),
        ('', (z ** 2 - 1) / 3),
        ('/ sqrt(' ~ a ~ ')', (z ** 3 - 7 * z) / 36),
        ('/ ' ~ a, -(3 * z ** 4 + 7 * z ** 2 - 16) / 810),
        ('/ ' ~ a ~ ' / sqrt(' ~ a ~ ')', (9 * z ** 5 + 256 * z ** 3 - 433 * z) / 38880),
        ('/ ' ~ a ~ ' / ' ~ a, (12 * z ** 6 - 243 * z ** 4 - 923 * z ** 2 + 1472) / 204120),
        (
            '/ ' ~ a ~ ' / ' ~ a ~ ' / sqrt(' ~ a ~ ')',
            -(3753 * z ** 7 + 4353 * z ** 5 - 289517 * z ** 3 - 289717 * z) / 146966400
        ),
    ] -%}
    (
        {{ a }}
        {%- for times, coefficient in terms %}
        + ({{ '%.16e' | format(coefficient) }}) {{ times }}
        {%- endfor %}
    )
{%- endmacro %}

{#- A double as DECIMAL(28, 6): the nearest whole number of its sixth decimal, by operations that round nothing else. -#}
{% macro decimal_of_double(value) -%}
    {{ decimal_value(floor_of_double('(' ~ value ~ ' * 1e6 + 0.5e0)'), '6') }}
{%- endmacro %}

{#- The greatest whole number that a double is not below, exactly, whatever its size. -#}
{% macro floor_of_double(value) -%} {{ return(adapter.dispatch('floor_of_double')(value)) }} {%- endmacro %}

{% macro duckdb__floor_of_double(value) -%} cast(floor({{ value }}) as {{ exact_integer() }}) {%- endmacro %}

{#- Where floor() gives 64 bits: those above 2^40 and those below. A power of two changes no digit of a double. -#}
{% macro default__floor_of_double(value) -%}
    {%- set unit = 2 ** 40 -%}
    {%- set above = 'floor(' ~ value ~ ' / ' ~ unit ~ 'e0)' -%}
    cast({{ above }} as {{ exact_integer() }}) * {{ unit }}
    + cast(floor({{ value }} - cast({{ above }} as double) * {{ unit }}e0) as {{ exact_integer() }})
{%- endmacro %}
