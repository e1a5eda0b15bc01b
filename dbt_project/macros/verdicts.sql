{#-
The verdict of every target that holds for a relation of unrounded indicators. The comparison is of exact integers:
numerator * multiplier * target denominator against target numerator * denominator, never of the rounded figure. A
target is a value for a year, so it is held against periods of twelve months only, and gives no verdict where the
figures cover a part of them.

A figure that is only a bound (`at_least`, `at_most`) is judged where the bound settles it, else the verdict is open.

`upper_numerator`: column with the largest numerator that the areas without data allow, where it differs from
`numerator`; a verdict is given only when it is the same whatever those areas are.

`only`: a condition on the rows of the relation that are judged.
-#}
{% macro verdicts(relation, upper_numerator=none, only=none) -%}
with

indicator_values as (

    select * from {{ relation }}
    {%- if only %}
    where {{ only }}
    {%- endif %}

),

targets as (

    select * from {{ ref('stg_target') }}

),

indicators as (

    select * from {{ ref('stg_indicator') }}

),

areas as (

    select * from {{ ref('stg_area') }}

),

periods as (

    select * from {{ ref('stg_period') }}

),

applied as (

    select
        indicator_values.*,
        areas.level,
        targets.operator,
        targets.target_text,
        targets.value_numerator as target_numerator,
        targets.value_denominator as target_denominator,
        cast(targets.value_numerator as {{ exact_integer() }}) * indicator_values.denominator as target_side,
        cast(targets.value_denominator as {{ exact_integer() }}) * indicators.multiplier as value_factor

    from indicator_values
    inner join indicators on indicator_values.indicator_id = indicators.indicator_id
    inner join areas on indicator_values.area_code = areas.area_code
    inner join periods on indicator_values.period = periods.period
    inner join targets
        on
            indicator_values.indicator_id = targets.indicator_id
            and indicator_values.breakdown = targets.breakdown
            and areas.level = targets.level
            and periods.year between targets.start_year and targets.until_year
    where periods.months = 12

),

compared as (

    select
        *,
        case when is_computed then {{ compare('numerator * value_factor', 'operator', 'target_side') }} end as is_met,
        {%- if upper_numerator %}
        case
            when is_computed then {{ compare(upper_numerator ~ ' * value_factor', 'operator', 'target_side') }}
        end as is_met_at_most
        {%- else %}
        cast(null as boolean) as is_met_at_most
        {%- endif %}
    from applied

),

settled as (

    select
        *,
        {% if upper_numerator -%}
        case
            when operator = '='
                then
                    numerator <> {{ upper_numerator }}
                    and target_side between numerator * value_factor and {{ upper_numerator }} * value_factor
            else is_met <> is_met_at_most
        end as is_open
        {%- else -%}
        case qualifier
            when 'at_least' then case operator
                when '>=' then not is_met
                when '<=' then is_met
                else numerator * value_factor <= target_side
            end
            when 'at_most' then case operator
                when '>=' then is_met
                when '<=' then not is_met
                else numerator * value_factor >= target_side
            end
            else false
        end as is_open
        {%- endif %}
    from compared

),

final as (

    select
        indicator_id,
        breakdown,
        area_code,
        period,
        level,
        operator,
        target_text,
        target_numerator,
        target_denominator,
        case
            when is_met is null or is_open or not covers_period then 'no_data'
            when is_met then 'met'
            else 'not_met'
        end as verdict,
        case
            when is_computed and not covers_period then 'part_of_period'
            when is_open and reason = '' then 'only_a_bound'
            else reason
        end as reason

    from settled

)

select * from final
{%- endmacro %}
