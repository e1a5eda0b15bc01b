{#- How an area of then became one of today, as a macro pair: a year has the greatest of what its months have. -#}

{#- A conversion as a number. -#}
{% macro conversion_rank(conversion) -%}
    case {{ conversion }} when 'estimated' then 2 when 'whole' then 1 else 0 end
{%- endmacro %}

{#- The conversion of a rank. -#}
{% macro conversion_of_rank(rank) -%}
    case {{ rank }} when 2 then 'estimated' when 1 then 'whole' else 'none' end
{%- endmacro %}
