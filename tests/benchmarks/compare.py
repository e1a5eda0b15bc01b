"""Two outcomes cell by cell: every figure and every rate of every area. How they came about is not known here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

_VALUES = {"observation": "value", "rate": "tenths"}
_OURS = {
    "observation": "select table_id, measure_id as measure, area_code, period, value "
    "from {at}.mart_observation where breakdown = '_T'",
    "rate": "select split_part(indicator_id, '_', 1) as table_id, split_part(indicator_id, '_', 2) as measure, "
    "area_code, period, value * 10 as tenths from {at}.mart_indicator where breakdown = '_T'",
}

_COUNT = """
select
    (select count(*) from {one}),
    count(*) filter (a.value <> b.value),
    count(*) filter (a.there and (b.there is null or (a.value is not null and b.value is null))),
    count(*) filter (b.value is not null and a.value is null)
    + (select count(*) from {two}) - (select count(*) from (select distinct * exclude (value) from {two}))
from {one} as a full join {two} as b using (table_id, measure, area_code, period)
"""
"""Of one return table at a time, so that a nation fits into memory. What stands twice is too much."""


@dataclass(frozen=True)
class Compared:
    """Cells of the truth; of those, with another value, and without any; values that stand where the truth has none."""

    cells: int
    different: int
    lacking: int
    more: int

    @property
    def equal(self) -> bool:
        """Whether every cell holds what the truth holds, and there is no other."""
        return not self.different + self.lacking + self.more


def compare(truth: Path, other: Path) -> dict[str, Compared]:
    """Of figures (`observation`) and rates (`rate`): the outcome in the folder `other` against that in `truth`.

    An outcome is `warehouse.duckdb`, a home of ours with its current release, or a Parquet file for each of the two.
    Raises duckdb.IOException for a folder without any.
    """
    found = {}
    with duckdb.connect() as con:
        sources = [_sources(con, folder, f"side{number}") for number, folder in enumerate((truth, other))]
        for table, value in _VALUES.items():
            one, two = (
                f"(select table_id, measure, area_code, period::varchar as period, {value} as value, true as there "
                f"from ({side[table]}) where table_id = $1)"
                for side in sources
            )
            parts = con.execute(f"select distinct table_id from ({sources[0][table]})").fetchall()
            counts = [con.execute(_COUNT.format(one=one, two=two), part).fetchall()[0] for part in parts]
            found[table] = Compared(*map(sum, zip(*counts, strict=True)))
    return found


def _sources(con: duckdb.DuckDBPyConnection, folder: Path, at: str) -> dict[str, str]:
    """Table -> SQL that yields its cells."""
    ours = folder / "releases" / "current" / "yearbook.duckdb"
    if (folder / "observation.parquet").exists():
        return {table: f"from '{folder / table}.parquet'" for table in _VALUES}
    con.execute(f"attach '{ours if ours.exists() else folder / 'warehouse.duckdb'}' as {at} (read_only)")
    if ours.exists():
        return {table: sql.format(at=at) for table, sql in _OURS.items()}
    return {table: f"from {at}.{table}" for table in _VALUES}
