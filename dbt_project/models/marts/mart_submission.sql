with

submissions as (

    select * from {{ ref('stg_submission') }}

),

standing as (

    select * from {{ ref('obs_submission') }}

),

-- the last word of a person on it
decisions as (

    select
        *,
        row_number() over (partition by subject order by decision_number desc) as recency
    from {{ ref('stg_decision') }}
    where about = 'submission' and kind = 'standing'

),

reasons as (

    select * from {{ ref('obs_reason') }}

),

final as (

    select
        cast(submissions.submission_number as bigint) as submission_number,
        submissions.submission_id,
        nullif(submissions.office, '') as office,
        nullif(submissions.table_id, '') as table_id,
        nullif(submissions.period, '') as period,
        nullif(submissions.unit_code, '') as unit_code,
        submissions.verdict,
        case
            when submissions.verdict = 'accepted' then standing.standing
            else submissions.verdict
        end as standing,
        nullif(standing.held_for, '') as held_for,
        submissions.prepared_on,
        cast(submissions.revision as integer) as revision,
        nullif(submissions.supersedes, '') as supersedes,
        submissions.is_partial,
        submissions.obs_status,
        cast(submissions.coverage_months as integer) as coverage_months,
        case
            when submissions.verdict = 'accepted' then standing.effective_prepared_on
        end as effective_prepared_on,
        case
            when submissions.verdict = 'accepted' then cast(standing.effective_revision as integer)
        end as effective_revision,
        cast(submissions.figure_count as bigint) as figure_count,
        cast(submissions.finding_count as bigint) as finding_count,
        submissions.decided_at,
        submissions.file_name,
        submissions.delivery_sha256,
        submissions.content_hash,
        submissions.contract_version,
        submissions.contract_hash,
        nullif(submissions.batch_id, '') as batch_id,
        reasons.reason,
        reasons.because,
        nullif(reasons.explained_by, '') as explained_by,
        decisions.outcome as decision,
        decisions.because as decision_because,
        decisions.decided_by as decision_by,
        decisions.decided_at as decision_at

    from submissions
    left join standing on submissions.submission_id = standing.submission_id
    left join reasons on submissions.submission_id = reasons.submission_id
    left join decisions
        on
            submissions.submission_id = decisions.subject
            and decisions.recency = 1

)

select * from final
