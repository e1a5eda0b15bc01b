{#- Where a contract says 'duplicates: hold', copies of a doubled key arrive with the qualifier 'held'. -#}
{%- set figure_columns -%}
        figures.submission_id,
        figures.table_id,
        figures.measure_id,
        figures.area_code,
        figures.period,
        figures.breakdown,
        figures.value,
        figures.reported,
        figures.obs_status,
        figures.qualifier,
        figures.source_sheet,
        figures.source_row,
        figures.source_column
{%- endset -%}
{%- set slice = 'figures.table_id, figures.period, standing.unit_code' -%}
{%- set cell = slice ~ ', figures.measure_id, figures.area_code, figures.breakdown' -%}

with

submissions as (

    select * from {{ ref('obs_submission') }}
    where has_stood

),

held as (

    select distinct submission_id from {{ ref('stg_figure') }}
    where qualifier = 'held'

),

-- slices that must be looked at cell by cell; in all others the one submission is in force whole
contested as (

    select distinct
        submissions.table_id,
        submissions.period,
        submissions.unit_code
    from submissions
    left join held on submissions.submission_id = held.submission_id
    where submissions.has_rivals or held.submission_id is not null

),

standing as (

    select
        submissions.submission_id,
        submissions.table_id,
        submissions.period,
        submissions.unit_code,
        submissions.obs_status,
        submissions.coverage_months,
        submissions.place,
        submissions.standing,
        contested.table_id is not null as is_contested

    from submissions
    left join contested
        on
            submissions.table_id = contested.table_id
            and submissions.period = contested.period
            and submissions.unit_code = contested.unit_code

),

uncontested as (

    select
        {{ figure_columns }},
        standing.obs_status as submission_status,
        standing.coverage_months,
        case when standing.standing = 'superseded' then 'vanished' else '' end as reason

    from {{ ref('stg_figure') }} as figures
    inner join standing on figures.submission_id = standing.submission_id
    where not standing.is_contested

),

-- the latest that is not itself held; what a held one would have replaced stands
ranked as (

    select
        {{ figure_columns }},
        standing.obs_status as submission_status,
        standing.coverage_months,
        standing.place,
        standing.standing,
        row_number() over (
            partition by {{ cell }}
            order by
                case when figures.qualifier = 'held' then 1 else 0 end asc,
                standing.place desc,
                figures.source_row asc
        ) as cell_rank,
        max(
            case
                when figures.qualifier = 'held' and standing.standing <> 'superseded' then standing.place
                else 0
            end
        ) over (partition by {{ cell }}) as held_place

    from {{ ref('stg_figure') }} as figures
    inner join standing on figures.submission_id = standing.submission_id
    where standing.is_contested

),

decided as (

    select
        {{ figure_columns | replace('figures.', '') }},
        submission_status,
        coverage_months,
        case
            when held_place >= place then 'held'
            when standing = 'superseded' then 'vanished'
            else ''
        end as reason
    from ranked
    where cell_rank = 1

),

unioned as (

    select * from uncontested

    union all

    select * from decided

),

in_force as (

    select
        *,
        reason = 'vanished' or qualifier = 'held' as is_lost
    from unioned

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
            when in_force.obs_status = 'A' and in_force.submission_status = 'P' then 'P'
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
