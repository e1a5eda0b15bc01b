{#- How dbt's own macros for Spark are told what this project means. -#}

{#- Tables are Parquet, which everything reads. -#}
{% macro spark__file_format_clause() -%} using parquet {%- endmacro %}

{#- What a table is about, and that a column is never empty, is written where the tables are carried to
(pipelines/warehouse/spark.py). -#}
{% macro spark__comment_clause() -%} {%- endmacro %}

{% macro spark__alter_column_comment(relation, column_dict) -%} {%- endmacro %}

{% macro spark__persist_constraints(relation, model) -%} {%- endmacro %}

{#- The columns of a contract, with the types as Spark calls them. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    select
        {%- for column in columns.values() %}
        cast(null as {{ 'string' if column.data_type == 'varchar' else column.data_type }}) as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
