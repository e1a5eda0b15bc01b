with

offices as (

    select * from {{ source('inputs', 'office') }}

),

renamed as (

    select
        office,
        title_en,
        title_zh

    from offices

)

select * from renamed
