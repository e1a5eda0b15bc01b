{#- Lists of texts, as the engines have them. One idea: what stands, in order, and what comes after it. -#}

{#- The list without a text. -#}
{% macro no_texts() -%} {{ return(adapter.dispatch('no_texts')()) }} {%- endmacro %}

{% macro default__no_texts() -%} cast(array() as array<string>) {%- endmacro %}

{% macro duckdb__no_texts() -%} cast([] as varchar[]) {%- endmacro %}

{#- A list of the one text. -#}
{% macro list_of(value) -%} {{ return(adapter.dispatch('list_of')(value)) }} {%- endmacro %}

{% macro default__list_of(value) -%} array({{ value }}) {%- endmacro %}

{% macro duckdb__list_of(value) -%} list_value({{ value }}) {%- endmacro %}

{#- The list with a text at its end. -#}
{% macro list_append(list, value) -%} {{ return(adapter.dispatch('list_append')(list, value)) }} {%- endmacro %}

{% macro default__list_append(list, value) -%} array_append({{ list }}, {{ value }}) {%- endmacro %}

{% macro duckdb__list_append(list, value) -%} list_append({{ list }}, {{ value }}) {%- endmacro %}

{#- How many texts it holds. -#}
{% macro list_length(list) -%} {{ return(adapter.dispatch('list_length')(list)) }} {%- endmacro %}

{% macro default__list_length(list) -%} size({{ list }}) {%- endmacro %}

{% macro duckdb__list_length(list) -%} len({{ list }}) {%- endmacro %}

{#- An aggregate: the distinct texts of the rows that meet a condition, in order; an empty list when none does. -#}
{% macro list_where(value, condition) -%} {{ return(adapter.dispatch('list_where')(value, condition)) }} {%- endmacro %}

{% macro default__list_where(value, condition) -%}
    sort_array(collect_set({{ value }}) filter (where {{ condition }}))
{%- endmacro %}

{% macro duckdb__list_where(value, condition) -%}
    coalesce(list_sort(list(distinct {{ value }}) filter (where {{ condition }})), {{ no_texts() }})
{%- endmacro %}

{#- Does `list` hold `value` with none of `others` after it? -#}
{% macro list_ends_with_none_of(list, value, others) -%}
    {{ return(adapter.dispatch('list_ends_with_none_of')(list, value, others)) }}
{%- endmacro %}

{% macro default__list_ends_with_none_of(list, value, others) -%}
    (
        array_contains({{ list }}, {{ value }})
        and not arrays_overlap(
            slice({{ list }}, cast(array_position({{ list }}, {{ value }}) as int) + 1, size({{ list }})), {{ others }}
        )
    )
{%- endmacro %}

{% macro duckdb__list_ends_with_none_of(list, value, others) -%}
    (
        list_contains({{ list }}, {{ value }})
        and not list_has_any(
            list_slice({{ list }}, list_position({{ list }}, {{ value }}) + 1, len({{ list }})), {{ others }}
        )
    )
{%- endmacro %}
