{#-
How a table is made: in its place, or, where a build starts from another, in it: the rows of the years that were touched. Of
hooks, indexes and grants it knows nothing; none are used. The private build is a file of its own, which nobody reads before
dbt has ended; so there is no table of yesterday to keep until the new one stands, as dbt-duckdb does.
-#}
{% materialization table, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set condition = touched(model) -%}
    {%- if condition is none -%}
        {{ drop_relation_if_exists(load_cached_relation(this)) }}
        {%- call statement('main') -%}
            {{ create_table_as(False, target, compiled_code) }}
        {%- endcall -%}
        {%- do persist_docs(target, model) -%}
    {%- else -%}
        {%- call statement('main') -%}
            delete from {{ target }} where {{ condition }};
            insert into {{ target }} by name select * from ({{ compiled_code }}) where {{ condition }};
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}
