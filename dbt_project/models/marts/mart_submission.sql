with

submissions as (

    select * from {{ ref('stg_submission') }}

),

standing as (

    select * from {{ ref('obs_submission') }}

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
        nullif(submissions.batch_id, '') as batch_id

    from submissions
    left join standing on submissions.submission_id = standing.submission_id

)

select * from final
