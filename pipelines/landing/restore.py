"""Batches that were lost, made again from the stored returns: the same name, the same figures, the same bytes.

Only under the contracts that they were read under; a reading by others is another one (`reread`). The register's word
of what was accepted is not changed. Needs the writer's lock.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake import clock, store
from pipelines.intake.judge import Request, judge
from pipelines.landing import batches, register, seals
from pipelines.landing.judged import figures_of

_SCRATCH = ".restore-"


def lost(home: Home) -> list[dict[str, Any]]:
    """Committed batches whose file is not there, oldest first."""
    return [row for row in register.batches(home) if not batches.path(home, row["batch_id"]).exists()]


def restore(home: Home, catalog: Catalog) -> list[str]:
    """Makes every lost batch again that can be. Returns a sentence on each."""
    for left in home.cache.glob(f"{_SCRATCH}*"):  # by one that was killed
        shutil.rmtree(left, ignore_errors=True)
    return [_restore(home, catalog, row) for row in lost(home)]


def _restore(home: Home, catalog: Catalog, batch: dict[str, Any]) -> str:
    name = batch["batch_id"]
    found = register.submission.c
    of_batch = sa.select(found.submission_id, found.delivery).where(found.batch_id == name)
    lines = register.rows(home, of_batch.where(found.verdict == "accepted"))
    wanted = {line["submission_id"] for line in lines}
    query = sa.select(register.delivery).where(register.delivery.c.number.in_({line["delivery"] for line in lines}))
    with tempfile.TemporaryDirectory(dir=home.cache, prefix=_SCRATCH) as folder:
        sent = seals.held(register.delivery, register.rows(home, query.order_by(register.delivery.c.number)))
        requests = _requests(home, catalog, sent)
        verdicts = list(judge(home, catalog, requests, Path(folder)))
        read = {one.submission_id for v in verdicts for one in v.submissions if one.verdict == "accepted"}
        if missing := len(wanted - read):
            return (
                f"{name}.parquet is lost and cannot be made again: {missing} of its {len(wanted)} submissions were "
                "read under other contracts than today's, or their files are gone. Put back the file from a backup, or "
                "give this command with the documents of that time (YEARBOOK_CONTRACTS)."
            )
        sha256, count = batches.write(home, name, figures_of(Path(folder).glob("*.arrow"), wanted, twice=False))
    if sha256 == batch["sha256"]:
        return f"{name}.parquet was lost, and has been made again byte for byte ({count:,} figures)."
    batches.path(home, name).unlink()
    return (
        f"{name}.parquet is lost, and what is made again of it has other bytes, as of another version of pyarrow or of "
        "this program. Put back the file from a backup."
    )


def _requests(home: Home, catalog: Catalog, rows: list[dict[str, Any]]) -> list[Request]:
    found: list[Request] = []
    for row in rows:
        try:
            path = store.find(home, row["sha256"])
        except FileNotFoundError:
            continue
        declared, day = json.loads(row["declared"]), clock.day(catalog, row["received_at"])
        found.append(Request(path, row["file_name"], declared, row["sha256"], day, again=True))
    return found
