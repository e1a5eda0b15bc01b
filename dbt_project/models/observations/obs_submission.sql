{#- One slice is what a submission replaces: a table in a period, answered for by one unit. -#}
{%- set slice = 'table_id, period, unit_code' -%}
{%- set place = slice ~ ', effective_prepared_on, effective_revision' -%}

with

accepted as (

    select * from {{ ref('stg_submission') }}
    where verdict = 'accepted'

),

-- identical bytes keep the place they had first, unless the office says that it returns to them on purpose
first_sent as (

    select
        *,
        min(prepared_on) over (partition by {{ slice }}, delivery_sha256) as first_prepared_on
    from accepted

),

resent as (

    select
        *,
        supersedes = '' and prepared_on > first_prepared_on as is_resent,
        max(case when prepared_on = first_prepared_on then revision end)
            over (partition by {{ slice }}, delivery_sha256) as first_revision
    from first_sent

),

dated as (

    select
        *,
        obs_status = 'P' as is_provisional,
        case when is_resent then first_prepared_on else prepared_on end as effective_prepared_on,
        case when is_resent then first_revision else revision end as effective_revision
    from resent

),

read_by_contract as (

    select
        *,
        max(decided_at) over (partition by {{ place }}, delivery_sha256, contract_hash) as last_read_at
    from dated

),

-- the same bytes at the same place: the reading by the latest contract speaks; of those read by one contract
-- a final one before a provisional one. Which of them came first says nothing, so that the last word is an id
-- made of contents.
readings as (

    select
        *,
        row_number() over (
            partition by {{ place }}, delivery_sha256
            order by is_partial asc, last_read_at desc, is_provisional asc, is_resent asc, submission_id asc
        ) as reading_number
    from read_by_contract

),

-- equal contents are one: a final copy before a provisional one
tied as (

    select
        *,
        min(content_hash) over (partition by {{ place }})
        <> max(content_hash) over (partition by {{ place }}) as is_tied,
        row_number() over (
            partition by {{ place }}
            order by is_partial asc, is_provisional asc, submission_id asc
        ) as copy_number
    from readings
    where reading_number = 1

),

placed as (

    select
        *,
        dense_rank() over (
            partition by {{ slice }}
            order by effective_prepared_on asc, effective_revision asc
        ) as place,
        not is_tied and copy_number = 1 as is_eligible
    from tied

),

whole as (

    select
        *,
        min(case when is_eligible and not is_partial then place end) over (partition by {{ slice }})
            as first_whole_place,
        coalesce(
            max(case when is_eligible and not is_partial then place end) over (partition by {{ slice }}),
            0
        ) as whole_place
    from placed

),

-- a partial one is rows to lay over a whole one: without one before it there is nothing that it could change
stood as (

    select
        *,
        is_eligible and (not is_partial or coalesce(place > first_whole_place, false)) as has_stood
    from whole

),

counted as (

    select
        *,
        count(case when has_stood then 1 end) over (partition by {{ slice }}) as stood_count
    from stood

),

final as (

    select
        dated.submission_id,
        dated.submission_number,
        dated.delivery_sha256,
        dated.office,
        dated.table_id,
        dated.period,
        dated.unit_code,
        dated.prepared_on,
        dated.is_partial,
        dated.obs_status,
        dated.coverage_months,
        dated.effective_prepared_on,
        dated.effective_revision,
        coalesce(counted.place, 0) as place,
        coalesce(counted.has_stood, false) as has_stood,
        coalesce(counted.stood_count, 0) > 1 as has_rivals,
        case
            when counted.submission_id is null then 'duplicate'
            when counted.is_tied and counted.place > counted.whole_place then 'held'
            when counted.is_tied then 'superseded'
            when counted.copy_number > 1 then 'duplicate'
            when counted.whole_place = 0 then 'waiting'
            when counted.place = counted.whole_place then 'in_force'
            when counted.place > counted.whole_place then 'overlay'
            else 'superseded'
        end as standing

    from dated
    left join counted on dated.submission_id = counted.submission_id

)

select * from final
