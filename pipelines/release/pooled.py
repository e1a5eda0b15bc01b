"""The lines of areas that are published together: their sums and rates, exact, and which areas they are.

Which areas these are is `protect`'s word; a line has no interval, verdict or rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.families import shown_together
from pipelines.messages import catalogue, say
from pipelines.release import relation
from pipelines.release.database import append
from pipelines.release.protect import Protection
from pipelines.release.remembered import Pool
from pipelines.validation.exact import published

if TYPE_CHECKING:
    import duckdb

LINES = {
    "dim_area": "pooled_area",
    "mart_observation": "pooled_observation",
    "mart_indicator": "pooled_indicator",
}
"""mart -> the temporary table of the lines that stand in it."""

TABLES = ("dim_pool", "dim_pool_area")
KEYS = {"dim_pool": ["pool_id"], "dim_pool_area": ["pool_id", "area_code"]}
SAID = {
    ("dim_pool", ""): "Each row is a line of areas below one parent that are published together in a year, since a "
    "figure of one of them is small.",
    ("dim_pool", "pool_id"): "Its code; it stands for an area code in mart_observation and mart_indicator.",
    ("dim_pool", "family"): "The sensitive measures that are published together.",
    ("dim_pool", "parent_code"): "The area that all its areas lie in.",
    ("dim_pool", "year"): "Reference year.",
    ("dim_pool", "area_level"): "Level of its areas.",
    ("dim_pool", "areas"): "How many areas it is.",
    ("dim_pool", "with_not_allocable"): "Do its figures include what the parent could not allocate to an area?",
    (
        "dim_pool",
        "is_published",
    ): "False: an earlier edition published the line; now nothing of the family is published below the parent.",
    ("dim_pool", "measures"): "The measures of the family, table.measure with | between them.",
    ("dim_pool", "name_en"): "Its name, English.",
    ("dim_pool", "name_zh"): "Its name, Chinese.",
    ("dim_pool_area", ""): "Each row is an area of a line.",
    ("dim_pool_area", "pool_id"): "The line.",
    ("dim_pool_area", "area_code"): "The area; its own figures of the family are not published.",
}
"""(table, column or '') -> what it means."""

Shown = Callable[[str, str, list[str]], str]
"""(database as attached, table, columns) -> the SELECT of what is public."""


def lay(connection: duckdb.DuckDBPyConnection, catalog: Catalog, protected: Protection, shown: Shown) -> None:
    """Lays the tables of LINES and TABLES from the candidate attached as `origin`; needs what `public.lay` lays."""
    pools = protected.pools
    relation.lay(
        connection, "dim_pool",
        "pool_id varchar, family varchar, parent_code varchar, year integer, area_level varchar, areas integer, "
        "with_not_allocable boolean, is_published boolean, measures varchar, name_en varchar, name_zh varchar",
        [
            (p.id, p.family, p.parent, p.year, p.level, len(p.members), p.with_remainder, p.is_published,
             "|".join(sorted(map(".".join, p.measures))), name(p, "en"), name(p, "zh"))
            for p in pools
        ],
    )  # fmt: skip
    rows = [(pool.id, area) for pool in pools for area in sorted(pool.members)]
    relation.lay(connection, "dim_pool_area", "pool_id varchar, area_code varchar", rows)
    for mart, table in LINES.items():
        connection.execute(f"create temp table {table} as from origin.main.{mart} limit 0")
    lines = [_area(catalog, pool) for pool in pools if pool.is_published]
    append(connection, "pooled_area", _AREA.split(), lines)
    columns = ["table_id", "measure_id", "area_code", "period", "breakdown", "value", "area_level", "year", "office"]
    connection.execute(f"create temp view shown_observation as {shown('origin', 'mart_observation', columns)}")
    connection.execute(_OBSERVATION)
    together = [
        (id,) for id, one in catalog.indicators.items() if one.kind != "change" and shown_together(catalog, one)
    ]
    relation.lay(connection, "indicator_of_family", "indicator_id varchar", together)
    append(connection, "pooled_indicator", _INDICATOR.split(), list(_rates(connection, catalog)))


def name(pool: Pool, language: str) -> str:
    """What a line is called: 'Other 12 townships'."""
    known = f"level.{pool.level}" if f"level.{pool.level}" in catalogue() else "level.area"
    return say("pool.name", language, areas=len(pool.members), level=say(known, language))


def _area(catalog: Catalog, pool: Pool) -> tuple[Any, ...]:
    order = catalog.programme.levels.index(pool.level) + 1
    first, last = date(pool.year, 1, 1), date(pool.year, 12, 31)
    return pool.id, pool.parent, pool.level, order, name(pool, "en"), name(pool, "zh"), first, last, False


def _rates(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    for *key, numerator, denominator, status, reason, qualifier, covers in connection.execute(_SUMS).fetchall():
        indicator = catalog.indicators[key[0]]
        count = indicator.kind == "count"
        headline = indicator.decimals if indicator.headline_decimals is None else indicator.headline_decimals
        text, short = (
            published(numerator, denominator, indicator.multiplier, decimals, count)
            for decimals in (indicator.decimals, headline)
        )
        if not text:
            zero = numerator is not None and denominator == 0
            status, reason = ("M", "zero_denominator") if zero else ("O", reason or "not_delivered")
        value = Decimal(text) if text else None
        yield *key, numerator, denominator, value, text, short, status, reason if not text else "", qualifier, covers


_AREA = "area_code parent_code level level_order name_en name_zh valid_from valid_to is_current"
_INDICATOR = (
    "indicator_id area_code period breakdown year area_level kind numerator denominator value value_text headline_text "
    "obs_status reason qualifier covers_period"
)

# which figures stand there is what is shown of the members, their values are the candidate's
_OBSERVATION = """
insert into pooled_observation by name
with lines as (
    select p.*, s.table_id, s.measure_id from dim_pool p join sensitive s using (family) where p.is_published
),
members as (
    select
        o.table_id, o.measure_id, l.pool_id as area_code, o.period, o.breakdown, o.year, any_value(o.office) as office,
        any_value(l.area_level) as area_level, any_value(l.with_not_allocable) as with_rest,
        any_value(l.parent_code) as parent_code, sum(o.value) as value, count(*) - count(o.value) as missing,
        bool_or(o.obs_status = 'P') as is_provisional, bool_and(o.covers_period) as covers_period,
        coalesce(max(o.qualifier) filter (o.qualifier = 'at_least'), max(o.qualifier)) as qualifier,
        min(o.reason) filter (o.value is null) as reason, min(o.obs_status) filter (o.value is null) as obs_status
    from lines l
    join dim_pool_area a using (pool_id)
    join origin.main.mart_observation o
        on o.table_id = l.table_id and o.measure_id = l.measure_id and o.area_code = a.area_code and o.year = l.year
    semi join shown_observation v
        on v.table_id = o.table_id and v.measure_id = o.measure_id and v.area_code = o.area_code
        and v.period = o.period and v.breakdown = o.breakdown
    group by o.table_id, o.measure_id, l.pool_id, o.period, o.breakdown, o.year
),
-- what the parent has beyond all its areas
rest as (
    select m.table_id, m.measure_id, m.area_code, m.period, m.breakdown, any_value(p.value) - sum(c.value) as value
    from members m
    join origin.main.mart_observation p
        on p.table_id = m.table_id and p.measure_id = m.measure_id and p.area_code = m.parent_code
        and p.period = m.period and p.breakdown = m.breakdown
    join origin.main.dim_area d on d.parent_code = m.parent_code
    join origin.main.mart_observation c
        on c.table_id = m.table_id and c.measure_id = m.measure_id and c.area_code = d.area_code
        and c.period = m.period and c.breakdown = m.breakdown
    where m.with_rest
    group by all
)
select
    m.table_id, m.measure_id, m.area_code, m.period, m.breakdown, m.year, m.office, m.area_level,
    case when m.missing = 0 then (m.value + coalesce(r.value, 0))::bigint end as value,
    case when m.missing > 0 then m.obs_status when m.is_provisional then 'P' else 'A' end as obs_status,
    case when m.missing = 0 then m.qualifier else '' end as qualifier,
    case when m.missing > 0 then m.reason else '' end as reason, 'pooled' as origin, m.covers_period
