with

reported as (

    select * from {{ source('inputs', 'reported') }}

),

renamed as (

    select
        table_id,
        reported_id,
        indicator_id,
        decimals

    from reported

)

select * from renamed
