{#-
Measures of revision as in the ESS guidelines on revision analysis, over n pairs of a figure (P) and the one that took its
place (L) in the next vintage that states the cell, changed or not:
MR = sum(L - P) / n, MAR = sum|L - P| / n, RMAR = sum|L - P| / sum|L|, in percent. Sums are exact; each is rounded once.
-#}
{%- set decimals = 4 -%}

with

compared as (

    select
        vintages.table_id,
        vintages.measure_id,
        count(*) as cells_compared,
        sum(abs(cast(vintages.value as {{ exact_integer() }}))) as later_sum
    from {{ ref('obs_vintage') }} as vintages
    where
        vintages.before = 'stood'
        and vintages.value is not null
        and vintages.previous_value is not null
    group by vintages.table_id, vintages.measure_id

),

revisions as (

    select * from {{ ref('mart_revision') }}

),

-- a reason, and all of them together
told as (

    select
        table_id,
        measure_id,
        reason,
        difference
    from revisions

    union all

    select
        table_id,
        measure_id,
        '_T' as reason,
        difference
    from revisions

),

summed as (

    select
        table_id,
        measure_id,
        reason,
        count(*) as cells_revised,
        count(case when difference <> 0 then 1 end) as figures_revised,
        sum(coalesce(cast(difference as {{ exact_integer() }}), 0)) as revision_sum,
        sum(coalesce(abs(cast(difference as {{ exact_integer() }})), 0)) as absolute_revision_sum
    from told
    group by table_id, measure_id, reason

),

-- what was stated again and never changed is a result too
listed as (

    select
        table_id,
        measure_id,
        reason
    from summed

    union distinct

    select
        compared.table_id,
        compared.measure_id,
        '_T' as reason
    from compared
    inner join {{ ref('stg_measure') }} as measures
        on
            compared.table_id = measures.table_id
            and compared.measure_id = measures.measure_id

),

joined as (

    select
        listed.table_id,
        listed.measure_id,
        listed.reason,
        coalesce(compared.cells_compared, 0) as cells_compared,
        coalesce(summed.cells_revised, 0) as cells_revised,
        coalesce(summed.figures_revised, 0) as figures_revised,
        coalesce(summed.revision_sum, 0) as revision_sum,
        coalesce(summed.absolute_revision_sum, 0) as absolute_revision_sum,
        coalesce(compared.later_sum, 0) as later_sum

    from listed
    left join compared
        on
            listed.table_id = compared.table_id
            and listed.measure_id = compared.measure_id
    left join summed
        on
            listed.table_id = summed.table_id
            and listed.measure_id = summed.measure_id
            and listed.reason = summed.reason

),

rounded as (

    select
        *,
        case
            when cells_compared > 0 then {{ round_half_away('revision_sum', 'cells_compared', 1, decimals) }}
        end as mean_scaled,
        case
            when cells_compared > 0
                then {{ round_half_away('absolute_revision_sum', 'cells_compared', 1, decimals) }}
        end as absolute_scaled,
        case
            when later_sum > 0 then {{ round_half_away('absolute_revision_sum', 'later_sum', 100, decimals) }}
        end as relative_scaled
    from joined

),

final as (

    select
        table_id,
        measure_id,
        reason,
        cast(cells_compared as bigint) as cells_compared,
        cast(cells_revised as bigint) as cells_revised,
        cast(figures_revised as bigint) as figures_revised,
        cast(revision_sum as decimal(38, 0)) as revision_sum,
        cast(absolute_revision_sum as decimal(38, 0)) as absolute_revision_sum,
        cast(later_sum as decimal(38, 0)) as later_sum,
        {{ decimal_value('mean_scaled', decimals) }} as mean_revision,
        {{ decimal_value('absolute_scaled', decimals) }} as mean_absolute_revision,
        {{ decimal_value('relative_scaled', decimals) }} as relative_mean_absolute_revision

    from rounded

)

select * from final
