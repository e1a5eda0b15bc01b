{% test holds(model, that) %}
select * from {{ model }} where not coalesce({{ that }}, false)
{% endtest %}
