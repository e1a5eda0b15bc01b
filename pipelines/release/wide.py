"""The labelled wide view of each return table: a row per area, period and class, a column per measure, with
titles.

Made from the documents at release time, so that a new return needs no SQL. Reads only what the release holds.
"""

from __future__ import annotations

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.returns import Return
from pipelines.release.content import quoted

FIGURES = "mart_observation"
LABELS = ("dim_area", "dim_area_name", "dim_breakdown", "dim_period")
"""What the views read: the figures, those of their own table only, and what these are called."""


def view(table: str) -> str:
    """The view of a return table."""
    return f"wide_{table}"


def views(catalog: Catalog) -> dict[str, list[str]]:
    """view name -> the statements that make it and say what it holds."""
    return {view(table.table): _statements(table) for table in catalog.returns.values()}


def _statements(table: Return) -> list[str]:
    name = quoted(view(table.table))
    named = columns(table)
    body = ",\n    ".join(f"{expression} as {quoted(column)}" for column, (expression, _) in named.items())
    figures = "".join(
        f"max(o.value) filter (where o.measure_id = {_text(measure.id)}) as m{number},\n        "
        for number, measure in enumerate(table.measures)
    )
    select = f"""with o as (
    -- a row per area, period and class first: names are looked up once for each
    select
        o.area_code,
        o.period,
        o.year,
        o.breakdown,
        {figures}{_REMARKS} as remarks
    from {FIGURES} as o
    where o.table_id = {_text(table.table)}
    group by o.area_code, o.period, o.year, o.breakdown
)
select
    {body}
from o
left join dim_area as a on o.area_code = a.area_code
left join dim_period as p on o.period = p.period
left join dim_area_name as n on o.area_code = n.area_code  -- said without `or`, for which each pair would be looked at
    and coalesce(n.valid_from, '-infinity'::date) <= p.end_on and p.end_on <= coalesce(n.valid_to, 'infinity'::date)
left join dim_breakdown as b on b.table_id = {_text(table.table)} and o.breakdown = b.breakdown
order by o.period, o.area_code, {"b.position, " if table.dimensions else ""}o.breakdown"""
    said = f"{table.title.en} / {table.title.zh}. {table.grain.en}"
    return [
        f"create or replace view {name} as {select}",
        f"comment on view {name} is {_text(said)}",
        *(f"comment on column {name}.{quoted(column)} is {_text(title)}" for column, (_, title) in named.items()),
    ]


def columns(table: Return) -> dict[str, tuple[str, str]]:
    """column -> (expression, title)."""
    found = {
        "area_code": ("o.area_code", "Area code / 地区代码"),
        "area_name_en": ("coalesce(n.name_en, a.name_en)", "Area, English name in the period / 地区当时英文名"),
        "area_name_zh": ("coalesce(n.name_zh, a.name_zh)", "Area, Chinese name in the period / 地区当时中文名"),
        "area_level": ("a.level", "Level of the area / 地区层级"),
        "period": ("o.period", "Reference period (SDMX) / 时期"),
        "year": ("o.year", "Year in which the period ends / 年份"),
    }
    taken = {measure.id for measure in table.measures}
    for place, dimension in enumerate(table.dimensions, 1):
        code = f"split_part(split_part(o.breakdown, ';', {place}), '=', 2)"
        found[_free(dimension.id, taken | set(found))] = (code, f"Code of {dimension.id} / 代码")
    if table.dimensions:
        stem = table.dimensions[0].id if len(table.dimensions) == 1 else "breakdown"
        found[_free(f"{stem}_en", taken | set(found))] = ("b.label_en", "Class, English / 分类英文名")
        found[_free(f"{stem}_zh", taken | set(found))] = ("b.label_zh", "Class, Chinese / 分类中文名")
    for number, measure in enumerate(table.measures):
        title = f"{measure.title.en} / {measure.title.zh} ({measure.unit})"
        found[_free(measure.id, set(found))] = (f"o.m{number}", title)
    found[_free("remarks", taken | set(found))] = (
        "o.remarks",
        "Figures that are missing or qualified, and why / 缺失或限定说明",
    )
    return found


_REMARKS = """coalesce(string_agg(
        o.measure_id || ': '
        || concat_ws(
            ', ', nullif(o.obs_status, 'A'), nullif(o.qualifier, ''), nullif(o.reason, ''),
            case when o.value is not null and not o.covers_period and o.reason <> 'part_of_period'
                then 'part_of_period' end
        ),
        '; ' order by o.measure_id
    ) filter (where o.obs_status <> 'A' or o.qualifier <> '' or o.reason <> '' or not o.covers_period), '')"""


def _free(name: str, taken: set[str]) -> str:
    """The name, or a longer one where a measure or another column has it already."""
    while name in taken:
        name += "_"
    return name


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