from members m left join rest r using (table_id, measure_id, area_code, period, breakdown)
"""

_SUMS = """
with lines as (
    select p.pool_id, p.year, p.area_level, p.with_not_allocable, p.parent_code, s.indicator_id, s.breakdown
    from dim_pool p
    join (
        select indicator_id, breakdown, any_value(family) as family from sensitive_indicator
        group by all having count(distinct family) = 1 and max(lag_years) = 0
    ) s using (family)
    where p.is_published and s.indicator_id in (select indicator_id from indicator_of_family)
),
members as (
    select
        i.indicator_id, l.pool_id, i.period, i.breakdown, i.year, any_value(l.area_level) as area_level, i.kind,
        any_value(l.with_not_allocable) as with_rest, any_value(l.parent_code) as parent_code,
        case when count(i.numerator) = count(*) then sum(i.numerator) end as numerator,
        case when count(i.denominator) = count(*) then sum(i.denominator) end as denominator,
        case when bool_or(i.obs_status = 'P') then 'P' else 'A' end as obs_status,
        min(i.reason) filter (i.value is null and i.reason <> 'zero_denominator') as reason,
        coalesce(max(i.qualifier) filter (i.qualifier = 'at_least'), max(i.qualifier)) as qualifier,
        bool_and(i.covers_period) as covers_period
    from lines l
    join dim_pool_area a using (pool_id)
    join origin.main.mart_indicator i
        on i.indicator_id = l.indicator_id and i.breakdown = l.breakdown and i.area_code = a.area_code
        and i.year = l.year
    where not exists (
        select 1 from hidden_indicator h
        where h.indicator_id = i.indicator_id and h.breakdown = i.breakdown and h.level = i.area_level
    )
    group by i.indicator_id, l.pool_id, i.period, i.breakdown, i.year, i.kind
),
rest as (
    select
        m.indicator_id, m.pool_id, m.period, m.breakdown,
        any_value(p.numerator) - case when count(c.numerator) = count(*) then sum(c.numerator) end as numerator,
        any_value(p.denominator) - case when count(c.denominator) = count(*) then sum(c.denominator) end as denominator
    from members m
    join origin.main.mart_indicator p
        on p.indicator_id = m.indicator_id and p.area_code = m.parent_code and p.period = m.period
        and p.breakdown = m.breakdown
    join origin.main.dim_area d on d.parent_code = m.parent_code
    join origin.main.mart_indicator c
        on c.indicator_id = m.indicator_id and c.area_code = d.area_code and c.period = m.period
        and c.breakdown = m.breakdown
    where m.with_rest
    group by all
)
select
    m.indicator_id, m.pool_id, m.period, m.breakdown, m.year, m.area_level, m.kind,
    (m.numerator + case when m.with_rest then r.numerator else 0 end)::bigint,
    (m.denominator + case when m.with_rest then r.denominator else 0 end)::bigint,
    m.obs_status, m.reason, m.qualifier, m.covers_period
from members m left join rest r using (indicator_id, pool_id, period, breakdown)
order by all
"""
