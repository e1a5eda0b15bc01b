"""The figures that landed of submissions, read from the Parquet by pyarrow: nothing of ours stands between."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.home import Home

Figures = dict[tuple[str, str, str], int]
"""(area, kind, measure) -> value"""


def cells(home: Home, submissions: Collection[str]) -> Figures:
    """Those of crime that stand in the landing folder. Raises ValueError for a figure that stands twice."""
    return figures((pq.read_table(file) for file in sorted(home.landing.glob("*.parquet"))), submissions)


def figures(tables: Any, submissions: Collection[str]) -> Figures:
    """The same of tables of landed figures."""
    found: Figures = {}
    for table in tables:
        chosen = table.filter(pc.is_in(table["submission_id"], pa.array(list(submissions), pa.string())))
        for row in chosen.select(["area_code", "breakdown", "measure_id", "value", "obs_status"]).to_pylist():
            key = row["area_code"], row["breakdown"].removeprefix("kind="), row["measure_id"]
            if key in found or row["obs_status"] not in ("A", "E"):
                raise ValueError(f"{key} stands twice, or is {row['obs_status']}")
            found[key] = row["value"]
    return found


def chunk(path: Path) -> pa.Table:
    """The figures that the gate laid down of a chunk of files."""
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        return file.read_all()
