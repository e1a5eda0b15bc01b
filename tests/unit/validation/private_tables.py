"""The tables of the private builds that tests make up: columns as the models' contracts state them."""

from __future__ import annotations

TABLES = {
    "mart_observation": """
        table_id text, measure_id text, area_code text, period text, breakdown text, year int, office
        text, area_level text, value bigint, obs_status text, qualifier text, reason text, origin text,
        not_allocable bigint, covers_period boolean, submission_id text, source_sheet text, source_row int,
        source_column int, correction_id text
        """,
    "mart_indicator": """
        indicator_id text, area_code text, period text, breakdown text, year int, area_level text, kind
        text, numerator bigint, denominator bigint, value decimal(28, 6), value_text text, headline_text
        text, obs_status text, reason text, qualifier text, upper_numerator bigint, covers_period boolean,
        lower_limit decimal(28, 6), upper_limit decimal(28, 6)
        """,
    "mart_scorecard": """
        indicator_id text, area_code text, period text, breakdown text, year int, area_level text, verdict text,
        reliability text, distance decimal(28, 6), years_met_in_a_row int, rank_in_parent int, ranked_areas int,
        parent_code text, reason text, n bigint, numerator bigint, denominator bigint, value decimal(28, 6)
        """,
    "mart_coverage": """
        table_id text, period text, unit_code text, year int, due_on date, status text, submission_id
        text, held_count bigint, waiting_count bigint
        """,
    "mart_submission": """
        submission_id text, file_name text, table_id text, period text, unit_code text, figure_count
        bigint, verdict text
        """,
    "mart_reported": """
        table_id text, reported_id text, area_code text, period text, breakdown text, year int, indicator_id text,
        reported_value decimal(38, 12), value decimal(28, 6), numerator bigint, denominator bigint,
        comparison text, submission_id text, source_sheet text, source_row int, source_column int
        """,
    "dim_area": """
        area_code text, parent_code text, level text, name_en text, name_zh text
        """,
    "dim_breakdown": """
        table_id text, breakdown text, position int, label_en text, label_zh text
        """,
    "dim_measure": """
        table_id text, measure_id text, position int, title_en text, title_zh text, unit text
        """,
    "dim_return": """
        table_id text, title_en text, title_zh text, grain_en text, grain_zh text, document text
        """,
}
"""The columns of the marts that validation and release rely on, as the models' contracts state them."""

ADDED = (
    "alter table mart_indicator add column upper_value decimal(28, 6)",
    "alter table mart_indicator add column break_id text",
    "alter table dim_area add column is_current boolean default true",
    "alter table dim_area add column level_order int",
    "alter table dim_area add column valid_from date",
    "alter table dim_area add column valid_to date",
    "alter table mart_submission add column standing text",
    "alter table mart_submission add column prepared_on date",
    "alter table mart_submission add column revision int",
    "alter table mart_submission add column effective_prepared_on date",
    "alter table mart_submission add column effective_revision int",
    "alter table mart_scorecard add column operator text default '>='",
    "alter table mart_scorecard add column target_text text default '60.3'",
    "alter table mart_scorecard add column lower_limit decimal(28, 6)",
    "alter table mart_scorecard add column upper_limit decimal(28, 6)",
    "update mart_scorecard s set lower_limit = i.lower_limit, upper_limit = i.upper_limit from mart_indicator i "
    "where i.indicator_id = s.indicator_id and i.area_code = s.area_code and i.period = s.period",
    "alter table mart_coverage add column office text",
    "update mart_coverage set office = if(table_id = 'crime', 'police', 'courts')",
    *(f"alter table mart_coverage add column {name} boolean default true" for name in ("is_due", "is_received")),
    "alter table mart_coverage add column is_on_time boolean default true",
    "alter table mart_coverage add column rejected_count bigint default 0",
    "alter table mart_scorecard add column value_text text",
    "update mart_scorecard s set value_text = i.value_text from mart_indicator i "
    "where i.indicator_id = s.indicator_id and i.area_code = s.area_code and i.period = s.period",
    "create table dim_area_name (area_code text, name_en text, name_zh text, valid_from date, valid_to date)",
    "create table dim_area_today (area_code text, period text, from_code text)",
    "create table mart_indicator_today as select *, 'none' as conversion, '' as from_level from mart_indicator limit 0",
    "create table mart_observation_today as select *, 'none' as conversion, '' as from_level "
    "from mart_observation limit 0",
)
"""What is there without a row of its own (no event touched these areas), or follows from other columns."""
