with

expected as (

    select * from {{ ref('stg_expected') }}
    where has_passed

),

due_levels as (

    select * from {{ ref('stg_due_level') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- months that are owed make a year that is
owed as (

    select
        table_id,
        unit_code,
        period
    from expected

    union distinct

    select
        expected.table_id,
        expected.unit_code,
        periods.calendar_year as period
    from expected
    inner join periods on expected.period = periods.period
    where periods.calendar_year <> ''

),

closure as (

    select * from {{ ref('stg_area_closure') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

final as (

    select
        owed.table_id,
        owed.period,
        closure.area_code,
        areas.level

    from owed
    inner join closure on owed.unit_code = closure.ancestor_code
    inner join areas
        on
            closure.area_code = areas.area_code
            and owed.period = areas.period
    inner join due_levels
        on
            owed.table_id = due_levels.table_id
            and areas.level = due_levels.level

)

select * from final
