with

decisions as (

    select * from {{ source('inputs', 'decision') }}

),

renamed as (

    select
        number as decision_number,
        about,
        subject,
        kind,
        outcome,
        reason,
        because,
        decided_by,
        decided_at

    from decisions
    where decided_at <= '{{ var("as_of") }}'

)

select * from renamed
