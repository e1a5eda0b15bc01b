{#-
Whole numbers by largest remainder: each piece of an area gets the whole part of its share, and what is left over goes
one by one to the pieces with the largest remainders (of equal ones to the lower code), so that the pieces of an area
add up to its figure exactly.
-#}
{%- set cell = ['table_id', 'measure_id', 'period', 'breakdown'] -%}

with

figures as (

    select * from {{ ref('obs_figure') }}

),

pieces as (

    select * from {{ ref('obs_area_piece') }}

),

areas_today as (

    select * from {{ ref('obs_area_today') }}

),

measures as (

    select * from {{ ref('stg_measure') }}

),

split as (

    select distinct
        period,
        from_code,
        part_code,
        share_numerator,
        share_denominator
    from pieces

),

shared as (

    select
        {%- for column in cell %}
        figures.{{ column }},
        {%- endfor %}
        split.from_code,
        split.part_code,
        abs(figures.value) as size,
        case when figures.value < 0 then -1 else 1 end as sign,
        {{ idiv(
            'abs(cast(figures.value as ' ~ exact_integer() ~ ')) * split.share_numerator', 'split.share_denominator'
        ) }} as whole_part,
        abs(cast(figures.value as {{ exact_integer() }})) * split.share_numerator
        % split.share_denominator as remainder

    from figures
    inner join split
        on
            figures.area_code = split.from_code
            and figures.period = split.period

),

ordered as (

    select
        *,
        row_number() over (
            partition by {{ cell | join(', ') }}, from_code
            order by remainder desc nulls last, part_code asc nulls last
        ) as place,
        size - sum(whole_part) over (partition by {{ cell | join(', ') }}, from_code) as left_over
    from shared

),

allotted as (

    select
        {{ cell | join(', ') }},
        from_code,
        part_code,
        sign * (whole_part + case when place <= left_over then 1 else 0 end) as amount
    from ordered

),

-- all that an area of today has from one area then
gathered as (

    select
        {%- for column in cell %}
        allotted.{{ column }},
        {%- endfor %}
        pieces.area_code,
        allotted.from_code,
        sum(allotted.amount) as amount

    from allotted
    inner join pieces
        on
            allotted.period = pieces.period
            and allotted.from_code = pieces.from_code
            and allotted.part_code = pieces.part_code
    where pieces.area_code <> ''
    group by
        {%- for column in cell %}
        allotted.{{ column }},
        {%- endfor %}
        pieces.area_code,
        allotted.from_code

),

summed as (

    select
        {%- for column in cell %}
        gathered.{{ column }},
        {%- endfor %}
        gathered.area_code,
        sum(gathered.amount) as amount,
        count(gathered.amount) as found,
        max(areas_today.predecessors) as predecessors,
        max(areas_today.conversion) as conversion,
        min(figures.origin) as origin,
        bool_and(figures.origin = 'from_months') as is_of_months,
        max({{ status_rank('figures.obs_status') }}) as status_rank,
        max({{ qualifier_rank('figures.qualifier') }}) as qualifier_rank,
        bool_and(figures.covers_period) as covers_period,
        max(
            case
                when
                    figures.area_code = gathered.area_code
                    and figures.origin in ('delivered', 'from_months')
                    and (figures.not_allocable is null or figures.not_allocable <> 0)
                    then 1
                else 0
            end
        ) as own_rank,
        -- those of the one predecessor, where there is one
        min(figures.obs_status) as obs_status,
        min(figures.qualifier) as qualifier,
        min(figures.reason) as reason

    from gathered
    inner join areas_today
        on
            gathered.area_code = areas_today.area_code
            and gathered.period = areas_today.period
            and gathered.from_code = areas_today.from_code
    inner join figures
        on
            gathered.from_code = figures.area_code
            {%- for column in cell %}
            and gathered.{{ column }} = figures.{{ column }}
            {%- endfor %}
    group by
        {%- for column in cell %}
        gathered.{{ column }},
        {%- endfor %}
        gathered.area_code

),

reasoned as (

    select
        summed.*,
        summed.conversion <> 'estimated' and summed.predecessors = 1 as is_one,
        case
            when summed.conversion <> 'estimated' and summed.predecessors = 1 then summed.reason
            when summed.origin = 'counted' and summed.conversion = 'estimated' then 'not_divisible'
            when summed.origin <> 'counted' and not coalesce(measures.additive_over_areas, false)
                then 'not_additive'
            when summed.found < summed.predecessors then 'predecessor_missing'
            when abs(summed.amount) > {{ largest_figure() }} then 'out_of_range'
            else ''
        end as why

    from summed
    left join measures
        on
            summed.table_id = measures.table_id
            and summed.measure_id = measures.measure_id

),

converted as (

    select distinct
        area_code,
        period,
        conversion
    from areas_today
    where conversion <> 'none'

),

-- an area whose border was crossed is put together from areas below it: what only it has returned cannot be
of_itself as (

    select
        {%- for column in cell %}
        figures.{{ column }},
        {%- endfor %}
        figures.area_code,
        figures.covers_period,
        figures.origin = 'from_months' as is_of_months,
        converted.conversion

    from figures
    inner join converted
        on
            figures.area_code = converted.area_code
            and figures.period = converted.period
    left join summed
        on
            figures.area_code = summed.area_code
            {%- for column in cell %}
            and figures.{{ column }} = summed.{{ column }}
            {%- endfor %}
    where summed.area_code is null

),

final as (

    select
        {{ cell | join(', ') }},
        area_code,
        case when is_one or why = '' then cast(amount as bigint) end as value,
        case
            when is_one then obs_status
            when why <> '' then 'O'
            when conversion = 'estimated' then 'E'
            else {{ status_of_rank('status_rank') }}
        end as obs_status,
        case
            when is_one then qualifier
            when why <> '' then ''
            when conversion = 'estimated' and qualifier_rank < 1 then 'estimated'
            else {{ qualifier_of_rank('qualifier_rank') }}
        end as qualifier,
        why as reason,
        covers_period,
        own_rank,
        is_of_months,
        conversion
    from reasoned

    union all

    select
        {{ cell | join(', ') }},
        area_code,
        cast(null as bigint) as value,
        'O' as obs_status,
        '' as qualifier,
        'boundary_change' as reason,
        covers_period,
        0 as own_rank,
        is_of_months,
        conversion
    from of_itself

)

select * from final
