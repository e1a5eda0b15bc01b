{#- One macro pair per thing that figures pass on to what is computed from them. -#}

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
