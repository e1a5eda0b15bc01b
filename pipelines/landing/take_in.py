"""Pending deliveries through the gate into batch, register and receipts. Needs the writer's lock, shared or not.

Those who share it judge side by side, each what it has claimed (`waiting`), and land in turn. A crash anywhere leaves
either a delivery that is still pending or one that is wholly judged and told: batch file, receipts and originals are
made durable first, then one register transaction makes them count. What is told once more after a crash is the same
receipt.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines import journal
from pipelines.contracts import Catalog
from pipelines.home import Home, write_all_durably
from pipelines.intake import clock, documents, receipts, store
from pipelines.intake.judge import DeliveryVerdict, Request, by_chunk, share
from pipelines.landing import batches, register, seals, supersedes, waiting
from pipelines.landing.inbox import receive, sweep
from pipelines.landing.judged import figures_of, line_of
from pipelines.locks import turn

__all__ = ["Taken", "intake", "receive", "sweep", "take_in"]


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


_FIGURES, _DELIVERIES = 1_000_000, 20_000
"""So many figures, or deliveries, make a part of a run: a batch of its own. Memory is bounded by them."""

_HALF = re.compile(r"\..+\.[0-9]+\.tmp")
"""Half a receipt, of a run that was killed; what else is called so is another's."""

Judged = Sequence[tuple[dict[str, Any], DeliveryVerdict]]
"""Deliveries as rows of the register, with the verdicts on them."""


def intake(home: Home, catalog: Catalog, run_dir: Path) -> dict[str, Any]:
    """Receives what lies in the inbox, and judges it with all that waits. Returns what is told of it; `refused`:
    sentences on files that stay in the inbox.
    """
    refused = sweep(home, catalog)
    taken = take_in(home, catalog, run_dir, catalog.programme.language)
    return {
        "deliveries": taken.deliveries,
        "submissions_accepted": taken.accepted,
        "submissions_rejected": taken.rejected,
        "submissions_repeated": taken.repeated,
        "figures": taken.figures,
        "batch": taken.batch_id or "none",
        "refused": refused,
    }


def take_in(home: Home, catalog: Catalog, run_dir: Path, language: str) -> Taken:
    """Judges every pending delivery that no other process judges, and commits what was accepted as one batch, or as
    several one after the other where there are many figures. Returns what happened.
    """
    with turn(home):
        _clear(home)
    taken = Taken()
    part = _Part(home, catalog, run_dir, language, taken)
    before = -1
    while taken.deliveries > before and waiting.is_left(home, run_dir.name):
        before = taken.deliveries
        part.judge(waiting.count(home))
    return taken  # what is left waits for another, who looks again once that is judged


def _clear(home: Home) -> None:
    """Removes what processes left that were killed."""
    batches.recover(home)
    store.clear(home)
    for left in home.outbox.glob("*/.*.tmp"):
        if _HALF.fullmatch(left.name) and left.is_file():
            left.unlink(missing_ok=True)


def _stored(home: Home, sha256: str) -> Path:
    """Where a delivery's bytes lie. Of lost ones, where they lay: the gate says so in the receipt, and others go on."""
    try:
        return store.find(home, sha256)
    except FileNotFoundError:
        return home.quarantine / sha256[:2] / sha256


