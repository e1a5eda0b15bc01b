with

figures as (

    select * from {{ ref('obs_figure_today') }}

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

today as (

    select distinct
        area_code,
        from_level
    from {{ ref('obs_area_today') }}

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
        figures.covers_period,
        'today' as boundaries,
        figures.conversion,
        today.from_level

    from figures
    inner join periods on figures.period = periods.period
    inner join today on figures.area_code = today.area_code
    inner join areas on figures.area_code = areas.area_code
    left join tables on figures.table_id = tables.table_id

)

select * from final
