with

tables as (

    select * from {{ ref('stg_return') }}

),

expected as (

    select * from {{ ref('stg_expected') }}

),

submissions as (

    select * from {{ ref('stg_submission') }}

),

standing as (

    select * from {{ ref('obs_submission') }}

),

decided as (

    select
        table_id,
        period,
        unit_code,
        count(case when verdict = 'accepted' then 1 end) as accepted_count,
        count(case when verdict = 'rejected' then 1 end) as rejected_count
    from submissions
    group by table_id, period, unit_code

),

arrived as (

    select
        table_id,
        period,
        unit_code,
        -- punctual is the whole return: rows that mend it, or that nobody could accept, do not make it so
        min(case when has_stood and not is_partial then effective_prepared_on end) as first_prepared_on,
        max(case when standing in ('in_force', 'overlay') then effective_prepared_on end) as prepared_on,
        max(case when standing = 'in_force' then submission_id end) as submission_id,
        count(case when standing = 'overlay' then 1 end) as overlay_count,
        count(case when standing = 'waiting' then 1 end) as waiting_count,
        count(case when standing = 'held' then 1 end) as held_count,
        count(case when standing = 'in_force' then 1 end) > 0 as is_received
    from standing
    group by table_id, period, unit_code

),

slices as (

    select
        table_id,
        period,
        unit_code
    from expected

    union distinct

    select
        table_id,
        period,
        unit_code
    from arrived

),

final as (

    select
        slices.table_id,
        tables.office,
        slices.period,
        slices.unit_code,
        expected.due_on,
        coalesce(expected.has_passed, false) as is_due,
        coalesce(arrived.is_received, false) as is_received,
        coalesce(arrived.is_received and arrived.first_prepared_on <= expected.due_on, false) as is_on_time,
        case
            when expected.table_id is null and tables.is_owed then 'unexpected'
            when arrived.is_received and arrived.first_prepared_on > expected.due_on then 'late'
            when arrived.is_received then 'received'
            when coalesce(arrived.held_count, 0) > 0 then 'held'
            when expected.has_passed then 'overdue'
            else 'open'
        end as status,
        arrived.first_prepared_on,
        arrived.prepared_on,
        coalesce(arrived.submission_id, '') as submission_id,
        coalesce(arrived.overlay_count, 0) as overlay_count,
        coalesce(arrived.waiting_count, 0) as waiting_count,
        coalesce(arrived.held_count, 0) as held_count,
        coalesce(decided.accepted_count, 0) as accepted_count,
        coalesce(decided.rejected_count, 0) as rejected_count

    from slices
    inner join tables on slices.table_id = tables.table_id
    left join expected
        on
            slices.table_id = expected.table_id
            and slices.period = expected.period
            and slices.unit_code = expected.unit_code
    left join arrived
        on
            slices.table_id = arrived.table_id
            and slices.period = arrived.period
            and slices.unit_code = arrived.unit_code
    left join decided
        on
            slices.table_id = decided.table_id
            and slices.period = decided.period
            and slices.unit_code = decided.unit_code

)

select * from final
