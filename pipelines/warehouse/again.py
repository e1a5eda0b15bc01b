"""A private build that starts from the one of the current candidate, and makes only the years again that were touched.

Kept is one build, in the cache, with the inputs it was made from; whoever deletes it pays for a whole build, no more.
It serves when only submissions, decisions, figures or due dates differ. Which rows of a model a year touches is said by
the `reach` in its `meta` (dbt_project.yml); how a table is made in part is dbt's business (macros/touched.sql).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import memory
from pipelines.home import Home, file_digest
from pipelines.warehouse import build, spark

if TYPE_CHECKING:
    import duckdb

KEPT = "kept-build"
"""Folder in the cache: the private build, its inputs but for the batches, and what both were when they were kept."""
REACHES = ("same", "lagged", "after")
"""How far what differs in a year is felt: in that year; also where a formula looks back to it; in all years after."""
EARLIER = "earlier"
"""Beside them in `again.touched`: the years that are read where the lagged ones are made again."""

_FACTS = "kept.json"
_SMALL = 256 * 1024**2
"""Bytes up to which nobody minds how much of a private build is dead."""
_BY_ROW = ("submission", "decision", "expected")
"""Relations whose rows may differ; `figure` may have more batches, and `today` may be another day."""
_OF_TODAY = ("correction", "area_name")
"""Relations of the documents in which a day is held against today's."""


@dataclass(frozen=True)
class Again:
    """From which build a build started. `warehouse`: sha256 of that build. `subjects`: table or indicator ('' for rows
    of neither) -> the calendar years, by the first four signs of `period`, in which a mart that has a `period` differs
    from it; 0 stands for rows that name none.
    """

    warehouse: str
    subjects: Mapping[str, frozenset[int]]

    @property
    def years(self) -> frozenset[int]:
        """The years of all."""
        return frozenset[int]().union(*self.subjects.values())


