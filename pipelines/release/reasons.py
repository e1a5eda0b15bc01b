"""Why figures differ between two releases: of each changed figure the reason, as far as anything says it.

Works on two databases that are attached, of the earlier and the later release, with the documents' relations beside
them (`doc_...`). It sees every figure and tells reasons only, codes of `contracts.reasons`; several, `|` between
them. '' = nothing says why. Whether that stops anything is `edition`'s word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contracts import Catalog, tables
from pipelines.release import relation

if TYPE_CHECKING:
    import duckdb

_RELATIONS = ("area_closure", "indicator_term", "indicator_meeting")
_TYPES = {"text": "varchar", "int": "integer", "bigint": "bigint", "bool": "boolean"}

CELL = ("table_id", "measure_id", "area_code", "period", "breakdown")
RATE = ("indicator_id", "area_code", "period", "breakdown")


def documents(connection: duckdb.DuckDBPyConnection, catalog: Catalog, before: dict[str, str]) -> None:
    """Lays the documents' relations that `lay` needs, and the documents that are others than those `before` (relative
    path -> sha256).
    """
    rows = tables.rows(catalog)
    for name in _RELATIONS:
        columns = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in tables.columns(name))
        relation.lay(connection, f"doc_{name}", columns, rows[name])
    changed = [(file,) for file in sorted({*before, *catalog.files}) if before.get(file) != catalog.files.get(file)]
    relation.lay(connection, "changed_document", "document varchar", changed)


def lay(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Lays `reason_of_cell` and `reason_of_rate`: a row per figure that differs between the databases attached as `old`
    and `new`, with its reason; and `step` (the columns of CELL, to_submission_id, reason): each revision by a return
    since. Needs what `documents` lays.
    """
    connection.execute(f"create temp table step as {_steps(connection, old, new)}")
    named = {
        "old": old, "new": new, "known": known(connection, old, new), "cell": ", ".join(CELL), "rate": ", ".join(RATE),
    }  # fmt: skip
    for statement in (
        _CHANGED_AREA, _CHANGED_CELL, _REASON_OF_DELIVERED, _REASON_OF_CELL, _CHANGED_RATE, _REASON_OF_RATE, _OF_SHARES
    ):  # fmt: skip
        connection.execute(statement.format(**named))


