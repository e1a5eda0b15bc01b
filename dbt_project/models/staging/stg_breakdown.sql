with

breakdowns as (

    select * from {{ source('inputs', 'breakdown') }}

),

renamed as (

    select
        table_id,
        breakdown,
        position,
        label_en,
        label_zh,
        valid_from,
        case when valid_to = '' then '9999-12-31' else valid_to end as valid_to

    from breakdowns

)

select * from renamed
