{#-
How a table is made: in its place, or, where a build starts from another, in it: the rows of the years that were touched; of a
large table some years at a time. Of hooks, indexes and grants it knows nothing; none are used. The private build is a file of
its own, which nobody reads before dbt has ended; so there is no table of yesterday to keep until the new one stands, as
dbt-duckdb does.
-#}
{% materialization table, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set condition = touched(model) -%}
    {%- if condition is none -%}
        {{ drop_relation_if_exists(load_cached_relation(this)) }}
        {%- set parts = portions(model) -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, target, compiled_code if parts == ['true'] else in_years(compiled_code, parts[0])) }}
        {%- endcall -%}
        {%- for part in parts[1:] -%}
            {%- call statement('part') -%}
                insert into {{ target }} by name {{ in_years(compiled_code, part) }}
            {%- endcall -%}
        {%- endfor -%}
        {%- do persist_docs(target, model) -%}
    {%- else -%}
        {%- call statement('main') -%}
            delete from {{ target }} where {{ condition }}
        {%- endcall -%}
        {%- for part in portions(model) -%}
            {%- call statement('part') -%}
                insert into {{ target }} by name {{ in_years(compiled_code, condition ~ ' and ' ~ part) }}
            {%- endcall -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{% macro in_years(select, condition) -%}
    select * from ({{ select }}) where {{ condition }}
{%- endmacro %}
