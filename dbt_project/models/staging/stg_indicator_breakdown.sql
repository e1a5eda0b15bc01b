with

breakdowns as (

    select * from {{ source('inputs', 'indicator_breakdown') }}

),

renamed as (

    select
        indicator_id,
        breakdown,
        position,
        label_en,
        label_zh

    from breakdowns

)

select * from renamed
