{#-
Where a build starts from another, a model reads of a model with the same reach the rows of the years that are made again: what
a year is made from has the same year (dbt_project.yml). Everything else is read whole; and a view says nothing of a build.
-#}
{% macro ref(name) %}
    {%- set relation = builtins.ref(name) -%}
    {%- set read = graph.nodes.get('model.' ~ model.package_name ~ '.' ~ name) if execute -%}
    {%- set config = (model.get('config') or {}) if read else {} -%}
    {%- set reach = config.meta.get('reach') if config.get('materialized') == 'table' -%}
    {%- set condition = touched(read) if reach and read.config.meta.get('reach') == reach -%}
    {{ return(relation if not condition else '(select * from ' ~ relation ~ ' where ' ~ condition ~ ')') }}
{% endmacro %}
