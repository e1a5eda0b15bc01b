{#- One slice is what a submission replaces: a table in a period, answered for by one unit. -#}
{%- set slice = 'table_id, period, unit_code' -%}
{%- set place = slice ~ ', effective_prepared_on, effective_revision' -%}

{#- What stands after a turn of the walk. -#}
{%- set stands -%}
        case
            when
                walk.is_out_of_proportion
                or (walk.is_partial and {{ list_length('walk.stood_before') }} = 0)
                then walk.stood_before
            when walk.is_partial then {{ list_append('walk.stood_before', 'walk.submission_id') }}
            else {{ list_of('walk.submission_id') }}
        end
{%- endset -%}

with recursive

submissions as (

    select * from {{ ref('stg_submission') }}

),

-- the latest word of persons on a submission
decisions as (

    select
        subject as submission_id,
        max(case when outcome = 'accept' then decision_number else 0 end) as accepted_by,
        max(case when outcome = 'refuse' then decision_number else 0 end) as refused_by
    from {{ ref('stg_decision') }}
    where about = 'submission' and kind = 'standing'
    group by subject

),

-- also with a delivery that said nothing else new
reasoned as (

    select distinct submission_id
    from submissions
    where verdict in ('accepted', 'repeated') and reason <> ''

),

accepted as (

    select
        submissions.*,
        coalesce(decisions.accepted_by, 0) as own_accepted_by,
        coalesce(decisions.refused_by, 0) as own_refused_by,
        submissions.supersedes <> '' and reasoned.submission_id is not null as own_is_wilful

    from submissions
    left join decisions on submissions.submission_id = decisions.submission_id
    left join reasoned on submissions.submission_id = reasoned.submission_id
    where submissions.verdict = 'accepted'

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

-- what is decided of bytes at their place holds for every reading of them
judged as (

    select
        *,
        max(own_accepted_by) over (partition by {{ place }}, delivery_sha256) as accepted_by,
        max(own_refused_by) over (partition by {{ place }}, delivery_sha256) as refused_by,
        max(case when own_is_wilful then 1 else 0 end) over (partition by {{ place }}, delivery_sha256)
        = 1 as is_wilful
    from dated

),

not_refused as (

    select * from judged
    where accepted_by >= refused_by

),

read_by_contract as (

    select
        *,
        max(decided_at) over (partition by {{ place }}, delivery_sha256, contract_hash) as last_read_at
    from not_refused

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

-- of contents that contradict each other at one place, the one that a person accepted last stands
chosen as (

    select
        *,
        max(accepted_by) over (partition by {{ place }}, content_hash) as contents_accepted_by,
        max(accepted_by) over (partition by {{ place }}) as place_accepted_by
    from readings
    where reading_number = 1

),

-- equal contents are one: a final copy before a provisional one
tied as (

    select
        *,
        place_accepted_by = 0
        and min(content_hash) over (partition by {{ place }})
        <> max(content_hash) over (partition by {{ place }}) as is_tied,
        contents_accepted_by < place_accepted_by as is_passed_over,
        row_number() over (
            partition by {{ place }}
            order by contents_accepted_by desc, is_partial asc, is_provisional asc, submission_id asc
        ) as copy_number
    from chosen

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

disproportion as (

    select * from {{ ref('obs_disproportion') }}

),

disputed as (

    select distinct {{ slice }} from disproportion

),

-- slices in which something may be out of proportion, place by place
queue as (

    select
        placed.submission_id,
        placed.table_id,
        placed.period,
        placed.unit_code,
        placed.is_partial,
        placed.is_wilful or placed.contents_accepted_by > 0 as is_let_pass,
        row_number() over (
            partition by placed.table_id, placed.period, placed.unit_code
            order by placed.place asc
        ) as turn

    from placed
    inner join disputed
        on
            placed.table_id = disputed.table_id
            and placed.period = disputed.period
            and placed.unit_code = disputed.unit_code
    where placed.is_eligible

),

-- Each is held against what stands when its turn comes: the latest whole one that was not held, and those
-- over it. Of a cell that one of those over it states again, only that figure stands.
walk as (

    select
        table_id,
        period,
        unit_code,
        turn,
        submission_id,
        is_partial,
        {{ no_texts() }} as stood_before,
        false as is_out_of_proportion
    from queue
    where turn = 1

    union all

    select
        queue.table_id,
        queue.period,
        queue.unit_code,
        queue.turn,
        queue.submission_id,
        queue.is_partial,
        {{ stands }} as stood_before,
        not queue.is_let_pass
        and exists (
            select 1
            from disproportion
            where
                disproportion.submission_id = queue.submission_id
                and {{ list_ends_with_none_of(
                    stands, 'disproportion.other_submission_id', 'disproportion.restated_by'
                ) }}
        ) as is_out_of_proportion

    from walk
    inner join queue
        on
            walk.table_id = queue.table_id
            and walk.period = queue.period
            and walk.unit_code = queue.unit_code
            and walk.turn + 1 = queue.turn

),

weighed as (

    select
        placed.*,
        coalesce(walk.is_out_of_proportion, false) as is_out_of_proportion,
        placed.is_eligible and not coalesce(walk.is_out_of_proportion, false) as may_stand

    from placed
    left join walk on placed.submission_id = walk.submission_id

),

whole as (

    select
        *,
        min(case when may_stand and not is_partial then place end) over (partition by {{ slice }})
            as first_whole_place,
        coalesce(
            max(case when may_stand and not is_partial then place end) over (partition by {{ slice }}),
            0
        ) as whole_place
    from weighed

),

-- a partial one is rows to lay over a whole one: without one before it there is nothing that it could change
stood as (

    select
        *,
        may_stand and (not is_partial or coalesce(place > first_whole_place, false)) as has_stood,
        (is_tied or is_out_of_proportion) and place > whole_place as is_held
    from whole

),

counted as (

    select
        *,
        count(case when has_stood or is_held then 1 end) over (partition by {{ slice }}) as rival_count,
        case
            when has_stood
                then sum(case when has_stood then 1 else 0 end) over (
                    partition by {{ slice }}
                    order by place asc
                )
        end as vintage
    from stood

),

final as (

    select
        judged.submission_id,
        judged.submission_number,
        judged.delivery_sha256,
        judged.office,
        judged.table_id,
        judged.period,
        judged.unit_code,
        judged.prepared_on,
        judged.is_partial,
        judged.obs_status,
        judged.coverage_months,
        judged.effective_prepared_on,
        judged.effective_revision,
        coalesce(counted.place, 0) as place,
        coalesce(counted.has_stood, false) as has_stood,
        counted.vintage,
        coalesce(counted.rival_count, 0) > 1 as has_rivals,
        case
            when not counted.is_held or counted.is_held is null then ''
            when counted.is_tied then 'contradiction'
            else 'proportion'
        end as held_for,
        case
            when judged.refused_by > judged.accepted_by then 'refused'
            when counted.submission_id is null then 'duplicate'
            when counted.is_held then 'held'
            when counted.is_tied then 'superseded'
            when counted.is_passed_over then 'refused'
            when counted.copy_number > 1 then 'duplicate'
            when counted.is_out_of_proportion then 'superseded'
            when counted.whole_place = 0 then 'waiting'
            when counted.place = counted.whole_place then 'in_force'
            when counted.place > counted.whole_place then 'overlay'
            else 'superseded'
        end as standing

    from judged
    left join counted on judged.submission_id = counted.submission_id

)

select * from final
