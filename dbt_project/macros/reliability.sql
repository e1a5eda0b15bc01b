{#-
How far a verdict can be relied on. Needs, in doubles and in the units shown, the target and the limits of the interval;
a limit that a bound leaves open is NULL and reaches everywhere.

complete: everything was counted, or the target is one value. within_chance: the target lies inside the interval
(undetermined for a survey); clear: outside. small_base: a ratio of two flows on fewer than twenty; not_applicable:
one on more, or a change. NULL where nothing was judged.
-#}
{% macro reliability(verdict, kind, operator, denominator, target, lower, upper) -%}
    case
        when coalesce({{ verdict }}, 'no_data') = 'no_data' then cast(null as string)
        when {{ operator }} = '=' or {{ kind }} in ('count', 'census_share', 'share_of_areas') then 'complete'
        when {{ kind }} = 'flow_ratio' and {{ denominator }} < 20 then 'small_base'
        when {{ kind }} in ('flow_ratio', 'change') then 'not_applicable'
        when coalesce({{ lower }} < {{ target }}, true) and coalesce({{ target }} < {{ upper }}, true)
            then case {{ kind }} when 'survey_share' then 'undetermined' else 'within_chance' end
        else 'clear'
    end
{%- endmacro %}
