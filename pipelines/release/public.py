"""What an edition may hold: columns by name, no figure below the level down to which its document lets it be seen, and
of a sensitive figure that `protect` hides nothing but that it is hidden.

A column that is not listed is not public; neither is a table. Pools are `pooled`'s.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.release import assemble, build, content, hidden, pooled, relation
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError
from pipelines.release.protect import CONFIDENTIAL, Protection
from pipelines.release.remembered import MARK

SCHEMA = "main"

COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "dim_area": "area_code parent_code level level_order name_en name_zh valid_from valid_to is_current",
        "dim_area_event": "event_id kind effective_on because_en because_zh source_en source_zh document",
        "dim_area_name": "area_code name_en name_zh valid_from valid_to",
        "dim_area_today": "area_code period from_code share_numerator share_denominator conversion from_level",
        "dim_break": "break_id starts_on because_en because_zh document",
        "dim_break_scope": "break_id indicator_id area_code",
        "dim_breakdown": "table_id breakdown position label_en label_zh valid_from valid_to",
        "dim_indicator": "indicator_id title_en title_zh definition_en definition_zh known_limits_en "
        "known_limits_zh kind by_dimension multiplier decimals headline_decimals numerator denominator share_level "
        "rank_in_parent plausible_min plausible_max document frequency",
        "dim_indicator_breakdown": "indicator_id breakdown position label_en label_zh",
        "dim_measure": "table_id measure_id office position title_en title_zh unit over_time additive_over_areas "
        "is_sensitive maximum",
        "dim_office": "office title_en title_zh",
        "dim_period": "period start_on end_on year frequency months previous_period",
        "dim_return": "table_id office version title_en title_zh grain_en grain_zh reporting_unit "
        "lowest_published_level due_every due_days_after_end due_from due_until document",
        "dim_target": "indicator_id level breakdown operator target_text value_numerator value_denominator start_year "
        "until_year wording_en wording_zh document",
        "mart_correction": "correction_id table_id measure_id area_code period breakdown year area_level state "
        "expected_value source_value source_status value obs_status qualifier reason because_en because_zh decided_by "
        "decided_on until_on document",
        "mart_coverage": "table_id period unit_code office year due_on is_due status is_received is_on_time "
        "first_prepared_on prepared_on overlay_count waiting_count held_count accepted_count rejected_count",
        "mart_explanation": "rule_id asset subject measure_id area_code period breakdown year other found_en "
        "found_zh expected_en expected_zh because explained_by explained_at state",
        "mart_indicator": "indicator_id area_code period breakdown year area_level kind numerator denominator value "
        "value_text headline_text upper_numerator upper_value lower_limit upper_limit obs_status reason qualifier "
        "covers_period break_id",
        "mart_indicator_today": "indicator_id area_code period breakdown year area_level kind numerator denominator "
        "value value_text headline_text upper_numerator upper_value lower_limit upper_limit obs_status reason "
        "qualifier covers_period break_id boundaries conversion from_level",
        "mart_observation_today": "table_id measure_id area_code period breakdown year office area_level value "
        "obs_status qualifier reason origin covers_period boundaries conversion from_level",
        "mart_observation": "table_id measure_id area_code period breakdown year office area_level value obs_status "
        "qualifier reason origin not_allocable covers_period months_present correction_id",
        "mart_quality": "rule_id asset severity year status rows_seen rows_decided rows_failed rows_explained "
        "because_en because_zh",
        "mart_reported": "table_id reported_id area_code period breakdown year indicator_id reported_value value "
        "numerator denominator comparison obs_status",
        "mart_scorecard": "indicator_id area_code period breakdown year area_level verdict reliability operator "
        "target_text direction numerator denominator n value value_text upper_value lower_limit upper_limit qualifier "
        "reason distance years_met_in_a_row parent_code rank_in_parent ranked_areas",
    }.items()
}
"""table -> its public columns. What is not here never leaves: submissions, files, cells, who sent what; nor
revisions and what is held, which are figures that no edition has shown."""

_FROM = "<database>"
_OF_INDICATOR = (
    "not exists (select 1 from hidden_indicator h where h.indicator_id = t.indicator_id "
    "and h.breakdown = t.breakdown and h.level = {})"
)
_OF_MEASURE = (
    "not exists (select 1 from hidden_measure h where h.table_id = t.table_id and h.measure_id = t.measure_id "
    "and h.level = {0} and t.breakdown is distinct from h.except_breakdown)"
)
_HIDDEN_CELL = (
    "select 1 from hidden_cell h where h.table_id = t.table_id and h.measure_id = t.measure_id "
    "and h.area_code = t.area_code and h.year = t.year"
)
_HIDDEN_RATE = (
    "select 1 from hidden_rate h where h.indicator_id = t.indicator_id and h.breakdown = t.breakdown "
    "and h.area_code = t.area_code and h.year = t.year"
)
_LEVEL = f"(select a.level from {_FROM}.main.dim_area a where a.area_code = t.area_code)"
_COUNTED = "case when not exists (select 1 from hidden_check h where h.rule_id = t.rule_id) then t.{} end"
_NO_POOL = f"position('{MARK}' in t.area_code) = 0"
# a sum of areas as they are today, beside the areas of then, says what was hidden of one of them
_AS_IT_WAS = "(t.conversion = 'none' or not exists (select 1 from {} s where {}))"
_COUNTS = ("rows_seen", "rows_decided", "rows_failed", "rows_explained")
_ROWS = {
    "dim_area": _NO_POOL,
    "mart_indicator": f"{_OF_INDICATOR.format('t.area_level')} and {_NO_POOL}",
    # the county's delivered total less one put together from townships says what a township has
    "mart_indicator_today": f"{_OF_INDICATOR.format('t.area_level')} and {_OF_INDICATOR.format('t.from_level')} "
    f"and not exists ({_HIDDEN_RATE}) "
    f"and {_AS_IT_WAS.format('sensitive_indicator', 's.indicator_id = t.indicator_id')}",
    "mart_scorecard": _OF_INDICATOR.format("t.area_level"),
    "mart_reported": "not exists (select 1 from hidden_indicator h where h.indicator_id = t.indicator_id "
    f"and h.level = {_LEVEL}) and not exists (select 1 from hidden_rate h where h.indicator_id = t.indicator_id "
    "and h.area_code = t.area_code and h.year = t.year) and not exists (select 1 from hidden_cell h "
    "where h.table_id = t.table_id and h.area_code = t.area_code and h.year = t.year) "
    # and of one that no indicator makes, its return's level says
    "and not exists (select 1 from hidden_measure h where h.table_id = t.table_id "
    f"and h.level = {_LEVEL} and t.breakdown is distinct from h.except_breakdown)",
    # what is explained of figures that are not public, or no more what they were, tells of them
    "mart_explanation": "t.state = 'accepted' "
    "and not exists (select 1 from hidden_check h where h.rule_id = t.rule_id)",
    "mart_observation": f"{_OF_MEASURE.format('t.area_level')} and {_NO_POOL}",
    "mart_observation_today": f"{_OF_MEASURE.format('t.area_level')} and {_OF_MEASURE.format('t.from_level')} "
    f"and not exists ({_HIDDEN_CELL}) "
    f"and {_AS_IT_WAS.format('sensitive', 's.table_id = t.table_id and s.measure_id = t.measure_id')}",
    "mart_correction": f"{_OF_MEASURE.format('t.area_level')} and not exists ({_HIDDEN_CELL})",
    # that a warning of hidden figures fails says something of them; that corrections are checked, that there are some
    "mart_quality": "t.asset <> 'mart_correction' and not exists (select 1 from hidden_check h "
    "where h.rule_id = t.rule_id and h.severity = 'warning')",
}
"""table -> the rows of it that are public, where not all are."""

_SHOWN = {
    # the delivered parent less its children says what the children are
    ("mart_observation", "not_allocable"): "case when not exists (select 1 from hidden_measure h "
    "where h.table_id = t.table_id and h.measure_id = t.measure_id "
    "and t.breakdown is distinct from h.except_breakdown) and not exists (select 1 from hidden_rest h "
    "where h.table_id = t.table_id and h.measure_id = t.measure_id and h.area_code = t.area_code and h.year = t.year) "
    "then t.not_allocable end",
    # the place of an area among others says something of those that are not shown
    **{
        ("mart_scorecard", column): "case when not exists (select 1 from hidden_rank h "
        "where h.indicator_id = t.indicator_id and h.breakdown = t.breakdown and h.parent_code = t.parent_code "
        f"and h.year = t.year) then t.{column} end"
        for column in ("rank_in_parent", "ranked_areas")
    },
    # and so does a run of years that begins after, or in, one that is not shown
    ("mart_scorecard", "years_met_in_a_row"): "case when not exists (select 1 from hidden_rate h "
    "where h.indicator_id = t.indicator_id and h.breakdown = t.breakdown and h.area_code = t.area_code "
    "and h.year between t.year - t.years_met_in_a_row and t.year) then t.years_met_in_a_row end",
    # a check counts what it looks at, also what is hidden
    **{("mart_quality", column): _COUNTED.format(column) for column in _COUNTS},
}
"""(table, column) -> what is shown instead of it."""

_BLANK = {
    "mart_observation": (_HIDDEN_CELL, "table_id measure_id area_code period breakdown year office area_level"),
    "mart_indicator": (_HIDDEN_RATE, "indicator_id area_code period breakdown year area_level kind"),
    "mart_scorecard": (
        _HIDDEN_RATE,
        "indicator_id area_code period breakdown year area_level operator target_text direction",
    ),
}
"""table -> (when a row is hidden, the columns that stay): it stands there, with nothing but that it is hidden."""
_INSTEAD = {"obs_status": "'Q'", "reason": f"'{CONFIDENTIAL}'"}


Said = list[tuple[str, str, str]]
"""(table, column or '', what it means)"""
Add = Callable[[Path], tuple[dict[str, content.Content], Said]]
"""Writes further tables as Parquet into a folder; returns their content and what they mean."""


def stage(
    catalog: Catalog, candidate: Path, folder: Path, protected: Protection, add: Add
) -> dict[str, content.Content]:
    """Fills `folder` afresh with what is public of a candidate, and with what `add` adds. Returns table -> content.

    Raises ReleaseError when a document in the candidate is not the one that was loaded.
    """
    build.copy_documents(protected.documents(catalog), candidate / "documents", folder / "documents")
    # beside the staged folder, so that recovery finds what a killed process left
    with tempfile.TemporaryDirectory(prefix="picked-", dir=folder.parent) as scratch:
        source = Path(scratch)
        expected, said = _pick(catalog, candidate / DATABASE, source, protected)
        added, words = add(source)
        expected |= added
        (source / assemble.COMMENTS).write_text(json.dumps(said + words), encoding="utf-8")
        found = assemble.in_a_new_process(folder, source)
    if {name: found.get(name) for name in expected} != expected:
        raise ReleaseError("What was assembled is not what was picked from the candidate.")
    return found


def _pick(
    catalog: Catalog, database: Path, source: Path, protected: Protection
) -> tuple[dict[str, content.Content], Said]:
    """Writes the public rows and columns of each public table as Parquet, pools with them. Returns their content and
    meaning.
    """
    found: dict[str, content.Content] = {}
    with engine(spill=source) as connection:
        connection.execute(f"attach {build.text(database)} as origin (read_only)")
        lay(connection, catalog, protected)
        pooled.lay(connection, catalog, protected, shown_of)
        shown: set[tuple[str, str]] = set()
        for name in [name for name in build.tables(connection, SCHEMA) if name in COLUMNS]:
            columns = [column for column, _ in content.columns(connection, f"origin.{quoted(name)}")]
            public = [column for column in COLUMNS[name] if column in columns]
            select = shown_of("origin", name, public)
            if name in pooled.LINES:
                select += f" union all select {', '.join(map(quoted, public))} from {pooled.LINES[name]}"
            found[name] = _write(connection, name, select, source)
            shown |= {(name, ""), *((name, column) for column in public)}
        for name in pooled.TABLES:
            found[name] = _write(connection, name, f"select * from {name}", source)
        said = [row for row in build.comments(connection, SCHEMA) if row[:2] in shown]
    return found, said + [(table, column, words) for (table, column), words in pooled.SAID.items()]


def _write(connection: Any, name: str, select: str, source: Path) -> content.Content:
    connection.execute(f"copy ({select}) to {build.text(source / f'{name}.parquet')} (format parquet)")
    return content.of(connection, f"({select})")


def shown_of(database: str, table: str, columns: list[str]) -> str:
    """The SELECT of what is public of a table of an attached database; needs what `lay` lays."""
    blank, kept = _BLANK.get(table, ("", ""))
    cells = []
    for column in columns:
        cell = _SHOWN.get((table, column), f"t.{quoted(column)}")
        if blank and column not in kept.split():
            cell = f"case when exists ({blank}) then {_INSTEAD.get(column, 'null')} else {cell} end"
        cells.append(f"{cell} as {quoted(column)}")
    rows = _ROWS.get(table, "true").replace(_FROM, database)
    return f"select {', '.join(cells)} from {database}.main.{quoted(table)} t where {rows}"


def lay(connection: Any, catalog: Catalog, protected: Protection) -> None:
    """Lays what is hidden beside the attached databases, as temporary tables."""
    for name, (columns, rows) in hidden.tables(catalog, protected).items():
        relation.lay(connection, name, columns, rows)
