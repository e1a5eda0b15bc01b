"""What dbt reads, as Parquet: the catalog's relations, submissions, persons' decisions, periods, what is due, the
boundaries of the day, limits of counts, figures.

Only laying out: which submission wins and what a figure becomes is dbt's business.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Catalog, tables
from pipelines.contracts.periods import Period, parse, shift
from pipelines.warehouse import boundaries, poisson
from pipelines.warehouse.due import Owed, expected

FROM_REGISTER: dict[str, str] = {
    "submission": "number bigint, submission_id text, delivery_sha256 text, file_name text, office text, "
    "table_id text, period text, unit text, prepared_on text, revision int, supersedes text, partial bool, "
    "obs_status text, coverage_months int, content_hash text, contract_version text, contract_hash text, "
    "verdict text, figures bigint, finding_count int, batch_id text, accepted_at text, reason text, because text",
    "decision": "number bigint, about text, subject text, kind text, outcome text, reason text, because text, "
    "decided_by text, decided_at text, seen text",
    "period": "period text, start_on text, end_on text, year int, frequency text, months int, previous text, "
    "calendar_year text",
    "expected": "table_id text, office text, period text, unit_code text, due_on text, has_passed bool",
    "today": "today text",
    "figure": "submission_id text, table_id text, measure_id text, area_code text, period text, "
    "breakdown text, value bigint, reported decimal, obs_status text, qualifier text, sheet text, row int, "
    "col int, raw text",
}
"""Relations beside those of the catalog, with their columns; `figure` is a folder of committed batches."""

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "bool": pa.bool_(),
    "decimal": pa.decimal128(38, 12),
    "double": pa.float64(),
}


_AT_ONCE = 20_000
"""Rows of a relation that are laid out in memory together."""


def schema(name: str) -> pa.Schema:
    """The Arrow schema of a relation; no column but `value`, `reported` and `maximum` is ever NULL."""
    stated = (FROM_REGISTER | boundaries.COLUMNS | poisson.COLUMNS).get(name) or tables.COLUMNS[name]
    return pa.schema([(part.split()[0], _TYPES[part.split()[1]]) for part in stated.split(", ")])


def write(
    catalog: Catalog,
    run_dir: Path,
    submissions: Iterable[dict[str, Any]],
    batches: Sequence[Path],
    today: date | None = None,
    decisions: Sequence[dict[str, Any]] = (),
) -> Path:
    """Writes `inputs/` of a run anew: a Parquet file per relation, links to the batches. Returns the folder.

    `submissions` are rows of landing.register.export, `batches` the committed batch files, `today` the day by
    which due dates have passed and on whose boundaries areas are seen as today's (default: now, in the calendar's
    time zone), `decisions` rows of landing.decisions.export. What was known is kept beside them, in `inputs.json`: the
    day, the time of the last decision (on a submission by the gate, or by a person), how many decisions of persons,
    the batches.
    """
    folder = run_dir / "inputs"
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "figure").mkdir(parents=True)
    today = today or datetime.now(ZoneInfo(catalog.calendar.time_zone)).date()
    periods: set[str] = set()
    last = max((row["decided_at"] for row in decisions), default="")

    def judged() -> Iterator[dict[str, Any]]:
        nonlocal last
        for row in submissions:
            last = max(last, row["accepted_at"])
            if row["verdict"] == "accepted":
                periods.add(row["period"])
            yield row

    def owed() -> Iterator[Owed]:
        for row in expected(catalog, today):
            periods.add(row[2])
            yield row

    def described() -> Iterator[Sequence[Any]]:
        yield from _periods(catalog, _with_years(periods))

    found: dict[str, Iterable[Sequence[Any]]] = {
        **tables.rows(catalog),
        **boundaries.rows(catalog, today),
        "submission": _from_rows("submission", judged()),
        "decision": _from_rows("decision", decisions),
        "expected": owed(),
        "period": described(),  # of what the two above named on their way
        "today": [(today.isoformat(),)],
        "poisson_limit": poisson.rows(),
    }
    counts = {name: _write(folder / f"{name}.parquet", schema(name), rows) for name, rows in found.items()}
    _write(folder / "figure" / "none.parquet", schema("figure"), [])
    for batch in batches:
        (folder / "figure" / batch.name).symlink_to(batch.absolute())
    facts = {
        "today": today.isoformat(),
        "decided_until": last,
        "decisions": len(decisions),
        "batches": [batch.name for batch in batches],
        "rows": counts,
    }
    (folder / "inputs.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return folder


def decisions_of(run_dir: Path) -> list[dict[str, Any]]:
    """The decisions of persons that a run knows, as `write` was given them."""
    return pq.read_table(run_dir / "inputs" / "decision.parquet").to_pylist()


def _write(path: Path, form: pa.Schema, rows: Iterable[Sequence[Any]]) -> int:
    """Writes a relation, a part of the rows at a time: there may be more than memory should hold. Returns how many."""
    remaining, count = iter(rows), 0
    with pq.ParquetWriter(path, form, compression="zstd") as writer:
        while part := list(islice(remaining, _AT_ONCE)):
            columns = zip(form, zip(*part, strict=True), strict=True)
            arrays = [pa.array(values, type=field.type) for field, values in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=form))
            count += len(part)
    return count


def _from_rows(name: str, rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    values = itemgetter(*schema(name).names)
    return map(values, rows)


def _periods(catalog: Catalog, texts: set[str]) -> Iterable[Sequence[Any]]:
    """The periods and, as far as any formula looks back, the same periods of earlier years."""
    terms = (
        term
        for sides in map(catalog.sides, catalog.indicators.values())
        for side in sides.values()
        for term in side[0] + side[1]
    )
    years = max((term.lag for term in terms), default=0)
    wanted: dict[str, Period] = {}
    for text in texts:
        for back in range(years + 1):
            period = _earlier(text, back)
            if period:
                wanted[period.text] = period
    for text, period in sorted(wanted.items()):
        before = _earlier(text, 1)
        yield (
            text, period.start.isoformat(), period.end.isoformat(), period.year, period.frequency,
            period.months, before.text if before and before.text in wanted else "", _year_of(period),
        )  # fmt: skip


def _with_years(texts: set[str]) -> set[str]:
    """The periods, and the calendar years that parts of years make."""
    return texts | {year for text in texts if (year := _year_of(parse(text)))}


def _year_of(period: Period) -> str:
    """The calendar year of which a period is a part; '' for years, and for what lies in two of them."""
    inside = period.months < 12 and period.start.year == period.end.year
    return f"{period.year:04d}" if inside else ""


def _earlier(text: str, years: int) -> Period | None:
    """The same period `years` before; None where there is none (29 February, before year 1)."""
    try:
        return parse(shift(text, -years))
    except ValueError:
        return None
