{#-
Where a build starts from another, what a table reads of another model with the same reach is of the years that are made again:
each year is made from itself. A lagged one also reads the years that its formulas look back to. All else is read whole; so is
what a view reads, which outlives the build. A model that asks something of all years says `builtins.ref`.
-#}
{% macro ref(name) %}
    {%- set relation = builtins.ref(name) -%}
    {%- set read = graph.nodes.get('model.' ~ model.package_name ~ '.' ~ name) if graph.nodes -%}
    {%- set config = (model.get('config') or {}) if read else {} -%}
    {%- set reach = config.meta.get('reach') if config.get('materialized') == 'table' -%}
    {%- set of_read = read.config.meta.get('reach') if reach -%}
    {%- if reach and reach == of_read -%}
        {%- set condition = touched(read) -%}
    {%- elif reach == 'lagged' and of_read == 'same' -%}
        {%- set condition = touched_years(read, 'earlier') -%}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ condition ~ ')' if condition else relation) }}
{% endmacro %}
