"""What the gate judged, as landing keeps it: a submission's row of the register, the figures of a batch.

The same whether a delivery is taken in or read again. Nothing is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import memory
from pipelines.intake import figures
from pipelines.intake.verdicts import SubmissionVerdict

if TYPE_CHECKING:
    import pyarrow as pa


def line_of(delivery: int, one: SubmissionVerdict, outcome: str) -> dict[str, Any]:
    """A submission as a row of the register, but for what the commit adds: decided_at, batch_id."""
    declared = one.declared
    return {
        "submission_id": one.submission_id,
        "delivery": delivery,
        "office": one.office,
        "table_id": one.table,
        "period": one.period,
        "unit": one.unit,
        "prepared_on": declared.prepared_on,
        "revision": declared.revision,
        "supersedes": declared.supersedes,
        "partial": declared.partial,
        "obs_status": declared.obs_status,
        "coverage_months": declared.coverage_months or 0,  # of a rejected one whose period is not known
        "reason": declared.reason,
        "because": declared.because,
        "content_hash": one.content_hash,
        "contract_version": one.contract_version,
        "contract_hash": one.contract_hash,
        "verdict": outcome,
        "figures": one.figures,
        "findings": json.dumps([asdict(finding) for finding in one.findings], ensure_ascii=False),
    }


def figures_of(chunks: Iterable[Path], fresh: set[str], twice: bool) -> pa.Table:
    """Chunk files of one go as one Arrow table, only rows of newly accepted submissions, each once.

    `twice`: some submission came twice in this very go, so that its rows stand twice in the chunks.
    """
    import pyarrow as pa
    import pyarrow.compute

    table = pa.concat_tables([figures.read(file) for file in sorted(chunks)])
    ids = table["submission_id"]
    if fresh != set(ids.unique().to_pylist()):
        table = table.filter(pa.compute.is_in(ids, value_set=pa.array(sorted(fresh))))  # pyright: ignore
    if twice:
        import duckdb

        with duckdb.connect(config=memory.bound()) as connection:
            connection.register("figures", table)
            table = connection.execute("select distinct * from figures").to_arrow_table()
    return table
