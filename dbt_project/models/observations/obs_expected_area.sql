with

expected as (

    select * from {{ ref('stg_expected') }}
    where has_passed

),

due_levels as (

    select * from {{ ref('stg_due_level') }}

),

closure as (

    select * from {{ ref('stg_area_closure') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

final as (

    select
        expected.table_id,
        expected.period,
        closure.area_code,
        areas.level

    from expected
    inner join closure on expected.unit_code = closure.ancestor_code
    inner join areas
        on
            closure.area_code = areas.area_code
            and expected.period = areas.period
    inner join due_levels
        on
            expected.table_id = due_levels.table_id
            and areas.level = due_levels.level

)

select * from final
