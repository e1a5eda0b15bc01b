with

indicators as (

    select * from {{ ref('stg_indicator') }}

),

breakdowns as (

    select * from {{ ref('stg_indicator_breakdown') }}

),

levels as (

    select * from {{ ref('stg_indicator_level') }}

),

targets as (

    select * from {{ ref('stg_target') }}

),

-- a ranking that a document asks for holds for every level, breakdown and year
asked as (

    select
        indicators.indicator_id,
        breakdowns.breakdown,
        levels.level,
        indicators.rank_in_parent as direction,
        0 as start_year,
        9999 as until_year

    from indicators
    inner join breakdowns on indicators.indicator_id = breakdowns.indicator_id
    inner join levels on indicators.indicator_id = levels.indicator_id
    where indicators.rank_in_parent <> ''

),

-- else the target's direction, where and while it holds
following as (

    select
        targets.indicator_id,
        targets.breakdown,
        targets.level,
        targets.direction,
        targets.start_year,
        targets.until_year

    from targets
    inner join indicators on targets.indicator_id = indicators.indicator_id
    where targets.direction <> '' and indicators.rank_in_parent = ''

),

final as (

    select
        *,
        true as is_asked
    from asked

    union all

    select
        *,
        false as is_asked
    from following

)

select * from final
