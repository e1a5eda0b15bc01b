with

targets as (

    select * from {{ ref('stg_target') }}

),

final as (

    select
        indicator_id,
        level,
        breakdown,
        operator,
        target_text,
        cast(value_numerator as bigint) as value_numerator,
        cast(value_denominator as bigint) as value_denominator,
        cast(nullif(start_year, 0) as integer) as start_year,
        cast(nullif(until_year, 9999) as integer) as until_year,
        wording_en,
        wording_zh,
        document

    from targets

)

select * from final
