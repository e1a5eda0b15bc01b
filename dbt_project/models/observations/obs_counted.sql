{#- Two tables that no office delivers, counted at or below an area: areas by level, returns by office -#}

with

areas as (

    select * from {{ ref('obs_area') }}

),

closure as (

    select * from {{ ref('stg_area_closure') }}

),

offices as (

    select * from {{ ref('stg_office') }}

),

coverage as (

    select * from {{ ref('obs_coverage') }}
    where is_due

),

-- of areas of all years, not only of those that are made again: a level may have none in some
levels_in_use as (

    select distinct
        there.level,
        there.level_order
    from {{ ref('stg_indicator_term') }} as terms
    inner join {{ builtins.ref('obs_area') }} as there on terms.measure_id = there.level
    where terms.table_id = 'areas'

),

areas_below as (

    select
        closure.ancestor_code as area_code,
        areas.level,
        areas.period,
        count(*) as area_count
    from areas
    inner join levels_in_use on areas.level = levels_in_use.level
    inner join closure on areas.area_code = closure.area_code
    group by closure.ancestor_code, areas.level, areas.period

),

area_figures as (

    select
        'areas' as table_id,
        levels_in_use.level as measure_id,
        areas.area_code,
        areas.period,
        '_T' as breakdown,
        coalesce(areas_below.area_count, 0) as value
    from areas
    inner join levels_in_use on areas.level_order <= levels_in_use.level_order
    left join areas_below
        on
            areas.area_code = areas_below.area_code
            and areas.period = areas_below.period
            and levels_in_use.level = areas_below.level

),

returns_by_office as (

    select
        closure.ancestor_code as area_code,
        coverage.period,
        coverage.office,
        count(*) as due,
        count(case when coverage.is_received then 1 end) as received,
        count(case when coverage.is_on_time then 1 end) as received_on_time
    from coverage
    inner join closure on coverage.unit_code = closure.area_code
    group by closure.ancestor_code, coverage.period, coverage.office

),

-- an office that owes nothing where another does owes zero returns
owing_areas as (

    select distinct
        area_code,
        period
    from returns_by_office

),

returns_of_all_offices as (

    select
        owing_areas.area_code,
        owing_areas.period,
        'office=' || offices.office as breakdown,
        coalesce(returns_by_office.due, 0) as due,
        coalesce(returns_by_office.received, 0) as received,
        coalesce(returns_by_office.received_on_time, 0) as received_on_time
    from owing_areas
    cross join offices
    left join returns_by_office
        on
            owing_areas.area_code = returns_by_office.area_code
            and owing_areas.period = returns_by_office.period
            and offices.office = returns_by_office.office

),
{% set return_measures = ['due', 'received', 'received_on_time'] %}
final as (

    select
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        cast(value as bigint) as value
    from area_figures
    {%- for measure in return_measures %}

    union all

    select
        'returns' as table_id,
        '{{ measure }}' as measure_id,
        area_code,
        period,
        breakdown,
        cast({{ measure }} as bigint) as value
    from returns_of_all_offices
    {%- endfor %}

)

select * from final
