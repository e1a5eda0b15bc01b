"""Pending deliveries through the gate into batch, register and receipts. Needs the writer's lock.

A crash anywhere leaves either a delivery that is still pending or one that is wholly judged: the batch file is made
durable first, one register transaction makes it count, and receipts and the inbox are tidied after that.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines import journal
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake import clock, documents, receipts, store
from pipelines.intake.judge import DeliveryVerdict, Request, judge
from pipelines.landing import batches, register, supersedes
from pipelines.landing.inbox import receive, sweep
from pipelines.landing.judged import figures_of, line_of

__all__ = ["Taken", "receive", "sweep", "take_in"]


@dataclass
class Taken:
    """What one intake did: counts, and the receipts written."""

    deliveries: int = 0
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    figures: int = 0
    batch_id: str = ""
    receipts: list[str] = field(default_factory=list)


def take_in(home: Home, catalog: Catalog, run_dir: Path, language: str) -> Taken:
    """Judges every pending delivery and commits what was accepted as one batch. Returns what happened."""
    batches.recover(home)
    waiting = register.pending(home)
    taken = Taken(deliveries=len(waiting))
    if not waiting:
        return taken
    chunks = run_dir / "chunks"
    chunks.mkdir(parents=True, exist_ok=True)
    requests = [
        Request(
            store.find(home, row["sha256"]),
            row["file_name"],
            json.loads(row["declared"]),
            row["sha256"],
            clock.day(catalog, row["received_at"]),
        )
        for row in waiting
    ]
    verdicts = list(judge(home, catalog, requests, chunks, marked=language))
    supersedes.hold(home, verdicts)
    _commit(home, run_dir.name, documents.digest(catalog), chunks, waiting, verdicts, taken)
    for row, verdict in zip(waiting, verdicts, strict=True):
        if verdict.verdict == "accepted":
            store.keep(home, verdict.sha256)
        marked = chunks / Path(verdict.marked).name if verdict.marked else None
        receipt = receipts.write(home, catalog, verdict, row["received_at"], language, row["number"], marked=marked)
        taken.receipts.append(str(receipt))
        journal.note(
            home, "delivery judged", "info" if verdict.verdict == "accepted" else "warning",
            run=run_dir.name, delivery=row["number"], file=row["file_name"], sha256=verdict.sha256,
            verdict=verdict.verdict, submissions=[one.submission_id for one in verdict.submissions],
            figures=sum(one.figures for one in verdict.submissions), receipt=str(receipt.relative_to(home.root)),
        )  # fmt: skip
        with register.transaction(home) as connection:
            connection.execute(
                register.delivery.update()
                .where(register.delivery.c.number == row["number"])
                .values(receipt=str(receipt.relative_to(home.root)))
            )
    shutil.rmtree(chunks)
    return taken


def _commit(
    home: Home,
    run_id: str,
    by: str,
    chunks: Path,
    waiting: Sequence[dict[str, Any]],
    verdicts: Sequence[DeliveryVerdict],
    taken: Taken,
) -> None:
    known = register.accepted_ids(home)
    fresh: set[str] = set()
    lines: list[dict[str, Any]] = []
    for row, verdict in zip(waiting, verdicts, strict=True):
        for one in verdict.submissions:
            outcome = one.verdict
            if outcome == "accepted" and (one.submission_id in known or one.submission_id in fresh):
                outcome = "repeated"
            elif outcome == "accepted":
                fresh.add(one.submission_id)
                taken.figures += one.figures
            setattr(taken, outcome, getattr(taken, outcome) + 1)
            lines.append(line_of(row["number"], one, outcome))
        if not verdict.submissions:
            taken.rejected += 1
    batch_id, sha256, count = "", "", 0
    if fresh:
        batch_id = f"batch-{run_id}"
        twice = any(line["verdict"] == "repeated" and line["submission_id"] in fresh for line in lines)
        sha256, count = batches.write(home, batch_id, figures_of(chunks, fresh, twice))
        taken.batch_id = batch_id
    with register.transaction(home) as connection:
        at = register.now(connection)
        if batch_id:
            values = {"batch_id": batch_id, "sha256": sha256, "rows": count, "committed_at": at}
            connection.execute(register.batch.insert().values(values))
        if lines:
            for line in lines:
                line |= {"decided_at": at, "batch_id": batch_id if line["verdict"] == "accepted" else None}
            connection.execute(register.submission.insert(), lines)
        judged = [
            {"n": row["number"], "v": verdict.verdict, "at": at, "run": run_id, "by": by}
            for row, verdict in zip(waiting, verdicts, strict=True)
        ]
        connection.execute(
            register.delivery.update()
            .where(register.delivery.c.number == sa.bindparam("n"))
            .values(
                verdict=sa.bindparam("v"),
                judged_at=sa.bindparam("at"),
                run_id=sa.bindparam("run"),
                documents=sa.bindparam("by"),
            ),
            judged,
        )