@dataclass
class _Part:
    """What the parts of a run have in common, each landed whole before the next."""

    home: Home
    catalog: Catalog
    run_dir: Path
    language: str
    taken: Taken
    asked: deque[dict[str, Any]] = field(default_factory=deque)
    batches: int = 0
    to_keep: set[str] = field(default_factory=set)

    @property
    def chunks(self) -> Path:
        """Where the gate lays figures and marked copies."""
        return self.run_dir / "chunks"

    def judge(self, there: int) -> None:
        """Judges what can be claimed, and lands it. there: so many wait."""
        self.chunks.mkdir(parents=True, exist_ok=True)
        at_once = share(there, register.AT_ONCE)

        def requests() -> Iterator[Request]:
            for row in waiting.claimed(self.home, self.run_dir.name, at_once):
                self.asked.append(row)
                yield Request(
                    _stored(self.home, row["sha256"]),
                    row["file_name"],
                    json.loads(row["declared"]),
                    row["sha256"],
                    clock.day(self.catalog, row["received_at"]),
                )

        judged: list[tuple[dict[str, Any], DeliveryVerdict]] = []
        figures = 0
        with closing(by_chunk(self.catalog, requests(), there, self.chunks, marked=self.language)) as chunks:
            for verdicts in chunks:
                judged += [(_asked_for(self.asked, verdict), verdict) for verdict in verdicts]
                figures += sum(one.figures for verdict in verdicts for one in verdict.submissions)
                if figures >= _FIGURES or len(judged) >= _DELIVERIES:
                    self.land(judged)
                    judged, figures = [], 0
        if judged:
            self.land(judged)
        shutil.rmtree(self.chunks)

    def land(self, judged: Judged) -> None:
        """Tells the offices, commits a part, and clears away what the gate laid down of it."""
        marked = {row["number"]: self.chunks / verdict.marked for row, verdict in judged if verdict.marked}
        files = (*marked.values(), *self._files(judged))
        with turn(self.home):
            batches.recover(self.home)  # another was killed perhaps as it landed: there is never more than one such
            unknown = supersedes.hold(self.home, [verdict for _, verdict in judged])
            if judged := self._in_order(judged, unknown):
                self._commit(judged, marked, bool(unknown))
            else:
                self._keep(judged)
        self.taken.deliveries += len(judged)
        for file in files:
            file.unlink()

    def _in_order(self, judged: Judged, unknown: list[DeliveryVerdict]) -> Judged:
        """Without those that name a submission which nobody knows yet (`unknown`), while another process judges what
        came before them: they are given back, to be judged after it.
        """
        if not unknown:
            return judged
        named = {id(verdict) for verdict in unknown}
        first = waiting.first(self.home, {row["number"] for row, _ in judged})
        early = {row["number"] for row, verdict in judged if id(verdict) in named and row["number"] > first}
        waiting.give_back(self.home, self.run_dir.name, early)
        return [(row, verdict) for row, verdict in judged if row["number"] not in early]

    def _keep(self, judged: Judged) -> None:
        """Moves accepted bytes to the originals; where they came twice, not before the second is judged too: its
        process has been told where they lie."""
        self.to_keep.update(verdict.sha256 for _, verdict in judged if verdict.verdict == "accepted")
        now = self.to_keep - {row["sha256"] for row in self.asked}
        store.keep(self.home, *sorted(now))
        self.to_keep -= now

    def _files(self, judged: Judged) -> set[Path]:
        return {self.chunks / verdict.chunk for _, verdict in judged if verdict.chunk}

    def _commit(self, judged: Judged, marked: dict[int, Path], again: bool) -> None:
        """again: may figures of what is not accepted lie in the chunks too?"""
        lines, fresh = self._lines(judged)
        batch_id, sha256, count = "", "", 0
        if fresh:
            self.batches += 1
            batch_id = f"batch-{self.run_dir.name}" + (f"-{self.batches}" if self.batches > 1 else "")
            twice = again or any(line["verdict"] == "repeated" and line["submission_id"] in fresh for line in lines)
            figures = figures_of(self._files(judged), fresh, twice)
            sha256, count = batches.write(self.home, batch_id, figures)
            self.taken.batch_id = self.taken.batch_id or batch_id
        told = self._tell(judged, marked)
        self._keep(judged)
        by = documents.digest(self.catalog)
        with register.transaction(self.home) as connection:
            at = register.now(connection)
            waiting.hold(connection, self.run_dir.name, [row["number"] for row, _ in judged])
            if batch_id:
                values = {"batch_id": batch_id, "sha256": sha256, "rows": count, "committed_at": at}
                connection.execute(register.batch.insert().values(values))
            if lines:
                for line in lines:
                    line |= {"decided_at": at, "batch_id": batch_id if line["verdict"] == "accepted" else None}
                connection.execute(
                    register.submission.insert(), [seals.sealed(register.submission, one) for one in lines]
                )
            facts = {"judged_at": at, "run_id": self.run_dir.name, "documents": by}
            changes = [
                {"n": row["number"], "verdict": one.verdict, "receipt": receipt, **facts}
                for (row, one), receipt in zip(judged, told, strict=True)
            ]
            _update(connection, changes)
        journal.notes(self.home, "delivery judged", map(self._note, judged, told))

    def _lines(self, judged: Judged) -> tuple[list[dict[str, Any]], set[str]]:
        """The submissions as rows of the register, and the ids of those that are accepted for the first time."""
        taken = self.taken
        known = register.accepted_ids(self.home, [one.submission_id for _, v in judged for one in v.submissions])
        fresh: set[str] = set()
        lines: list[dict[str, Any]] = []
        for row, verdict in judged:
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
        return lines, fresh

    def _tell(self, judged: Judged, marked: dict[int, Path]) -> list[str]:
        """Writes the receipts durably. Returns where they lie in the home."""
        told: list[Path] = []

        def files() -> Iterator[tuple[Path, bytes]]:
            for row, verdict in judged:
                facts = row["received_at"], self.language, row["number"]
                made = receipts.made(self.home, self.catalog, verdict, *facts, marked=marked.get(row["number"]))
                told.append(made[-1][0])
                yield from made

        write_all_durably(files())
        self.taken.receipts += map(str, told)
        return [receipt.relative_to(self.home.root).as_posix() for receipt in told]

    def _note(self, one: tuple[dict[str, Any], DeliveryVerdict], receipt: str) -> tuple[journal.Level, dict[str, Any]]:
        row, verdict = one
        facts = {
            "run": self.run_dir.name,
            "delivery": row["number"],
            "file": row["file_name"],
            "sha256": verdict.sha256,
            "verdict": verdict.verdict,
            "submissions": [one.submission_id for one in verdict.submissions],
            "figures": sum(one.figures for one in verdict.submissions),
            "receipt": receipt,
        }
        return ("info" if verdict.verdict == "accepted" else "warning"), facts


def _asked_for(asked: deque[dict[str, Any]], verdict: DeliveryVerdict) -> dict[str, Any]:
    """The delivery that a verdict is on: they come in the order of the questions."""
    row = asked.popleft()
    if row["sha256"] != verdict.sha256:
        raise RuntimeError(f"The verdict on the delivery {row['number']} is one on other bytes; nothing of it landed.")
    return row


def _update(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Sets columns of deliveries: each row has the same ones, and the delivery's number as `n`."""
    values = {name: sa.bindparam(name) for name in rows[0] if name != "n"}
    connection.execute(
        register.delivery.update().where(register.delivery.c.number == sa.bindparam("n")).values(values), rows
    )
