{%- set cell = ['table_id', 'measure_id', 'area_code', 'period', 'breakdown'] -%}

with

vintages as (

    select * from {{ ref('obs_vintage') }}

),

submissions as (

    select * from {{ ref('obs_submission') }}

),

measures as (

    select * from {{ ref('stg_measure') }}

),

-- stated otherwise than before, or for the first time after others were stated
restated as (

    select
        {%- for column in cell %}
        vintages.{{ column }},
        {%- endfor %}
        vintages.unit_code,
        vintages.vintage,
        case when vintages.before = 'stood' then vintages.previous_value end as from_value,
        vintages.value as to_value,
        case vintages.before
            when 'stood' then vintages.previous_status
            when 'vanished' then 'O'
        end as from_status,
        vintages.obs_status as to_status,
        case when vintages.before = 'stood' then vintages.previous_qualifier else '' end as from_qualifier,
        vintages.qualifier as to_qualifier,
        case
            when vintages.before = 'stood' then vintages.previous_submission_id
            else wholes.submission_id
        end as from_submission_id,
        vintages.submission_id as to_submission_id

    from vintages
    left join submissions as wholes
        on
            vintages.table_id = wholes.table_id
            and vintages.period = wholes.period
            and vintages.unit_code = wholes.unit_code
            and vintages.previous_whole_place = wholes.place
            and wholes.has_stood
    where
        vintages.before in ('absent', 'vanished')
        or (
            vintages.before = 'stood'
            and (
                vintages.value is distinct from vintages.previous_value
                or vintages.obs_status <> vintages.previous_status
                or vintages.qualifier <> vintages.previous_qualifier
            )
        )

),

vanished as (

    select
        {%- for column in cell %}
        vintages.{{ column }},
        {%- endfor %}
        vintages.unit_code,
        wholes.vintage,
        vintages.value as from_value,
        cast(null as bigint) as to_value,
        vintages.obs_status as from_status,
        'O' as to_status,
        vintages.qualifier as from_qualifier,
        '' as to_qualifier,
        vintages.submission_id as from_submission_id,
        wholes.submission_id as to_submission_id

    from vintages
    inner join submissions as wholes
        on
            vintages.table_id = wholes.table_id
            and vintages.period = wholes.period
            and vintages.unit_code = wholes.unit_code
            and vintages.until_place = wholes.place
            and wholes.has_stood
    where vintages.has_vanished

),

unioned as (

    select * from restated

    union all

    select * from vanished

),

final as (

    select
        {%- for column in cell %}
        unioned.{{ column }},
        {%- endfor %}
        cast(unioned.vintage as integer) as vintage,
        cast(periods.year as integer) as year,
        tables.office,
        areas.level as area_level,
        unioned.unit_code,
        unioned.from_value,
        unioned.to_value,
        unioned.to_value - unioned.from_value as difference,
        unioned.from_status,
        unioned.to_status,
        unioned.from_qualifier,
        unioned.to_qualifier,
        unioned.from_submission_id,
        unioned.to_submission_id,
        cast(earlier.effective_prepared_on as date) as from_prepared_on,
        cast(later.effective_prepared_on as date) as to_prepared_on,
        earlier.obs_status <> 'P' as was_final,
        case
            when reasons.reason is not null then reasons.reason
            -- nothing stood, or the office had said that it lacked the figure
            when
                unioned.from_value is null and unioned.to_value is not null
                and coalesce(unioned.from_status, 'O') in ('O', 'L')
                then 'late_return'
            else ''
        end as reason,
        case
            when reasons.reason is not null then reasons.reason_from
            when
                unioned.from_value is null and unioned.to_value is not null
                and coalesce(unioned.from_status, 'O') in ('O', 'L')
                then 'derived'
            else ''
        end as reason_from,
        reasons.because,
        nullif(reasons.explained_by, '') as explained_by

    from unioned
    inner join measures
        on
            unioned.table_id = measures.table_id
            and unioned.measure_id = measures.measure_id
    inner join {{ ref('stg_period') }} as periods on unioned.period = periods.period
    inner join {{ ref('stg_return') }} as tables on unioned.table_id = tables.table_id
    inner join submissions as earlier on unioned.from_submission_id = earlier.submission_id
    inner join submissions as later on unioned.to_submission_id = later.submission_id
    left join {{ ref('stg_area') }} as areas on unioned.area_code = areas.area_code
    left join {{ ref('obs_reason') }} as reasons on unioned.to_submission_id = reasons.submission_id

)

select * from final
