with

events as (

    select * from {{ source('inputs', 'area_event') }}

),

renamed as (

    select
        event_id,
        kind,
        effective_on,
        because_en,
        because_zh,
        source_en,
        source_zh,
        document

    from events

)

select * from renamed
