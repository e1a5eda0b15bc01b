with

indicator_values as (

    select * from {{ ref('ind_value') }}

),

areas as (

    select * from {{ ref('obs_area') }}

),

directions as (

    select * from {{ ref('ind_direction') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- a bound is not a place in an order, nor is a part of a year
comparable as (

    select
        indicator_values.indicator_id,
        indicator_values.breakdown,
        indicator_values.area_code,
        indicator_values.period,
        indicator_values.numerator,
        coalesce(indicator_values.denominator, 1) as denominator,
        areas.level,
        areas.parent_code,
        directions.direction

    from indicator_values
    inner join areas
        on
            indicator_values.area_code = areas.area_code
            and indicator_values.period = areas.period
    inner join periods on indicator_values.period = periods.period
    inner join directions
        on
            indicator_values.indicator_id = directions.indicator_id
            and indicator_values.breakdown = directions.breakdown
            and areas.level = directions.level
            and periods.year between directions.start_year and directions.until_year
    where
        indicator_values.boundaries = 'year'
        and indicator_values.value is not null
        and indicator_values.qualifier not in ('at_least', 'at_most')
        and indicator_values.covers_period
        and areas.parent_code <> ''

),
{% set siblings = 'partition by indicator_id, breakdown, period, parent_code, level, direction' %}
ranked as (
    {% for direction, order in [('higher_is_better', 'desc'), ('lower_is_better', 'asc')] %}
    select
        indicator_id,
        breakdown,
        area_code,
        period,
        parent_code,
        rank() over (
            {{ siblings }}
            order by {{ exact_order('numerator', 'denominator', order) }}
        ) as rank_in_parent,
        count(*) over ({{ siblings }}) as ranked_areas
    from comparable
    where direction = '{{ direction }}'
    {% if not loop.last %}
    union all
    {% endif -%}
    {% endfor %}
),

final as (

    select
        indicator_id,
        breakdown,
        area_code,
        period,
        parent_code,
        cast(rank_in_parent as integer) as rank_in_parent,
        cast(ranked_areas as integer) as ranked_areas

    from ranked

)

select * from final
