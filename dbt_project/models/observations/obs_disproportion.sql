{%- set slice = ['table_id', 'period', 'unit_code'] -%}
{%- set cell = slice + ['measure_id', 'area_code', 'breakdown'] -%}

with

limits as (

    select * from {{ ref('stg_revision_limit') }}

),

submissions as (

    select * from {{ ref('stg_submission') }}
    where verdict = 'accepted'

),

-- only what came in more than one version can be out of proportion to something
rivals as (

    select {{ slice | join(', ') }}
    from submissions
    group by {{ slice | join(', ') }}
    having min(content_hash) <> max(content_hash)

),

stated as (

    select
        {%- for column in slice %}
        submissions.{{ column }},
        {%- endfor %}
        figures.measure_id,
        figures.area_code,
        figures.breakdown,
        submissions.submission_id,
        submissions.is_partial,
        figures.value,
        limits.factor,
        limits.floor

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    inner join rivals
        on
            submissions.table_id = rivals.table_id
            and submissions.period = rivals.period
            and submissions.unit_code = rivals.unit_code
    inner join limits
        on
            figures.table_id = limits.table_id
            and figures.measure_id = limits.measure_id
    where figures.value is not null and figures.qualifier <> 'held'

),

-- where the extremes are in proportion, all are
suspicious as (

    select
        {{ cell | join(', ') }},
        {{ list_where('submission_id', 'is_partial') }} as restated_by
    from stated
    group by {{ cell | join(', ') }}
    having {{ out_of_proportion('min(value)', 'max(value)', 'max(factor)', 'max(floor)') }}

),

final as (

    select distinct
        {%- for column in slice %}
        one.{{ column }},
        {%- endfor %}
        one.submission_id,
        other.submission_id as other_submission_id,
        suspicious.restated_by

    from suspicious
    inner join stated as one
        on
            suspicious.table_id = one.table_id
            {%- for column in cell[1:] %}
            and suspicious.{{ column }} = one.{{ column }}
            {%- endfor %}
    inner join stated as other
        on
            suspicious.table_id = other.table_id
            {%- for column in cell[1:] %}
            and suspicious.{{ column }} = other.{{ column }}
            {%- endfor %}
    where {{ out_of_proportion('one.value', 'other.value', 'one.factor', 'one.floor') }}

)

select * from final
