"""The rows that a rule looks at: frames per rule and block of years, made by SQL from the private build (read only).

Every frame has the key of a figure (subject, measure_id, area_code, period, breakdown, year), `left` and
`right` (NULL when nothing can be decided), and `explained`: is what is missing here missing for a stated
reason? `shown` and `wanted` are the two sides as people are told of them, where that is not what is compared; `spoken`
puts them into words. The SQL of each kind stands in a module of its own; what the documents say enters as temporary
tables, never through the build itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import memory
from pipelines.contracts import periods, tables
from pipelines.contracts.catalog import Catalog
from pipelines.validation import (
    chance,
    columns,
    computed,
    corrections,
    exact,
    figures,
    indicators,
    pairs,
    places,
    scorecard,
    steps,
    structure,
    whole,
)  # fmt: skip
from pipelines.validation import today as today_
from pipelines.validation import years as years_
from pipelines.validation.engine import scale
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

KEY = ("subject", "measure_id", "area_code", "period", "breakdown")
_RELATIONS = (
    "area", "area_closure", "breakdown", "breakdown_part", "measure", "measure_part",
    "indicator", "indicator_level", "indicator_meeting", "indicator_term", "target",
    "area_reshaped", "series_break", "series_break_scope", "series_break_figure",
)  # fmt: skip
_PANDAS = {"text": "str", "int": "int64", "bigint": "int64", "bool": "bool"}
_MAKERS = {
    **figures.MAKERS, **structure.MAKERS, **steps.MAKERS, **indicators.MAKERS, **scorecard.MAKERS,
    **whole.MAKERS, **places.MAKERS, **corrections.MAKERS, **years_.MAKERS, **today_.MAKERS,
}  # fmt: skip

FRAME = 250_000
"""Rows that are in Python's memory at once."""
_OVER_YEARS = ("repeated", "vanished", "allocated")
"""Kinds that are said of all years at once."""
STREAMED = (
    "explained", "not_negative", "maximum", "indicator_explained", "indicator_exact", "indicator_not_negative",
    "indicator_part", "indicator_plausible", "history",
)  # fmt: skip
"""Kinds whose query joins no rows with each other and adds up none: it streams, however many years are asked for."""


def connect(file: Path) -> duckdb.DuckDBPyConnection:
    """Opens a private build: read only, no extensions, no other files."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "python_enable_replacements": "false",
        "memory_limit": memory.limit(),
    }
    return duckdb.connect(file, read_only=True, config=config)


def define(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Lays the documents beside the build as temporary tables named `doc_...`, and the periods the build
    holds.
    """
    import pandas as pd

    rows = tables.rows(catalog)
    for name in _RELATIONS:
        columns = tables.columns(name)
        frame = pd.DataFrame(rows[name], columns=[column for column, _ in columns])
        frame = frame.astype({column: _PANDAS[kind] for column, kind in columns})
        _temporary(connection, f"doc_{name}", frame)
    sql = "select period from marts.mart_observation union select period from marts.mart_indicator"
    texts = [row[0] for row in connection.execute(sql).fetchall()]
    found = [periods.parse(text) for text in texts]
    columns = {
        "period": pd.Series(texts, dtype="str"),
        "period_start": pd.Series([period.start.isoformat() for period in found], dtype="str"),
        "period_end": pd.Series([period.end.isoformat() for period in found], dtype="str"),
        "year": pd.Series([period.year for period in found], dtype="int64"),
        "months": pd.Series([period.months for period in found], dtype="int64"),
        "frequency": pd.Series([period.frequency for period in found], dtype="str"),
    }
    _temporary(connection, "doc_period", pd.DataFrame(columns))
    connection.execute(_THERE)


_THERE = """
create or replace temp view doc_area_there as
select area_code, parent_code, level, period, period_end, year, months
from doc_area join doc_period on period_end between valid_from and valid_to
"""
"""Which areas a period has: those of its last day. No rule says it again."""


