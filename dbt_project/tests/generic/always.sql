{#- The condition holds in every row; a row in which it cannot be decided (NULL) fails too. -#}
{% test always(model, condition) %}
select *
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
