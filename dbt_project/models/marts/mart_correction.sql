with

corrections as (

    select * from {{ ref('stg_correction') }}

),

delivered as (

    select * from {{ ref('obs_delivered') }}
    where role = 'measure'

),

areas as (

    select * from {{ ref('stg_area') }}

),

final as (

    select
        corrections.correction_id,
        corrections.table_id,
        corrections.measure_id,
        corrections.area_code,
        corrections.period,
        corrections.breakdown,
        cast(corrections.year as integer) as year,
        areas.level as area_level,
        case
            when not corrections.is_standing then 'ended'
            when delivered.correction_id = corrections.correction_id then 'in_effect'
            when delivered.table_id is null or delivered.reason = 'vanished' then 'no_cell'
            else 'source_differs'
        end as state,
        corrections.expected_value,
        delivered.source_value,
        delivered.source_status,
        corrections.value,
        case
            when delivered.correction_id = corrections.correction_id then delivered.obs_status
            else nullif(corrections.obs_status, '')
        end as obs_status,
        corrections.qualifier,
        corrections.reason,
        corrections.because_en,
        corrections.because_zh,
        corrections.decided_by,
        corrections.decided_on,
        nullif(corrections.until_on, '') as until_on,
        corrections.document,
        delivered.submission_id,
        nullif(delivered.source_sheet, '') as source_sheet,
        cast(delivered.source_row as integer) as source_row,
        cast(delivered.source_column as integer) as source_column

    from corrections
    inner join areas on corrections.area_code = areas.area_code
    left join delivered
        on
            corrections.table_id = delivered.table_id
            and corrections.measure_id = delivered.measure_id
            and corrections.area_code = delivered.area_code
            and corrections.period = delivered.period
            and corrections.breakdown = delivered.breakdown

)

select * from final
