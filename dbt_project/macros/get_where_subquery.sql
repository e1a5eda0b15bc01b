{#-
What a test looks at. Where a build starts from another, of a test that judges row by row, or a key that a period is part of:
the rows that were made again; the others have passed it.
-#}
{% macro get_where_subquery(relation) %}
    {%- set rows = default__get_where_subquery(relation) -%}
    {%- set node = graph.nodes.get('model.' ~ model.package_name ~ '.' ~ relation.identifier) if execute -%}
    {%- set metadata = model.get('test_metadata') or {} -%}
    {%- set in_rows = metadata.get('name') in ['not_null', 'accepted_values', 'always']
        or 'period' in metadata.get('kwargs', {}).get('columns', []) -%}
    {%- set condition = touched(node) if node and in_rows else none -%}
    {{ return(rows if condition is none else '(select * from ' ~ rows ~ ' where ' ~ condition ~ ') as touched_rows') }}
{% endmacro %}
