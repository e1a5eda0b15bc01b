"""Submissions and figures as landing would hand them over, made from a catalog: no file is read."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.warehouse import build, inputs
from pipelines.warehouse.due import periods, units

Cell = tuple[str, str, str, str, str]
"""table, measure, area, period, breakdown"""


@dataclass
class Landed:
    """What landing hands to the warehouse: rows of the register, and figures."""

    submissions: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)

    def decide(self, submission: str, outcome: str, reason: str = "", at: str = "") -> None:
        """A person's word on a submission: accept, refuse, or '' to explain."""
        number = len(self.decisions) + 1
        self.decisions.append({
            "number": number, "about": "submission", "subject": submission,
            "kind": "standing" if outcome else "explanation", "outcome": outcome, "reason": reason,
            "because": f"word {number}", "decided_by": "A person", "decided_at": at or f"{10**8 + number:09d}",
            "seen": "",
        })  # fmt: skip

    def add(self, table: str, period: str, unit: str, figures: list[dict[str, Any]], **declared: Any) -> str:
        """One accepted submission; returns its id. Figures need measure_id, area_code, breakdown, value."""
        number = len(self.submissions) + 1
        id = declared.get("submission_id", f"s{number:07d}")
        text = repr(sorted((f["measure_id"], f["area_code"], f["breakdown"], str(f["value"])) for f in figures))
        row = {
            "number": number, "submission_id": id, "delivery_sha256": id, "file_name": f"{id}.csv",
            "office": "", "table_id": table, "period": period, "unit": unit, "revision": 0,
            "prepared_on": "0001-01-01",
            "supersedes": "", "partial": False, "obs_status": "A", "coverage_months": 12,
            "content_hash": hashlib.sha256(text.encode()).hexdigest(), "contract_version": "1.0.0",
            "contract_hash": "", "verdict": "accepted", "figures": len(figures), "finding_count": 0,
            "batch_id": "batch", "accepted_at": f"{number:09d}", "reason": "", "because": "",
        }  # fmt: skip
        self.submissions.append(row | declared)
        for position, figure in enumerate(figures):
            blank = {
                "reported": None,
                "obs_status": "A",
                "qualifier": "",
                "sheet": "",
                "row": position + 2,
                "col": 3,
                "raw": "",
            }
            self.figures.append(blank | {"submission_id": id, "table_id": table, "period": period} | figure)
        return id

    def write(self, catalog: Catalog, run_dir: Path, today: date | None = None) -> Path:
        """Lays everything out in a run's folder, figures in two batches."""
        run_dir.mkdir(parents=True, exist_ok=True)
        batches = []
        for number in range(2):
            batches.append(run_dir / f"batch-{number}.parquet")
            pq.write_table(pa.Table.from_pylist(self.figures[number::2], inputs.schema("figure")), batches[-1])
        return inputs.write(catalog, run_dir, self.submissions, batches, today, self.decisions)

    def build(self, catalog: Catalog, run_dir: Path, today: date | None = None, cores: int | None = None) -> Built:
        """Runs dbt on it."""
        self.write(catalog, run_dir, today)
        return Built(build.build(run_dir, cores=cores))


@dataclass
class Built:
    """A private build, to be asked."""

    path: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchall()


FAILS_WHERE_DOUBLED = r"The test unique_key_obs_delivered.* fails: Got 1 result"
"""What a build says of `doubled`."""


def doubled(catalog: Catalog) -> Landed:
    """One submission that states one figure twice, which no gate lets pass: dbt's data test is there for it."""
    table = next(iter(catalog.returns.values()))
    period = next(periods(table, parse(table.due.start).end + timedelta(days=1)))
    unit = units(catalog, table, period)[0]
    areas, breakdowns = catalog.expected_rows(table, unit, period.text)
    figure = {
        "measure_id": table.measures[0].id,
        "area_code": areas[0],
        "breakdown": breakdowns[0],
        "value": 1,
    }
    landed = Landed()
    landed.add(table.table, period.text, unit, [figure, figure])
    return landed


def complete(
    catalog: Catalog,
    years: int,
    seed: int,
    change: Callable[[Cell, random.Random], dict[str, Any] | None] | None = None,
) -> Landed:
    """Every return of every unit for the first `years` periods owed, every expected row, figures at random.

    `change` may return what a cell is instead (value, obs_status, qualifier), or None to leave it out.
    """
    random_ = random.Random(seed)
    landed = Landed()
    for table in catalog.returns.values():
        for number, period in enumerate(periods(table, date.max)):
            if number == years:
                break
            for unit in units(catalog, table, period):
                areas, breakdowns = catalog.expected_rows(table, unit, period.text)
                figures = []
                for measure in table.measures:
                    for area in areas:
                        for breakdown in breakdowns:
                            cell = (table.table, measure.id, area, period.text, breakdown)
                            is_whole = any(other.part_of == measure.id for other in table.measures)
                            figure: dict[str, Any] | None = {"value": random_.randrange(0, 400 if is_whole else 90)}
                            if change:
                                changed = change(cell, random_)
                                figure = None if changed is None else figure | changed
                            if figure is not None:
                                figures.append(
                                    figure | {"measure_id": measure.id, "area_code": area, "breakdown": breakdown}
                                )
                landed.add(table.table, period.text, unit, figures)
    return landed


def cells(landed: Landed) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """The figures by their key (for landings in which no key stands twice)."""
    for figure in landed.figures:
        yield (
            (
                figure["table_id"],
                figure["measure_id"],
                figure["area_code"],
                figure["period"],
                figure["breakdown"],
            ),
            figure,
        )
