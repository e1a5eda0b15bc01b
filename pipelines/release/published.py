"""What an edition says of the revisions of published figures: those that differ from the edition before, each with its
reason, and the tables that carry all revisions from edition to edition.

Only figures that are public today are told, whatever an earlier edition showed; a figure's first publication is no
revision. Reasons are found by `reasons`; that unexplained ones stop an edition is `edition`'s word.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.release import build, content, protocol, prune, public, read, reasons
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, engine
from pipelines.release.protect import Protection
from pipelines.release.published_tables import ACCUMULATED, COLUMNS, NAMES, REVISION, SAID, TABLES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Revised:
    """The revisions of an edition in the making. unexplained: a line for each figure that was final in the edition
    before and differs now, while nothing says why; waiting: how many of them are not there since a person has still
    to decide what stands; to_explain: the submissions that revised figures since and do not say why."""

    connection: duckdb.DuckDBPyConnection
    unexplained: list[str]
    waiting: int
    to_explain: list[str]

    def write(self, source: Path) -> tuple[dict[str, content.Content], list[tuple[str, str, str]]]:
        """Writes each table as Parquet into a folder. Returns table -> content, and what tables and columns mean."""
        found = {}
        for name in NAMES:
            select = f"select * from {quoted(name)} order by all"
            found[name] = content.of(self.connection, f"({select})")
            self.connection.execute(f"copy ({select}) to {build.text(source / f'{name}.parquet')} (format parquet)")
        return found, [(table, column, words) for (table, column), words in SAID.items()]


@contextmanager
def compared(
    home: Home, catalog: Catalog, candidate: Path, parent: str | None, edition_id: str, protected: Protection
) -> Iterator[Revised]:
    """What a candidate revises, as the edition `edition_id`, of the edition `parent`; None = it is the first.

    Of what is `protected` nothing is told, nor of the lines in which it stands: two sums tell who was revised.
    """
    with engine(spill=home.releases) as connection:
        connection.execute(f"attach {build.text(candidate / DATABASE)} as new (read_only)")
        connection.execute(f"create temp table {REVISION} ({', '.join(f'{n} {kind}' for n, kind in COLUMNS.items())})")
        found: list[tuple[Any, ...]] = []
        to_explain: list[str] = []
        if parent:
            _compare(connection, home, catalog, parent, edition_id, protected)
            found = connection.execute(_UNEXPLAINED, [edition_id]).fetchall()
            to_explain = reasons.unexplained(connection)
        for statement in TABLES:
            connection.execute(statement)
        yield Revised(connection, [_line(*row) for row in found], sum(row[-1] for row in found), to_explain)


def _compare(
    connection: duckdb.DuckDBPyConnection, home: Home, catalog: Catalog, parent: str, edition_id: str,
    protected: Protection,
) -> None:  # fmt: skip
    folder = home.releases / "versions" / parent
    connection.execute(f"attach {build.text(folder / DATABASE)} as one (read_only)")
    origin = home.releases / "versions" / (prune.origin_of(home, parent) or parent)
    if inside := origin != folder and (origin / DATABASE).is_file():
        connection.execute(f"attach {build.text(origin / DATABASE)} as old (read_only)")
    public.lay(connection, catalog, protected)
    reasons.documents(connection, catalog, protocol.said(home, parent).get("documents", {}))
    reasons.lay(connection, "old" if inside else "one", "new")
    withdrawn = [entry["release_id"] for entry in read.list_releases(home) if entry["withdrawn"]]
    connection.execute("create temp table withdrawn as select unnest($1::varchar[]) as edition", [withdrawn])
    for mart, key, state in _MARTS:
        for side in ("one", "new"):
            select = public.shown_of(side, mart, [*key, "year", "area_level", "value", "obs_status", "reason"])
            connection.execute(f"create temp table {side}_{mart} as {select}")
        named = {
            "mart": mart, "key": ", ".join(key), "state": state, "edition": edition_id, "since": parent,
            "whose": ", ".join(c if c in key else f"'' as {c}" for c in ("table_id", "measure_id", "indicator_id")),
        }  # fmt: skip
        connection.execute(_REVISED.format(**named))
    connection.execute(_GONE)
    if connection.execute(_EARLIER, [REVISION]).fetchone():
        connection.execute(ACCUMULATED)


def _line(
    mart: str, name: str, area: str, period: str, breakdown: str, before: str, now: str | None, waits: bool
) -> str:
    of = "" if breakdown == "_T" else f" {breakdown}"
    after = " (waits for a person)" if waits else ""
    return f"{mart}: {name} {area} {period}{of}: {_plain(before)} -> {_plain(now) if now else 'nothing'}{after}"


def _plain(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


_MARTS = (
    ("mart_observation", reasons.CELL, "reason_of_cell"),
    ("mart_indicator", reasons.RATE, "reason_of_rate"),
)

_REVISED = f"""
insert into {REVISION}
select
    '{{edition}}', '{{since}}', '{{mart}}', {{whose}}, area_code, period, breakdown, b.year, b.area_level,
    a.value::decimal(28, 6), b.value::decimal(28, 6), b.value::decimal(28, 6) - a.value::decimal(28, 6),
    case
        when coalesce(r.reason, '') <> '' then r.reason
        when a.value is not null and a.obs_status <> 'P' then 'acknowledged'
        else 'provisional'
    end,
    a.value is not null and a.obs_status <> 'P', false
from one_{{mart}} a join new_{{mart}} b using ({{key}}) left join {{state}} r using ({{key}})
where a.value is distinct from b.value
"""

_GONE = """
create temp table gone as
with lost as (
    select 'mart_observation' as mart, table_id || '.' || measure_id as name, area_code, period, breakdown, value,
        coalesce(d.document, '') as document
    from one_mart_observation
    anti join new_mart_observation using (table_id, measure_id, area_code, period, breakdown)
    left join one.main.dim_return d using (table_id)
    where value is not null and obs_status <> 'P'
    union all
    select 'mart_indicator', indicator_id, area_code, period, breakdown, value, d.document
    from one_mart_indicator anti join new_mart_indicator using (indicator_id, area_code, period, breakdown)
    left join one.main.dim_indicator d using (indicator_id)
    where value is not null and obs_status <> 'P'
)
select * from lost
where document not in (select document from changed_document)
    and area_code in (
        select area_code from (
            select area_code, valid_from, valid_to from one.main.dim_area
            intersect select area_code, valid_from, valid_to from new.main.dim_area
        )
    )
"""
"""Final figures that are not there at all any more, though their document is the same and so is their area."""

_UNEXPLAINED = f"""
select mart, case when table_id <> '' then table_id || '.' || measure_id else indicator_id end, area_code, period,
    breakdown, from_value::varchar, to_value::varchar,
    to_value is null and coalesce(
        (
            select o.reason from new_mart_observation o where r.mart = 'mart_observation'
                and r.table_id = o.table_id and r.measure_id = o.measure_id and r.area_code = o.area_code
                and r.period = o.period and r.breakdown = o.breakdown
            union all
            select i.reason from new_mart_indicator i where r.mart = 'mart_indicator'
                and r.indicator_id = i.indicator_id and r.area_code = i.area_code and r.period = i.period
                and r.breakdown = i.breakdown
        ) = 'held', false
    ) as waits
from {REVISION} r where reason = 'acknowledged' and edition = $1
union all
select mart, name, area_code, period, breakdown, value::varchar, null, false from gone
order by 1 desc, 2, 3, 4, 5
"""

_EARLIER = "select 1 from duckdb_tables() where database_name = 'one' and table_name = ?"
