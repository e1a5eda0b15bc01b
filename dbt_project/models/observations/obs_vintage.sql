{#-
Only slices in which several submissions stood cost anything here; elsewhere the one submission is in force whole.
A doubled key ('duplicates: hold', qualifier 'held') states no figure, but the row is there: what preceded it goes on.
-#}
{%- set slice = 'table_id, period, unit_code' -%}
{%- set cell = ['table_id', 'period', 'unit_code', 'measure_id', 'area_code', 'breakdown'] -%}

with

submissions as (

    select
        *,
        min(case when not is_partial then place end) over (
            partition by {{ slice }}
            order by place asc
            rows between 1 following and unbounded following
        ) as next_whole_place,
        max(case when not is_partial then place end) over (
            partition by {{ slice }}
            order by place asc
            rows between unbounded preceding and 1 preceding
        ) as previous_whole_place
    from {{ ref('obs_submission') }}
    where has_stood and has_rivals

),

doubled as (

    select distinct
        {%- for column in cell %}
        {{ 'submissions' if column == 'unit_code' else 'figures' }}.{{ column }},
        {%- endfor %}
        submissions.place

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where figures.qualifier = 'held'

),

doubled_cells as (

    select distinct {{ cell | join(', ') }} from doubled

),

stated as (

    select
        figures.*,
        submissions.unit_code,
        submissions.place,
        submissions.vintage,
        submissions.effective_prepared_on as prepared_on,
        submissions.coverage_months,
        submissions.obs_status as submission_status,
        submissions.next_whole_place,
        submissions.previous_whole_place

    from {{ ref('stg_figure') }} as figures
    inner join submissions on figures.submission_id = submissions.submission_id
    where figures.qualifier <> 'held'

),

-- of a cell that was doubled somewhere: the next whole submission in which it is not even that
spared as (

    select
        stated.submission_id,
        {%- for column in cell %}
        stated.{{ column }},
        {%- endfor %}
        min(wholes.place) as gone_place

    from stated
    inner join doubled_cells
        on
            stated.table_id = doubled_cells.table_id
            {%- for column in cell[1:] %}
            and stated.{{ column }} = doubled_cells.{{ column }}
            {%- endfor %}
    inner join submissions as wholes
        on
            stated.table_id = wholes.table_id
            and stated.period = wholes.period
            and stated.unit_code = wholes.unit_code
            and stated.place < wholes.place
            and not wholes.is_partial
    left join doubled
        on
            stated.table_id = doubled.table_id
            {%- for column in cell[1:] %}
            and stated.{{ column }} = doubled.{{ column }}
            {%- endfor %}
            and wholes.place = doubled.place
    where doubled.place is null
    group by stated.submission_id, {{ 'stated.' ~ cell | join(', stated.') }}

),

bounded as (

    select
        stated.*,
        case
            when doubled_cells.table_id is null then stated.next_whole_place
            else spared.gone_place
        end as gone_place,
        {{ status_as_submitted('stated.obs_status', 'stated.submission_status') }} as stated_status

    from stated
    left join doubled_cells
        on
            stated.table_id = doubled_cells.table_id
            {%- for column in cell[1:] %}
            and stated.{{ column }} = doubled_cells.{{ column }}
            {%- endfor %}
    left join spared
        on
            stated.submission_id = spared.submission_id
            {%- for column in cell %}
            and stated.{{ column }} = spared.{{ column }}
            {%- endfor %}

),

sequenced as (

    select
        *,
        lead(place) over figures_of_cell as next_place,
        lag(place) over figures_of_cell as previous_place,
        lag(gone_place) over figures_of_cell as previous_gone_place,
        lag(value) over figures_of_cell as previous_value,
        lag(stated_status) over figures_of_cell as previous_status,
        lag(qualifier) over figures_of_cell as previous_qualifier,
        lag(submission_id) over figures_of_cell as previous_submission_id
    from bounded
    window figures_of_cell as (
        partition by {{ cell | join(', ') }}
        order by place asc
    )

),

final as (

    select
        submission_id,
        table_id,
        measure_id,
        area_code,
        period,
        breakdown,
        unit_code,
        value,
        reported,
        stated_status as obs_status,
        qualifier,
        source_sheet,
        source_row,
        source_column,
        coverage_months,
        place,
        vintage,
        case
            when next_place <= gone_place or gone_place is null then next_place
            else gone_place
        end as until_place,
        coalesce(gone_place < coalesce(next_place, gone_place + 1), false) as has_vanished,
        next_place is null as is_last,
        case
            when previous_place is null and previous_whole_place is null then ''
            when previous_place is null then 'absent'
            when previous_gone_place < place then 'vanished'
            else 'stood'
        end as before,
        case
            when previous_gone_place >= place or previous_gone_place is null then previous_value
        end as previous_value,
        previous_status,
        previous_qualifier,
        previous_submission_id,
        previous_whole_place

    from sequenced

)

select * from final
