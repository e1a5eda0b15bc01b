{{ config(materialized='view') }}

with

figures as (

    select * from {{ source('inputs', 'figure') }}

),

renamed as (

    select
        submission_id,
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        value,
        reported,
        obs_status,
        qualifier,
        sheet as source_sheet,
        row as source_row,
        col as source_column

    from figures

)

select * from renamed
