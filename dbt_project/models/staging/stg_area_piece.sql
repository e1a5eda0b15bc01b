with

pieces as (

    select * from {{ source('inputs', 'area_piece') }}

),

renamed as (

    select
        area_code,
        valid_from,
        case when valid_to = '' then '9999-12-31' else valid_to end as valid_to,
        to_code,
        share_numerator,
        share_denominator

    from pieces

)

select * from renamed
