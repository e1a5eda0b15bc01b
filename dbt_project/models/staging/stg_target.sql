with

targets as (

    select * from {{ source('inputs', 'target') }}

),

renamed as (

    select
        indicator_id,
        level,
        breakdown,
        operator,
        value_numerator,
        value_denominator,
        value_text as target_text,
        direction,
        start_year,
        until_year,
        wording_en,
        wording_zh,
        document

    from targets

)

select * from renamed
