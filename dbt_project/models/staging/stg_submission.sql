with

submissions as (

    select * from {{ source('inputs', 'submission') }}

),

renamed as (

    select
        number as submission_number,
        submission_id,
        delivery_sha256,
        file_name,
        office,
        table_id,
        period,
        unit as unit_code,
        prepared_on,
        revision,
        supersedes,
        partial as is_partial,
        obs_status,
        coverage_months,
        content_hash,
        contract_version,
        contract_hash,
        verdict,
        figures as figure_count,
        finding_count,
        batch_id,
        accepted_at as decided_at,
        reason,
        because

    from submissions
    where accepted_at <= '{{ var("as_of") }}'

)

select * from renamed
