with

reported as (

    select * from {{ ref('obs_reported') }}

),

described as (

    select * from {{ ref('stg_reported') }}

),

terms as (

    select * from {{ ref('stg_indicator_term') }}

),

breakdowns as (

    select * from {{ ref('stg_indicator_breakdown') }}

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

sides as (

    select * from {{ ref('ind_side') }}
    where boundaries = 'year'

),

periods as (

    select * from {{ ref('stg_period') }}

),

-- a rate stands in the row that it counts: the indicator's breakdown is the one whose numerator is made from
-- that row alone (its whole may be another, as in a share of the total); with no numerator in the table, the
-- one whose denominator is
made_from as (

    select
        indicator_id,
        breakdown,
        table_id,
        coalesce(min(case when side = 'numerator' then in_breakdown end), min(in_breakdown)) as in_breakdown
    from terms
    group by indicator_id, breakdown, table_id
    having
        count(distinct case when side = 'numerator' then in_breakdown end) = 1
        or (count(case when side = 'numerator' then 1 end) = 0 and count(distinct in_breakdown) = 1)

),

candidates as (

    select
        described.table_id,
        described.reported_id,
        made_from.in_breakdown,
        made_from.breakdown
    from described
    inner join made_from
        on
            described.indicator_id = made_from.indicator_id
            and described.table_id = made_from.table_id

    union distinct

    -- printed in a table that the indicator is not made from: the codes must say the same
    select
        described.table_id,
        described.reported_id,
        breakdowns.breakdown as in_breakdown,
        breakdowns.breakdown
    from described
    inner join breakdowns on described.indicator_id = breakdowns.indicator_id
    where
        not exists (
            select 1 from terms
            where described.indicator_id = terms.indicator_id and described.table_id = terms.table_id
        )

),

matches as (

    select
        table_id,
        reported_id,
        in_breakdown,
        breakdown
    from candidates
    qualify row_number() over (
        partition by table_id, reported_id, in_breakdown
        order by case when breakdown = in_breakdown then 0 else 1 end asc, breakdown asc
    ) = 1

),

-- the last decimal in use of what was printed, as a whole number of it
scaled as (

    select
        *,
        {{ whole_of_decimal('reported') }} as printed_scaled
    from reported

),

measured as (

    select
        *,
        case
            {%- for decimals in range(12) %}
            when printed_scaled % {{ 10 ** (12 - decimals) }} = 0 then {{ decimals }}
            {%- endfor %}
            else 12
        end as printed_decimals
    from scaled

),

compared as (

    select
        measured.*,
        described.indicator_id,
        described.decimals,
        indicators.multiplier,
        sides.numerator,
        sides.denominator,
        coalesce(sides.is_computed, false) as is_computed,
        case
            when coalesce(sides.is_computed, false)
                then {{ round_half_away(
                    'sides.numerator', 'sides.denominator', 'indicators.multiplier', 'described.decimals'
                ) }}
        end as scaled

    from measured
    inner join described
        on
            measured.table_id = described.table_id
            and measured.reported_id = described.reported_id
    left join indicators on described.indicator_id = indicators.indicator_id
    left join matches
        on
            measured.table_id = matches.table_id
            and measured.reported_id = matches.reported_id
            and measured.breakdown = matches.in_breakdown
    left join sides
        on
            described.indicator_id = sides.indicator_id
            and matches.breakdown = sides.breakdown
            and measured.area_code = sides.area_code
            and measured.period = sides.period

),

final as (

    select
        compared.table_id,
        compared.reported_id,
        compared.area_code,
        compared.period,
        compared.breakdown,
        cast(periods.year as integer) as year,
        compared.indicator_id,
        cast(compared.reported as decimal(38, 12)) as reported_value,
        {{ decimal_value('compared.scaled', 'compared.decimals') }} as value,
        compared.numerator,
        compared.denominator,
        case
            when compared.numerator = 0 and compared.denominator = 0 then 'zero_over_zero'
            when compared.reported is null then 'not_reported'
            when compared.indicator_id = '' then 'as_printed'
            when not compared.is_computed then 'not_computed'
            when
                compared.printed_scaled = compared.scaled * ({{ power_of_ten('12 - compared.decimals') }})
                then 'equal'
            -- more decimals than stated, and within one of the last of them
            when
                compared.printed_decimals > compared.decimals
                and abs(
                    compared.printed_scaled * compared.denominator
                    - cast(compared.numerator as {{ exact_integer() }}) * compared.multiplier * 1000000000000
                )
                <= cast(compared.denominator as {{ exact_integer() }})
                * ({{ power_of_ten('12 - compared.printed_decimals') }})
                then 'unrounded'
            else 'different'
        end as comparison,
        compared.obs_status,
        compared.submission_id,
        nullif(compared.source_sheet, '') as source_sheet,
        cast(compared.source_row as integer) as source_row,
        cast(compared.source_column as integer) as source_column

    from compared
    inner join periods on compared.period = periods.period

)

select * from final
