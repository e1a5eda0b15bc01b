{#-
What waits for a person changes nothing: copies of a doubled key (a contract's 'duplicates: hold', qualifier 'held') and
figures of a submission that is held. What they would replace stands, with the reason 'held'.
-#}
{%- set cell = ['table_id', 'measure_id', 'area_code', 'period', 'breakdown'] -%}
{%- set source = ['submission_id', 'source_sheet', 'source_row', 'source_column'] -%}

with

submissions as (

    select * from {{ ref('obs_submission') }}
    where has_stood or standing = 'held'

),

-- of a slice with one submission, that one is in force whole
uncontested as (

    select
        {%- for column in cell + source %}
        figures.{{ column }},
        {%- endfor %}
        figures.value,
        figures.reported,
        {{ status_as_submitted('figures.obs_status', 'submissions.obs_status') }} as obs_status,
        figures.qualifier,
        submissions.coverage_months,
        submissions.place,
        '' as reason

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where submissions.has_stood and not submissions.has_rivals and figures.qualifier <> 'held'

),

contested as (

    select
        {%- for column in cell + source %}
        {{ column }},
        {%- endfor %}
        value,
        reported,
        obs_status,
        qualifier,
        coverage_months,
        case when has_vanished then until_place else place end as place,
        case when has_vanished then 'vanished' else '' end as reason
    from {{ ref('obs_vintage') }}
    where is_last

),

standing as (

    select * from uncontested

    union all

    select * from contested

),

waiting as (

    select
        {%- for column in cell + source %}
        figures.{{ column }},
        {%- endfor %}
        figures.value,
        figures.reported,
        {{ status_as_submitted('figures.obs_status', 'submissions.obs_status') }} as obs_status,
        figures.qualifier,
        submissions.coverage_months,
        submissions.place,
        submissions.standing

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where figures.qualifier = 'held' or submissions.standing = 'held'

),

-- what would change nothing does not wait
matched as (

    select
        waiting.*,
        standing.table_id is null as is_first,
        row_number() over (
            partition by {{ 'waiting.' ~ cell | join(', waiting.') }}
            order by waiting.place desc, waiting.source_row asc, waiting.submission_id asc
        ) as waiting_number

    from waiting
    left join standing
        on
            waiting.table_id = standing.table_id
            {%- for column in cell[1:] %}
            and waiting.{{ column }} = standing.{{ column }}
            {%- endfor %}
    where
        standing.table_id is null
        or (
            waiting.place > standing.place
            and (
                waiting.qualifier = 'held'
                or standing.reason = 'vanished'
                or waiting.value is distinct from standing.value
                or waiting.reported is distinct from standing.reported
                or waiting.obs_status <> standing.obs_status
                or waiting.qualifier <> standing.qualifier
            )
        )

),

first_waiting as (

    select * from matched
    where waiting_number = 1

),

in_force as (

    select
        {%- for column in cell + source %}
        standing.{{ column }},
        {%- endfor %}
        standing.value,
        standing.reported,
        standing.obs_status,
        standing.qualifier,
        standing.coverage_months,
        case when first_waiting.table_id is null then standing.reason else 'held' end as reason,
        standing.reason = 'vanished' as is_lost

    from standing
    left join first_waiting
        on
            standing.table_id = first_waiting.table_id
            {%- for column in cell[1:] %}
            and standing.{{ column }} = first_waiting.{{ column }}
            {%- endfor %}

    union all

    select
        {%- for column in cell + source %}
        {{ column }},
        {%- endfor %}
        value,
        reported,
        obs_status,
        qualifier,
        coverage_months,
        case when standing = 'superseded' then 'vanished' else 'held' end as reason,
        true as is_lost
    from first_waiting
    where is_first

),

described as (

    select * from {{ ref('stg_described') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

corrections as (

    select * from {{ ref('stg_correction') }}
    where is_standing

),

sourced as (

    select
        in_force.table_id,
        in_force.measure_id,
        in_force.area_code,
        in_force.period,
        in_force.breakdown,
        described.role,
        case when not in_force.is_lost then in_force.value end as value,
        case when not in_force.is_lost then in_force.reported end as reported,
        case
            when in_force.is_lost then 'O'
            -- what a held one would have replaced stands until a person decides
            when in_force.obs_status = 'A' and in_force.reason = 'held' then 'P'
            else in_force.obs_status
        end as obs_status,
        case when not in_force.is_lost then in_force.qualifier else '' end as qualifier,
        case
            when in_force.reason <> '' then in_force.reason
            when in_force.value is null and described.role = 'measure' then 'marked_missing'
            else ''
        end as reason,
        in_force.coverage_months >= periods.months as covers_period,
        in_force.submission_id,
        in_force.source_sheet,
        in_force.source_row,
        in_force.source_column,
        areas.level_order,
        described.additive_over_areas as is_additive,
        -- only of areas that are valid when the period ends
        coalesce(areas.parent_code, '') as parent_code,
        areas.parent_level_order

    from in_force
    inner join described
        on
            in_force.table_id = described.table_id
            and in_force.measure_id = described.measure_id
    inner join periods on in_force.period = periods.period
    left join areas
        on
            in_force.area_code = areas.area_code
            and in_force.period = areas.period

),

-- a correction takes effect on the very figure that it expects; of any other the checks make a failure
final as (

    select
        sourced.table_id,
        sourced.measure_id,
        sourced.area_code,
        sourced.period,
        sourced.breakdown,
        sourced.role,
        case when corrections.correction_id is null then sourced.value else corrections.value end as value,
        sourced.reported,
        case
            when corrections.correction_id is null then sourced.obs_status
            when corrections.obs_status <> '' then corrections.obs_status
            when sourced.value is null then 'A'
            else sourced.obs_status
        end as obs_status,
        case
            when corrections.correction_id is null then sourced.qualifier else corrections.qualifier
        end as qualifier,
        case
            when corrections.correction_id is null or sourced.reason = 'held' then sourced.reason
            when corrections.value is null then 'corrected'
            else ''
        end as reason,
        sourced.covers_period,
        sourced.submission_id,
        sourced.source_sheet,
        sourced.source_row,
        sourced.source_column,
        sourced.level_order,
        sourced.is_additive,
        sourced.parent_code,
        sourced.parent_level_order,
        sourced.value as source_value,
        sourced.obs_status as source_status,
        coalesce(corrections.correction_id, '') as correction_id

    from sourced
    left join corrections
        on
            sourced.table_id = corrections.table_id
            and sourced.measure_id = corrections.measure_id
            and sourced.area_code = corrections.area_code
            and sourced.period = corrections.period
            and sourced.breakdown = corrections.breakdown
            and case
                when corrections.expected_value is null
                    then sourced.value is null and sourced.reason = 'marked_missing'
                else coalesce(sourced.value = corrections.expected_value, false)
            end

)

select * from final
