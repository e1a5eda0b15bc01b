{#- What figures pass on to what is computed from them, a macro pair per thing; and what they take from their return. -#}

{#- How uncertain a status with a value is, as a number of which the greatest wins in a sum. -#}
{% macro status_rank(obs_status) -%}
    case {{ obs_status }} when 'E' then 2 when 'P' then 1 else 0 end
{%- endmacro %}

{#- The status (SDMX OBS_STATUS) of a sum whose greatest rank is known. -#}
{% macro status_of_rank(rank) -%}
    case {{ rank }} when 2 then 'E' when 1 then 'P' else 'A' end
{%- endmacro %}

{#- How a qualifier weighs in a sum of non-negative figures: one `at_least` makes it a lower bound. -#}
{% macro qualifier_rank(qualifier) -%}
    case {{ qualifier }} when 'at_least' then 2 when 'estimated' then 1 else 0 end
{%- endmacro %}

{#- The qualifier of a sum whose greatest rank is known. -#}
{% macro qualifier_of_rank(rank) -%}
    case {{ rank }} when 2 then 'at_least' when 1 then 'estimated' else '' end
{%- endmacro %}

{#- The status of a delivered figure: what its submission says of itself holds for all of it that is not less certain. -#}
{% macro status_as_submitted(obs_status, submission_status) -%}
    case when {{ obs_status }} = 'A' and {{ submission_status }} = 'P' then 'P' else {{ obs_status }} end
{%- endmacro %}

{#- The status shown of a figure: one of a part of its period only is defined otherwise than its neighbours (D). What is
less certain anyway keeps its own. -#}
{% macro status_shown(obs_status, value, covers_period) -%}
    case
        when {{ obs_status }} = 'A' and {{ value }} is not null and not {{ covers_period }} then 'D'
        else {{ obs_status }}
    end
{%- endmacro %}

{#- The reason shown of a figure; that one of a part of its period stands is said where nothing else is. -#}
{% macro reason_shown(reason, value, covers_period) -%}
    case
        when {{ reason }} = '' and {{ value }} is not null and not {{ covers_period }} then 'part_of_period'
        else {{ reason }}
    end
{%- endmacro %}
