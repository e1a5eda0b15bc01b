with

events as (

    select * from {{ ref('stg_area_event') }}

),

final as (

    select
        event_id,
        kind,
        cast(effective_on as date) as effective_on,
        because_en,
        because_zh,
        source_en,
        source_zh,
        document

    from events

)

select * from final