def started_from(run_dir: Path) -> Again | None:
    """From which build a run's build started; None when it was built whole, or when that cannot be said."""
    file = build.target(run_dir) / build.AGAIN
    try:
        sealed = json.loads((file.parent / build.SEAL).read_bytes())
        if sealed["again"] != file_digest(file):
            return None
        said = json.loads(file.read_bytes())
        return Again(said["warehouse"], {name: frozenset(years) for name, years in said["subjects"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def start(home: Home, run_dir: Path) -> list[int] | None:
    """Lays down the kept build for a run whose inputs are written, and in it which years dbt makes again.

    Returns the years in which the inputs differ; None when everything is built: then no build lies in the folder.
    """
    import duckdb

    warehouse, kept = build.warehouse(run_dir), home.cache / KEPT
    for left in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        left.unlink(missing_ok=True)
    (build.target(run_dir) / build.AGAIN).unlink(missing_ok=True)
    if spark.chosen():  # there every build is whole
        return None
    try:
        facts = json.loads((kept / _FACTS).read_bytes())
        years = _touched(kept, facts, run_dir)
        if years is None:
            return None
        shutil.copyfile(kept / warehouse.name, warehouse)
        if file_digest(warehouse) != facts["warehouse"]:
            raise ValueError
        with duckdb.connect(warehouse, config=memory.bound()) as connection:
            connection.execute("create schema again; create table again.touched (reach text, year text)")
            rows = [(reach, f"{year:04d}") for reach, reached in _reached(run_dir, years).items() for year in reached]
            if rows:
                connection.executemany("insert into again.touched values (?, ?)", rows)
    except (OSError, ValueError, KeyError, TypeError, duckdb.Error):
        warehouse.unlink(missing_ok=True)
        return None
    return sorted(years)


def finish(home: Home, run_dir: Path) -> None:
    """Once dbt has ended: keeps where the build differs from the one it started from, if it did, and seals it."""
    import duckdb

    told = build.target(run_dir) / build.AGAIN
    told.unlink(missing_ok=True)
    with duckdb.connect(build.warehouse(run_dir), config=memory.bound()) as connection:
        if connection.execute("select 1 from duckdb_tables() where schema_name = 'again'").fetchone():
            # Where the kept one is gone by now, nothing is said, and nothing taken over.
            with contextlib.suppress(OSError, ValueError, KeyError, duckdb.Error):
                kept = home.cache / KEPT
                facts = json.loads((kept / _FACTS).read_bytes())
                subjects = _differing(connection, kept / build.warehouse(run_dir).name, build.target(run_dir))
                said = {"warehouse": facts["warehouse"], "subjects": subjects, "whole_bytes": facts["whole_bytes"]}
                told.write_text(json.dumps(said) + "\n", encoding="utf-8")
            connection.execute("drop schema again cascade")
    build.seal(run_dir)


def clear(home: Home) -> None:
    """Removes what is left of a run that was killed while it kept its build."""
    for left in home.cache.glob(".kept-*"):
        shutil.rmtree(left, ignore_errors=True)


def keep(home: Home, run_dir: Path) -> None:
    """Keeps the build of the candidate that was just published in place of the one before: the whole or nothing."""
    warehouse = build.tested(run_dir)
    clear(home)
    with (
        contextlib.suppress(OSError, ValueError, KeyError),
        tempfile.TemporaryDirectory(dir=home.cache, prefix=".kept-") as temporary,
    ):
        made = Path(temporary) / "made"
        shutil.copytree(run_dir / "inputs", made / "inputs", ignore=shutil.ignore_patterns("figure"))
        try:
            os.link(build.warehouse(run_dir), made / build.warehouse(run_dir).name)
        except OSError:  # the cache is on a disk of its own
            shutil.copyfile(build.warehouse(run_dir), made / build.warehouse(run_dir).name)
        size = build.warehouse(run_dir).stat().st_size
        again = build.target(run_dir) / build.AGAIN
        facts = {
            "warehouse": warehouse,
            "made_by": _made_by(),
            "whole_bytes": json.loads(again.read_bytes())["whole_bytes"] if again.exists() else size,
            "inputs": _digests(made / "inputs"),
        }
        (made / _FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        with contextlib.suppress(FileNotFoundError):
            (home.cache / KEPT).rename(Path(temporary) / "before")
        made.rename(home.cache / KEPT)


def _made_by() -> str:
    return f"{build.fingerprint()} {version('duckdb')}{' spark' if spark.chosen() else ''}"


def _digests(inputs: Path) -> dict[str, str]:
    return {path.stem: file_digest(path) for path in sorted(inputs.glob("*.parquet"))}


def _touched(kept: Path, facts: dict[str, Any], run_dir: Path) -> set[int] | None:
    """The years in which the inputs of a run differ from the kept ones; None when more differs than years tell."""
    import duckdb

    before, now = kept / "inputs", run_dir / "inputs"
    were, are = _digests(before), _digests(now)
    if were != facts["inputs"] or facts["made_by"] != _made_by() or were.keys() != are.keys():
        return None
    if (kept / build.warehouse(run_dir).name).stat().st_size > max(2 * facts["whole_bytes"], _SMALL):
        return None  # more than half of it is dead
    differing = {name for name in are if are[name] != were[name]}
    if differing - {*_BY_ROW, "today"} or ("today" in differing and _begins_or_ends(before, now)):
        return None
    batches = [set(json.loads((folder / "inputs.json").read_bytes())["batches"]) for folder in (before, now)]
    if batches[0] - batches[1]:
        return None
    found: set[int] = set()
    with duckdb.connect(config=memory.bound()) as connection:
        for name in differing & {*_BY_ROW}:
            found |= _years_of(connection, _query(name, before, now))
        if more := [str(now / "figure" / batch) for batch in sorted(batches[1] - batches[0])]:
            figures = ", ".join(_text(file) for file in more)
            found |= _years_of(connection, f"select period from read_parquet([{figures}])")
    return found - {0}


def _query(name: str, before: Path, now: Path) -> str:
    """Selects the period of every row of a relation that stands on one side only."""
    old, new = (f"select * from read_parquet({_text(folder / f'{name}.parquet')})" for folder in (before, now))
    rows = f"(({old} except all {new}) union all ({new} except all {old}))"
    if name != "decision":
        return f"select period from {rows}"
    both = " union all ".join(f"select * from read_parquet({_text(f / 'submission.parquet')})" for f in (before, now))
    return (
        f"select told.period from {rows} as decided "
        f"join ({both}) as told on decided.about = 'submission' and decided.subject = told.submission_id"
    )


def _years_of(connection: duckdb.DuckDBPyConnection, periods: str) -> set[int]:
    """The years of a query's column `period`; 0 where none is named."""
    sql = f"select distinct coalesce(substr(period, 1, 4), '') from ({periods})"
    return {int(year or 0) for (year,) in connection.execute(sql).fetchall()}


def _begins_or_ends(before: Path, now: Path) -> bool:
    """Is any day between the two, or one of them, written in what the documents hold against today's?"""
    import pyarrow.parquet as pq

    first, last = sorted(pq.read_table(folder / "today.parquet")["today"][0].as_py() for folder in (before, now))
    rows = (row for name in _OF_TODAY for row in pq.read_table(now / f"{name}.parquet").to_pylist())
    return any(isinstance(value, str) and first <= value <= last for row in rows for value in row.values())


def _reached(run_dir: Path, years: set[int]) -> dict[str, set[int]]:
    """Reach -> the years that are made again; and the earlier ones that are read for the lagged."""
    import pyarrow.parquet as pq

    terms = pq.read_table(run_dir / "inputs" / "indicator_term.parquet", columns=["lag_years"])["lag_years"].to_pylist()
    periods = pq.read_table(run_dir / "inputs" / "period.parquet", columns=["period"])["period"].to_pylist()
    lagged = {year + lag for year in years for lag in {0, *terms}}
    after = {int(period[:4]) for period in periods if years and int(period[:4]) >= min(years)}
    earlier = {year - lag for year in lagged for lag in {0, *terms}}
    return {"same": years, "lagged": lagged, "after": after | lagged, EARLIER: earlier}


def _differing(connection: duckdb.DuckDBPyConnection, kept: Path, target: Path) -> dict[str, list[int]]:
    """Table or indicator -> the years in which a mart with a period differs from the kept build, of those that were
    made again.
    """
    connection.execute(f"attach {_text(kept)} as kept (read_only)")
    nodes = json.loads((target / "manifest.json").read_bytes())["nodes"].values()
    reaches = {node["name"]: node["config"]["meta"].get("reach") for node in nodes if node["resource_type"] == "model"}
    found: dict[str, set[int]] = {}
    marts = (
        "select table_name, list(column_name) from duckdb_columns() where database_name = 'kept' "
        "and schema_name = 'marts' and column_name in ('period', 'table_id', 'indicator_id') group by 1 order by 1"
    )
    for mart, named in connection.execute(marts).fetchall():
        if "period" not in named:
            continue
        subjects = ", ".join(f"coalesce({name}, '')" for name in named if name != "period") or "''"
        where = _among(connection, reaches[mart]) if reaches[mart] else "true"
        sides = " union all ".join(
            f"select *, {side} as _side from {place}marts.{mart} where {where}"
            for place, side in (("", 1), ("kept.", -1))
        )
        # As `except all` both ways, in a third of its time: a row that stands on both sides as often adds up to 0.
        differing = f"select * exclude (_side) from ({sides}) group by all having sum(_side) <> 0"
        rows = f"select distinct unnest([{subjects}]), coalesce(substr(period, 1, 4), '') from ({differing})"
        for subject, year in connection.execute(rows).fetchall():
            found.setdefault(subject, set()).add(int(year or 0))
    connection.execute("detach kept")
    return {subject: sorted(years) for subject, years in sorted(found.items())}


def _among(connection: duckdb.DuckDBPyConnection, reach: str) -> str:
    """The condition on `period` of macros/touched.sql."""
    query = "select year from again.touched where reach = ? order by 1"
    years = [year for (year,) in connection.execute(query, [reach]).fetchall()]
    if not years:
        return "false"
    listed = ", ".join(map(_text, years))
    return f"period between '{years[0]}' and '{years[-1]}~' and substr(period, 1, 4) in ({listed})"


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
