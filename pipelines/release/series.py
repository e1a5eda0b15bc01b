"""Views that are complete series on the boundaries of today: areas that no event touched, and those that events did.

Both halves are read as they were published; nothing is computed here.
"""

from __future__ import annotations

VIEWS = {
    "indicator_on_todays_boundaries": (
        "mart_indicator",
        "indicator_id area_code period breakdown year area_level kind numerator denominator value value_text "
        "headline_text upper_numerator upper_value lower_limit upper_limit obs_status reason qualifier covers_period "
        "break_id",
        "Each row is an indicator for an area that exists today, a period and a breakdown, on the boundaries of today.",
    ),
    "observation_on_todays_boundaries": (
        "mart_observation",
        "table_id measure_id area_code period breakdown year office area_level value obs_status qualifier reason "
        "covers_period",
        "Each row is a figure for an area that exists today, a period and a breakdown, on the boundaries of today.",
    ),
}
"""view -> (the mart it completes, their common columns, what a row is)."""


def views() -> dict[str, list[str]]:
    """view name -> the statements that make it and say what it holds."""
    return {view: _statements(view, *of) for view, of in VIEWS.items()}


def _statements(view: str, mart: str, columns: str, said: str) -> list[str]:
    names = columns.split()
    of_the_year, of_today = (", ".join(f"{side}.{name}" for name in names) for side in ("y", "t"))
    select = f"""select {of_the_year}, 'none' as conversion
from {mart} as y
inner join dim_area as a on y.area_code = a.area_code
where a.is_current and y.area_code not in (select area_code from dim_area_today)
union all
select {of_today}, t.conversion
from {mart}_today as t"""
    return [f"create or replace view {view} as {select}", f"comment on view {view} is '{said}'"]
