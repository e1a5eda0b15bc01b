{#- Copies of doubled keys, of each cell those of the latest file. -#}
{%- set cell = ['table_id', 'measure_id', 'area_code', 'period', 'breakdown'] -%}
{%- set latest_cell = 'latest.' ~ cell | join(', latest.') -%}

with

submissions as (

    select * from {{ ref('obs_submission') }}

),

files as (

    select
        submission_id,
        file_name
    from {{ ref('stg_submission') }}
    where verdict = 'accepted'

),

delivered as (

    select * from {{ ref('obs_delivered') }}

),

described as (

    select * from {{ ref('stg_described') }}

),

tables as (

    select * from {{ ref('stg_return') }}

),

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- rows of one key in one file, where the contract says `hold`
doubled as (

    select
        submissions.place,
        figures.table_id,
        figures.measure_id,
        figures.area_code,
        figures.period,
        figures.breakdown,
        figures.submission_id,
        figures.value,
        figures.reported,
        figures.obs_status,
        figures.qualifier,
        figures.source_sheet,
        figures.source_row,
        figures.source_column

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    inner join delivered
        on
            figures.table_id = delivered.table_id
            and figures.measure_id = delivered.measure_id
            and figures.area_code = delivered.area_code
            and figures.period = delivered.period
            and figures.breakdown = delivered.breakdown
    where
        figures.qualifier = 'held'
        and submissions.standing in ('in_force', 'overlay')
        and delivered.reason = 'held'

),

latest as (

    select *
    from doubled
    qualify place = max(place) over (partition by {{ cell | join(', ') }})

),

final as (

    select
        {{ latest_cell }},
        cast(row_number() over (
            partition by {{ latest_cell }}
            order by latest.submission_id asc, latest.source_row asc
        ) as integer) as copy_number,
        cast(periods.year as integer) as year,
        tables.office,
        areas.level as area_level,
        described.role,
        latest.value,
        latest.reported as reported_value,
        latest.obs_status,
        files.file_name,
        latest.submission_id,
        nullif(latest.source_sheet, '') as source_sheet,
        cast(latest.source_row as integer) as source_row,
        cast(latest.source_column as integer) as source_column,
        delivered.value as standing_value,
        delivered.reported as standing_reported_value,
        coalesce(delivered.obs_status, 'O') as standing_obs_status,
        case
            when delivered.value is not null or delivered.reported is not null then delivered.submission_id
        end as standing_submission_id

    from latest
    inner join described
        on
            latest.table_id = described.table_id
            and latest.measure_id = described.measure_id
    inner join tables on latest.table_id = tables.table_id
    inner join periods on latest.period = periods.period
    inner join files on latest.submission_id = files.submission_id
    left join areas on latest.area_code = areas.area_code
    left join delivered
        on
            latest.table_id = delivered.table_id
            and latest.measure_id = delivered.measure_id
            and latest.area_code = delivered.area_code
            and latest.period = delivered.period
            and latest.breakdown = delivered.breakdown

)

select * from final