def _temporary(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    if "valid_to" in frame:  # '' = not limited
        frame["valid_to"] = frame["valid_to"].replace("", "9999-12-31")
    connection.register("incoming", frame)
    connection.execute(f"create or replace temp table {name} as select * from incoming")
    connection.unregister("incoming")


def years(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> dict[str, dict[str, int]]:
    """Which years hold data, with the number of rows: the years that each rule must cover (`Rule.years` names
    the key).

    A table's `in_force` years are those of its accepted submissions too, so that figures lost on the way are
    missed.
    """
    found: dict[str, dict[str, int]] = {
        key: {}
        for key in (
            "figures:", "indicators:", "computed", "coverage", "verdicts", "places", "limits", "shares", "corrections",
            "years", "today",
        )
    }  # fmt: skip
    for table in catalog.returns.values():
        found |= {f"figures:{table.table}": {}, f"in_force:{table.table}": {}}
        found |= {f"reported:{table.table}.{column.id}": {} for column in table.reported}
    found |= {f"indicators:{id}": {} for id in catalog.indicators}
    counted = connection.execute(_YEARS).fetchall()
    others = (
        computed.years(connection, catalog), scorecard.years(connection, catalog), years_.years(connection),
        today_.years(connection, catalog),
    )  # fmt: skip
    for key, year, rows in chain(counted, *others):
        if key in found:  # tables that the product counts itself have no document, hence no rules
            total = f"{key.partition(':')[0]}:"
            for each in (key, total) if total in found else (key,):
                found[each][str(year)] = found[each].get(str(year), 0) + rows
    for table in catalog.returns:
        for year in found[f"figures:{table}"]:
            found[f"in_force:{table}"].setdefault(year, 1)
    return {key: dict(sorted(of.items())) for key, of in found.items()}


_YEARS = """
select 'figures:' || table_id as key, year, count(*) as n from marts.mart_observation group by all
union all
select 'in_force:' || table_id, year, count(*)
from marts.mart_coverage where submission_id is not null group by all
union all
select 'indicators:' || indicator_id, year, count(*) from marts.mart_indicator group by all
union all
select 'coverage', year, count(*) from marts.mart_coverage group by all
union all
select 'corrections', year, count(*) from marts.mart_correction group by all
union all
select 'reported:' || table_id || '.' || reported_id, year, count(*) from marts.mart_reported group by all
order by 1, 2
"""


def lay(connection: duckdb.DuckDBPyConnection, rule: Rule, first: int, last: int) -> None:
    """Lays beside the build, once for all blocks of the years from first to last, what a rule that looks over years
    needs: for each block it would read the years before again.
    """
    if rule.kind in ("history", "swapped"):
        steps.lay(connection, rule, first, last)
    if rule.kind in _OVER_YEARS:
        sql, parameters = _MAKERS[rule.kind](rule)
        rows = f"select * from ({sql}) where year between $first and $last"
        connection.execute(
            f"create or replace temp table over_years as {rows}", parameters | {"first": first, "last": last}
        )


def of(connection: duckdb.DuckDBPyConnection, rule: Rule, block: list[int]) -> Iterator[pd.DataFrame]:
    """The rule's rows in these years (first to last of the block), in any order, FRAME of them at a time; no frame is
    empty. The connection is theirs until the last is taken. Raises duckdb.Error.
    """
    import pyarrow as pa

    sql, parameters = query(connection, rule, block[0], block[-1])
    for batch in connection.execute(sql, parameters).to_arrow_reader(FRAME):
        if batch.num_rows:
            yield _frame(rule, pa.Table.from_batches([batch]))


def _frame(rule: Rule, rows: pa.Table) -> pd.DataFrame:
    """Rows with `decided`: are both sides there? Texts stay in Arrow's memory: no row becomes Python objects before it
    fails.
    """
    import pandas as pd
    import pyarrow as pa

    whole_numbers = {pa.int64(): pd.Int64Dtype()}  # they stay whole where some are missing
    found = rows.to_pandas(types_mapper=whole_numbers.get)
    if rule.kind == "indicator_exact":
        found["right"] = columns.published(*(found[name] for name in indicators.EXACT))
    if rule.kind == "scorecard_verdicts":
        found["right"] = [
            _verdict(*row) for row in zip(*(_plain(found[name]) for name in scorecard.EXACT), strict=True)
        ]
    if rule.kind == "indicator_limits":
        found["right"] = [
            _limits(*row) for row in zip(*(_plain(found[name]) for name in scorecard.LIMITS), strict=True)
        ]
    if rule.kind == "year_of_months":
        found["right"] = [_year(*row) for row in zip(*(_plain(found[name]) for name in years_.EXACT), strict=True)]
    if rule.kind == "indicator_plausible":
        factor = 10 ** scale(rule)
        values = [None if text is None else int(Decimal(text) * factor) for text in _plain(found["left"])]
        found["left"] = pd.Series(values, dtype=object)
    found["decided"] = True if rule.compare == "present" else found["left"].notna()
    if "right" in found and rule.compare in ("equal", "at_least", "at_most"):
        found["decided"] &= found["right"].notna()
    return found


def query(connection: duckdb.DuckDBPyConnection, rule: Rule, first: int, last: int) -> figures.Query:
    """The rule's SQL for the years from first to last, with its parameters; reads what `lay` laid for all years, and
    lays what it needs of these.
    """
    if rule.kind == "swapped":
        pairs.lay(connection, rule, first, last)
        whole.judge(connection)
    sql, parameters = ("from over_years", {}) if rule.kind in _OVER_YEARS else _MAKERS[rule.kind](rule)
    return f"select * from ({sql}) where year between $first and $last", parameters | {"first": first, "last": last}


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a frame by year, then by key and their other columns: in whichever blocks the years were looked at."""
    by = ["year", *(name for name in frame.columns if name != "year")]
    return frame.sort_values(by, kind="stable") if len(frame) > 1 else frame


def _verdict(
    top: str | None, upper: str | None, bottom: str, times: str, operator: str | None, target: str, of: str,
    qualifier: str, is_judged: bool, kind: str,
) -> str:  # fmt: skip
    """The verdict, where there is one its reliability, and where there is a value of a whole year its distance."""
    if operator is None:
        return "no_verdict"
    if top is None or not is_judged:
        return "no_data"
    k, n, per, goal, whole = int(top), int(bottom), int(times), int(target), int(of)
    said = [exact.verdict(k, _whole(upper), n, per, operator, goal, whole, qualifier)]
    if said != ["no_data"]:
        said.append(chance.reliability(kind, k, n, operator, (goal, whole * per), qualifier))
    return ", ".join([*said, exact.published(k * per * whole - goal * n, n * whole, 1, 6, False)])


def _limits(found: str, kind: str, top: str | None, bottom: str | None, times: str, qualifier: str) -> str:
    return chance.limits(found, kind, _whole(top), _whole(bottom), int(times), qualifier)


def _year(over_time: str, parts: str) -> str:
    split = [tuple(map(int, part.split(":"))) for part in parts.split(";") if part]
    made = exact.year(over_time, [(start, months, figure) for start, months, figure in split])
    return "none" if made is None else str(made)


def _plain(values: Any) -> list[Any]:
    """A column as a list in which whatever is missing is None."""
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def _whole(text: Any) -> int | None:
    return int(text) if isinstance(text, str) else None