def known(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> str:
    """SELECT of (the columns of CELL, reason, rank): what documents and offices say of a cell; the lowest rank counts.

    A correction in effect, else the reasons given with the returns that changed it since (`step`) and with the refusal
    of the version that the earlier release showed, else a correction that is not in effect any more.
    """
    key = ", ".join(CELL)
    parts = []
    if _has(connection, new, "mart_correction"):
        parts.append(f"select {key}, reason, 1 as rank from {new}.main.mart_correction where state = 'in_effect'")
    said = _joined("s")
    parts.append(f"select {key}, {said} as reason, 2 as rank from step s group by {key} having {said} <> ''")
    if _has(connection, old, "mart_observation", "submission_id") and _has(
        connection, new, "mart_submission", "decision"
    ):
        of_cell = ", ".join(f"o.{column}" for column in CELL)
        parts.append(_REFUSED.format(old=old, new=new, cell=key, of_cell=of_cell))
    if _has(connection, old, "mart_correction"):
        parts.append(f"select {key}, 'correction', 3 as rank from {old}.main.mart_correction where state = 'in_effect'")
    return " union all ".join(parts)


def _steps(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> str:
    """SELECT of `step`: the revisions of the later release, less those that the earlier knew and less what came before
    the version that it showed. None where revisions are not kept.
    """
    if not _has(connection, new, "mart_revision"):
        nothing = ", ".join(f"''::varchar as {column}" for column in (*CELL, "to_submission_id", "reason"))
        return f"select {nothing} where false"
    key, since = ", ".join(CELL), ""
    if _has(connection, old, "mart_revision"):
        since = f"anti join {old}.main.mart_revision using ({key}, to_submission_id)"
    if _has(connection, old, "mart_observation", "submission_id"):
        of_cell = ", ".join(f"o.{column}" for column in CELL)
        since += _AFTER_WHAT_STOOD.format(old=old, new=new, cell=key, of_cell=of_cell)
    return (
        f"select {key}, to_submission_id, reason from {new}.main.mart_revision {since} "
        "where from_value is distinct from to_value"
    )


def unexplained(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The submissions that revised figures since and of which nobody said why. Needs what `lay` lays."""
    sql = "select distinct to_submission_id from step where reason = '' order by 1"
    return [id for (id,) in connection.execute(sql).fetchall()]


def _has(connection: duckdb.DuckDBPyConnection, database: str, table: str, column: str = "%") -> bool:
    sql = (
        "select 1 from duckdb_columns() where database_name = ? and schema_name = 'main' and table_name = ? "
        "and column_name like ?"
    )
    return connection.execute(sql, [database, table, column]).fetchone() is not None


def _joined(of: str) -> str:
    """Several reasons as one; nothing said of one of them is nothing said."""
    reason = f"{of}.reason"
    return f"case when bool_or({reason} = '') then '' else string_agg(distinct {reason}, '|' order by {reason}) end"


# An older version that comes late revises nothing of what the earlier release said.
_AFTER_WHAT_STOOD = """
anti join (
    select {of_cell}, t.submission_id as to_submission_id
    from {old}.main.mart_observation o
    join {new}.main.mart_submission f using (submission_id)
    join {new}.main.mart_submission t on o.table_id = t.table_id and o.period = t.period
        and f.unit_code = t.unit_code and t.effective_prepared_on is not null
        and (t.effective_prepared_on, t.effective_revision) <= (f.effective_prepared_on, f.effective_revision)
) as before using ({cell}, to_submission_id)
"""

# What a person took out of force was wrong: who said no more than that, said a correction.
_REFUSED = """
select {cell}, said, 2
from (
    select {of_cell}, coalesce(case when s.explained_by is not null then nullif(s.reason, '') end, 'correction') as said
    from {old}.main.mart_observation o join {new}.main.mart_submission s using (submission_id)
    where s.standing = 'refused' and s.decision = 'refuse'
) as refused
anti join (select {cell} from step where reason = '') as without using ({cell})
"""

# the areas of which another set of areas is made up in a period than the earlier release knew
_CHANGED_AREA = """
create temp table changed_area as
with known as (
    select 'old' as side, area_code, parent_code, valid_from, valid_to from {old}.main.dim_area
    union all
    select 'new' as side, area_code, parent_code, valid_from, valid_to from {new}.main.dim_area
),
touched as (
    select p.period, k.area_code, k.parent_code
    from {new}.main.dim_period p
    join known k on coalesce(k.valid_from <= p.end_on, true) and coalesce(k.valid_to >= p.end_on, true)
    group by all having count(*) = 1
)
select distinct t.period, a.ancestor_code as area_code
from touched t join doc_area_closure a on a.area_code in (t.area_code, t.parent_code)
"""

_CHANGED_CELL = """
create temp table changed_cell as
select {cell}, a.value as from_value, b.value as to_value, coalesce(b.origin, a.origin) as origin
from {old}.main.mart_observation a full join {new}.main.mart_observation b using ({cell})
where a.value is distinct from b.value
"""

_REASON_OF_DELIVERED = """
create temp table reason_of_delivered as
with known as ({known}),
told as (
    select {cell}, string_agg(distinct reason, '|' order by reason) as reason
    from (select * from known qualify rank = min(rank) over (partition by {cell})) group by {cell}
)
select
    c.*,
    case
        when t.reason is not null then t.reason
        when c.table_id = 'areas' then 'boundary'
        when c.table_id = 'returns' then 'late_return'
        when c.from_value is null then 'late_return'
        else ''
    end as reason
from changed_cell c left join told t using ({cell})
"""

_REASON_OF_CELL = f"""
create temp table reason_of_cell as
with parts as (
    select s.table_id, s.measure_id, s.area_code, s.period, s.breakdown, {_joined("p")} as reason
    from reason_of_delivered s
    join {{new}}.main.dim_period o on s.period = o.period
    join doc_area_closure a on s.area_code = a.ancestor_code
    join reason_of_delivered p
        on s.table_id = p.table_id and s.measure_id = p.measure_id and s.breakdown = p.breakdown
        and a.area_code = p.area_code
    join {{new}}.main.dim_period i on p.period = i.period
        and s.origin in ('summed', 'from_months') and s.reason = '' and p.origin = 'delivered'
        and i.start_on >= o.start_on and i.end_on <= o.end_on
    -- what is below an area that has delivered a figure itself is not in the sum
    where not exists (
        select 1
        from doc_area_closure up
        join doc_area_closure down on up.area_code = down.ancestor_code
        join {{new}}.main.mart_observation w on up.area_code = w.area_code
        where up.ancestor_code = s.area_code and down.area_code = p.area_code
            and up.distance > 0 and down.distance > 0 and w.origin = 'delivered'
            and w.table_id = p.table_id and w.measure_id = p.measure_id
            and w.period = p.period and w.breakdown = p.breakdown
    )
    group by all
)
select
    d.* exclude (reason),
    case
        when d.reason <> '' then d.reason
        when p.reason is not null then p.reason
        when d.origin = 'summed' and (d.period, d.area_code) in (from changed_area) then 'boundary'
        else ''
    end as reason
from reason_of_delivered d left join parts p using ({{cell}})
"""

_DEFINED = "kind, multiplier, decimals, by_dimension, numerator, denominator, share_level"

_CHANGED_RATE = f"""
create temp table changed_rate as
select
    {{rate}}, b.kind, a.value as from_value, [a.reason, b.reason] as states,
    coalesce(not a.numerator is distinct from b.numerator and a.denominator is distinct from b.denominator, false)
        as only_denominator,
    indicator_id in (
        select indicator_id from (select indicator_id, {_DEFINED} from {{new}}.main.dim_indicator
        except select indicator_id, {_DEFINED} from {{old}}.main.dim_indicator)
    ) as is_redefined,
    exists (
        select 1 from {{new}}.main.dim_indicator d where d.indicator_id = b.indicator_id
            and d.document in (select document from changed_document)
    ) or exists (
        select 1 from {{new}}.main.dim_target d where d.document in (select document from changed_document) and (
            d.indicator_id = b.indicator_id
            or (b.indicator_id, d.indicator_id) in (select indicator_id, meets_indicator_id from doc_indicator_meeting)
        )
    ) as is_reworded
from {{old}}.main.mart_indicator a join {{new}}.main.mart_indicator b using ({{rate}})
where (a.value, a.numerator, a.denominator) is distinct from (b.value, b.numerator, b.denominator)
"""

_REASON_OF_RATE = f"""
create temp table reason_of_rate as
with fed as (
    select r.indicator_id, r.area_code, r.period, r.breakdown, {_joined("c")} as reason
    from changed_rate r
    join doc_indicator_term t using (indicator_id, breakdown)
    join reason_of_cell c
        on t.table_id = c.table_id and t.measure_id = c.measure_id and t.in_breakdown = c.breakdown
        and r.area_code = c.area_code
        and r.period = lpad((substr(c.period, 1, 4)::int + t.lag_years)::varchar, 4, '0') || substr(c.period, 5)
    group by all
)
select
    r.*,
    case
        when r.is_redefined or list_contains(r.states, 'break_in_series') then 'method'
        when list_contains(r.states, 'boundary_change') then 'boundary'
        when r.only_denominator and r.kind <> 'share_of_areas' then 'denominator'
        when f.reason <> '' then f.reason
        when f.reason is null and r.is_reworded then 'method'
        when r.from_value is null then 'late_return'
        else ''
    end as reason
from changed_rate r left join fed f using ({{rate}})
"""

_OF_SHARES = f"""
update reason_of_rate s set reason = fed.reason
from (
    select r.indicator_id, r.area_code, r.period, r.breakdown, {_joined("p")} as reason
    from reason_of_rate r
    join doc_indicator_meeting m using (indicator_id)
    join doc_area_closure a on r.area_code = a.ancestor_code
    join reason_of_rate p
        on m.meets_indicator_id = p.indicator_id and a.area_code = p.area_code and r.period = p.period
    group by all
) as fed
where s.kind = 'share_of_areas' and s.reason = '' and s.indicator_id = fed.indicator_id
    and s.area_code = fed.area_code and s.period = fed.period and s.breakdown = fed.breakdown
"""
