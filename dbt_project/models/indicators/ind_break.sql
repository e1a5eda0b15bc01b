with

scopes as (

    select * from {{ ref('stg_series_break_scope') }}

),

breaks as (

    select * from {{ ref('stg_series_break') }}

),

reshaped as (

    select * from {{ ref('stg_area_reshaped') }}

),

parts as (

    select * from {{ ref('stg_area_part') }}

),

areas as (

    select * from {{ ref('stg_area') }}

),

closure as (

    select * from {{ ref('stg_area_closure') }}

),

levels as (

    select * from {{ ref('stg_indicator_level') }}

),

today as (

    select
        today.area_code,
        today.from_code,
        max(periods.end_on) as last_end_on

    from {{ ref('obs_area_today') }} as today
    inner join {{ ref('stg_period') }} as periods on today.period = periods.period
    group by today.area_code, today.from_code

),

-- '' concerns every area, a code the area and all below it
concerned as (

    select
        scopes.break_id,
        scopes.indicator_id,
        areas.area_code
    from scopes
    cross join areas
    where scopes.area_code = ''

    union distinct

    select
        scopes.break_id,
        scopes.indicator_id,
        closure.area_code
    from scopes
    inner join closure on scopes.area_code = closure.ancestor_code

),

defined as (

    select
        'year' as boundaries,
        break_id,
        indicator_id,
        area_code
    from concerned

    union all

    -- a break of an area that is still there is one of every area of today that is made from it
    select distinct
        'today' as boundaries,
        concerned.break_id,
        concerned.indicator_id,
        today.area_code
    from concerned
    inner join breaks on concerned.break_id = breaks.break_id
    inner join today
        on
            concerned.area_code = today.area_code
            or (concerned.area_code = today.from_code and breaks.starts_on <= today.last_end_on)

),

unioned as (

    select
        defined.boundaries,
        defined.indicator_id,
        defined.area_code,
        defined.break_id,
        breaks.starts_on,
        'break_in_series' as reason,
        false as is_beginning,
        false as is_of_basis
    from defined
    inner join breaks on defined.break_id = breaks.break_id

    union all

    -- of another shape from that day on; on the boundaries of today it always had the same
    select
        'year' as boundaries,
        levels.indicator_id,
        reshaped.area_code,
        reshaped.event_id as break_id,
        reshaped.effective_on as starts_on,
        'boundary_change' as reason,
        areas.valid_from = reshaped.effective_on as is_beginning,
        false as is_of_basis
    from reshaped
    inner join areas on reshaped.area_code = areas.area_code
    inner join levels on areas.level = levels.level

    union all

    -- the last day on which areas crossed its border: before it an area of today is put together from those
    -- below, from it on what it has returned itself stands
    select
        'today' as boundaries,
        levels.indicator_id,
        reshaped.area_code,
        reshaped.event_id as break_id,
        reshaped.effective_on as starts_on,
        'boundary_change' as reason,
        false as is_beginning,
        true as is_of_basis
    from reshaped
    inner join parts
        on
            reshaped.area_code = parts.area_code
            and parts.area_code = parts.part_code
            and reshaped.effective_on = parts.valid_from
    inner join areas on reshaped.area_code = areas.area_code
    inner join levels on areas.level = levels.level

),

final as (

    select
        unioned.boundaries,
        unioned.indicator_id,
        unioned.area_code,
        unioned.break_id,
        unioned.starts_on,
        unioned.reason,
        unioned.is_beginning,
        unioned.is_of_basis

    from unioned
    inner join areas on unioned.area_code = areas.area_code
    inner join levels
        on
            unioned.indicator_id = levels.indicator_id
            and areas.level = levels.level

)

select * from final
