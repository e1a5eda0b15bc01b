{#- Known is what was decided by the day on which the marts are computed, or by that of `as_of`. -#}

with

corrections as (

    select * from {{ source('inputs', 'correction') }}

),

days as (

    select least(today, '{{ var("as_of")[:10] }}') as known_on
    from {{ ref('stg_today') }}

),

renamed as (

    select
        corrections.correction_id,
        corrections.table_id,
        corrections.measure_id,
        corrections.area_code,
        corrections.period,
        corrections.breakdown,
        corrections.year,
        case when not corrections.expects_missing then corrections.expected_value end as expected_value,
        case when not corrections.gives_missing then corrections.value end as value,
        corrections.obs_status,
        corrections.qualifier,
        corrections.reason,
        corrections.because_en,
        corrections.because_zh,
        corrections.decided_by,
        corrections.decided_on,
        corrections.until_on,
        corrections.document,
        corrections.until_on = '' or corrections.until_on >= days.known_on as is_standing

    from corrections
    cross join days
    where corrections.decided_on <= days.known_on

)

select * from renamed
