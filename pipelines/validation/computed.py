"""The years in which an indicator is to be computed, by the figures that there are. See `frames.years`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.contracts import Catalog, periods, tables

if TYPE_CHECKING:
    import duckdb


def years(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Iterator[tuple[str, int, int]]:
    """(key, year, rows) of what is published, and of figures that a formula names for areas of its levels.

    Never of what is published alone, so that one left out is missed; and not of every figure, since the first return
    of a year may feed no indicator at all.
    """
    sql = "select year, count(*) from marts.mart_indicator where coalesce(kind, '') <> 'share_of_areas' group by all"
    for year, rows in connection.execute(sql).fetchall():
        yield "computed", year, rows
    wanted = _wanted(catalog)
    sql = (
        "select table_id, measure_id, breakdown, area_level, period, year, count(*) from marts.mart_observation "
        "where value is not null group by all"
    )
    for table, measure, breakdown, level, period, year, rows in connection.execute(sql).fetchall():
        if (table, measure, breakdown, level, periods.parse(period).frequency) in wanted:
            yield "computed", year, rows


def _wanted(catalog: Catalog) -> set[tuple[str, str, str, str, str]]:
    """(table, measure, breakdown, level, frequency) of the figures of its own period that some formula names.

    Areas are counted in every period that is looked at; beside figures of returns they are no reason to compute one.
    """
    relations = tables.rows(catalog)
    frequency = {row[0]: row[-1] for row in relations["indicator"]}
    levels: dict[str, list[str]] = {}
    for indicator, level in relations["indicator_level"]:
        levels.setdefault(indicator, []).append(level)
    delivered = {row[0] for row in relations["indicator_term"] if row[3] != "areas"}
    return {
        (table, measure, breakdown, level, frequency[indicator])
        for indicator, _, _, table, measure, breakdown, lag, _ in relations["indicator_term"]
        if not lag and (table != "areas" or indicator not in delivered)
        for level in levels[indicator]
    }
