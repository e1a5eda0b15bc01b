{#- The same bytes at the same place are one statement, however often they were sent and read. -#}
{%- set statement = [
    'table_id', 'period', 'unit_code', 'effective_prepared_on', 'effective_revision', 'delivery_sha256'
] -%}
{%- set of_statement = 'submissions.' ~ statement | join(', submissions.') -%}

with

submissions as (

    select * from {{ ref('obs_submission') }}

),

-- A file sent again may bring nothing but its reason. Of several reasons said of one file the order of
-- arrival does not choose; who knows better explains.
said as (

    select
        {%- for column in statement %}
        submissions.{{ column }},
        {%- endfor %}
        deliveries.reason,
        deliveries.because,
        row_number() over (
            partition by {{ of_statement }}
            order by deliveries.reason asc, deliveries.because asc
        ) as saying_number

    from {{ ref('stg_submission') }} as deliveries
    inner join submissions on deliveries.submission_id = submissions.submission_id
    where deliveries.verdict in ('accepted', 'repeated') and deliveries.reason <> ''

),

-- the last word of a person
explained as (

    select
        {%- for column in statement %}
        submissions.{{ column }},
        {%- endfor %}
        decisions.reason,
        decisions.because,
        decisions.decided_by,
        row_number() over (
            partition by {{ of_statement }}
            order by decisions.decision_number desc
        ) as saying_number

    from {{ ref('stg_decision') }} as decisions
    inner join submissions on decisions.subject = submissions.submission_id
    where decisions.about = 'submission' and decisions.reason <> ''

),

final as (

    select
        submissions.submission_id,
        coalesce(explained.reason, said.reason) as reason,
        case when explained.reason is not null then 'person' else 'delivery' end as reason_from,
        coalesce(explained.because, said.because) as because,
        coalesce(explained.decided_by, '') as explained_by

    from submissions
    left join explained
        on
            submissions.table_id = explained.table_id
            {%- for column in statement[1:] %}
            and submissions.{{ column }} = explained.{{ column }}
            {%- endfor %}
            and explained.saying_number = 1
    left join said
        on
            submissions.table_id = said.table_id
            {%- for column in statement[1:] %}
            and submissions.{{ column }} = said.{{ column }}
            {%- endfor %}
            and said.saying_number = 1
    where explained.reason is not null or said.reason is not null

)

select * from final
