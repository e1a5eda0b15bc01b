with

offices as (

    select * from {{ ref('stg_office') }}

),

final as (

    select
        office,
        title_en,
        title_zh

    from offices

)

select * from final
