{%- set cell = ['table_id', 'measure_id', 'area_code', 'period', 'breakdown'] -%}
{%- set greater = 'greatest(abs(held.value), abs(delivered.value))' -%}
{%- set smaller = 'least(abs(held.value), abs(delivered.value))' -%}

with

submissions as (

    select * from {{ ref('obs_submission') }}

),

held as (

    select
        figures.*,
        submissions.unit_code,
        submissions.office,
        submissions.held_for,
        submissions.place,
        {{ status_as_submitted('figures.obs_status', 'submissions.obs_status') }} as held_status

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where submissions.standing = 'held' and figures.qualifier <> 'held'

),

-- a figure that stands; a cell that only waits has none
delivered as (

    select
        figures.*,
        submissions.place

    from {{ ref('obs_delivered') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where figures.obs_status <> 'O' or figures.reason not in ('held', 'vanished')

),

limits as (

    select * from {{ ref('stg_revision_limit') }}

),

final as (

    select
        held.submission_id,
        {%- for column in cell %}
        held.{{ column }},
        {%- endfor %}
        cast(periods.year as integer) as year,
        held.office,
        held.unit_code,
        held.held_for,
        delivered.value as standing_value,
        delivered.obs_status as standing_status,
        delivered.submission_id as standing_submission_id,
        held.value as held_value,
        held.held_status,
        held.qualifier as held_qualifier,
        coalesce(
            {{ out_of_proportion('held.value', 'delivered.value', 'limits.factor', 'limits.floor') }}, false
        ) as is_out_of_proportion,
        case
            when held.value is not null and delivered.value is not null and {{ smaller }} > 0
                then {{ decimal_value(round_half_away(greater, smaller, 1, 1), 1) }}
        end as times,
        deliveries.file_name,
        nullif(held.source_sheet, '') as source_sheet,
        cast(held.source_row as integer) as source_row,
        cast(held.source_column as integer) as source_column

    from held
    inner join {{ ref('stg_measure') }} as measures
        on
            held.table_id = measures.table_id
            and held.measure_id = measures.measure_id
    inner join {{ ref('stg_period') }} as periods on held.period = periods.period
    inner join {{ ref('stg_submission') }} as deliveries
        on
            held.submission_id = deliveries.submission_id
            and deliveries.verdict = 'accepted'
    left join delivered
        on
            held.table_id = delivered.table_id
            {%- for column in cell[1:] %}
            and held.{{ column }} = delivered.{{ column }}
            {%- endfor %}
    left join limits
        on
            held.table_id = limits.table_id
            and held.measure_id = limits.measure_id
    where
        delivered.table_id is null
        or (
            held.place > delivered.place
            and (
                -- those that contradict each other are shown side by side, also where one says what stands
                held.held_for = 'contradiction'
                or held.value is distinct from delivered.value
                -- what waits has made provisional what stands
                or (held.held_status <> delivered.obs_status and delivered.obs_status <> 'P')
                or held.qualifier <> delivered.qualifier
            )
        )

)

select * from final
