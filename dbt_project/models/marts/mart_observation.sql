with

figures as (

    select * from {{ ref('obs_figure') }}

),

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

tables as (

    select * from {{ ref('stg_return') }}

),

final as (

    select
        figures.table_id,
        figures.measure_id,
        figures.area_code,
        figures.period,
        figures.breakdown,
        cast(periods.year as integer) as year,
        tables.office,
        areas.level as area_level,
        figures.value,
        {{ status_shown('figures.obs_status', 'figures.value', 'figures.covers_period') }} as obs_status,
        figures.qualifier,
        {{ reason_shown('figures.reason', 'figures.value', 'figures.covers_period') }} as reason,
        figures.origin,
        figures.not_allocable,
        figures.covers_period,
        figures.months_present,
        nullif(figures.submission_id, '') as submission_id,
        nullif(figures.source_sheet, '') as source_sheet,
        cast(figures.source_row as integer) as source_row,
        cast(figures.source_column as integer) as source_column,
        nullif(figures.correction_id, '') as correction_id

    from figures
    inner join periods on figures.period = periods.period
    left join areas on figures.area_code = areas.area_code
    left join tables on figures.table_id = tables.table_id

)

select * from final
