"""A year read again: its stored returns through the gate of today, what it now reads landed as one batch.

What was declared and when it was received are the delivery's own; only the contract is another. One register
transaction a year: a crash loses at most the year in work. An earlier reading is never taken away; which one speaks is
decided by dbt. Needs the writer's lock.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines import journal, progress
from pipelines.contracts import Catalog
from pipelines.home import Home, write_all_durably
from pipelines.intake import clock, documents, receipts, store
from pipelines.intake.judge import Request, judge
from pipelines.intake.verdicts import DeliveryVerdict, overall
from pipelines.landing import batches, register, seals, supersedes
from pipelines.landing.backfill import Asked, Year, plan
from pipelines.landing.judged import figures_of, line_of

_SCRATCH = ".reread-"


@dataclass
class Reread:
    """What reading a year again did. Counts of submissions, but `deliveries`; `sentences`: what a person should know.

    `accepted`: landed anew; `same`: stand as they are; `rejected`: not accepted today, so that an earlier reading
    stands, if there is one.
    """

    year: int
    deliveries: int = 0
    current: int = 0
    accepted: int = 0
    same: int = 0
    rejected: int = 0
    figures: int = 0
    batch_id: str = ""
    sentences: list[str] = field(default_factory=list)


def reread(home: Home, catalog: Catalog, asked: Asked) -> list[Reread]:
    """Every year asked for, one after the other."""
    batches.recover(home)
    for left in home.cache.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    done: list[Reread] = []
    offices = sorted(asked.offices) if asked.offices else "all"
    journal.note(home, "backfill began", years=list(asked.years), offices=offices, until=asked.received_until)
    for number, year in enumerate(plan(home, catalog, asked), 1):
        with progress.called(f"files of {year.year:04d} (year {number} of {len(asked.years)})"):
            made = _year(home, catalog, asked, year)
        done.append(made)
        journal.note(
            home, "year read again", year=made.year, deliveries=made.deliveries, current=made.current,
            accepted=made.accepted, same=made.same, rejected=made.rejected, figures=made.figures, batch=made.batch_id,
        )  # fmt: skip
    return done


@dataclass
class _Work:
    """A year in work: what it did, its rows, and the verdicts by delivery."""

    done: Reread
    rows: list[dict[str, Any]]
    verdicts: list[DeliveryVerdict]
    whole: list[bool]
    """Was all that is in the delivery asked for?"""
    lines: list[dict[str, Any]] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    changed: list[dict[str, Any]] = field(default_factory=list)


def _year(home: Home, catalog: Catalog, asked: Asked, year: Year) -> Reread:
    done = Reread(year.year, len(year.again), year.current, sentences=list(year.gone))
    if not year.again:
        return done
    with tempfile.TemporaryDirectory(dir=home.cache, prefix=_SCRATCH) as folder:
        requests = [
            Request(
                path,
                row["file_name"],
                json.loads(row["declared"]),
                row["sha256"],
                clock.day(catalog, row["received_at"]),
                again=True,
            )
            for row, path in year.again
        ]
        verdicts = list(judge(home, catalog, requests, Path(folder)))
        work = _Work(done, [row for row, _ in year.again], verdicts, [_narrow(one, asked) for one in verdicts])
        supersedes.hold(home, verdicts)
        _weigh(home, work)
        _tell(home, catalog, work)
        _commit(home, catalog, work, Path(folder))
    return done


def _narrow(verdict: DeliveryVerdict, asked: Asked) -> bool:
    """Leaves of a verdict what was asked for. Returns whether that is all."""
    kept = [one for one in verdict.submissions if asked.covers(one.period)]
    whole = len(kept) == len(verdict.submissions)
    if not whole:
        verdict.submissions = kept
        verdict.verdict = overall(kept)
    return whole


def _weigh(home: Home, work: _Work) -> None:
    """What is new of the verdicts, and what they take exception to although an earlier reading stands."""
    known, own = register.accepted_ids(home), _own(home, [row["number"] for row in work.rows])
    for row, verdict in zip(work.rows, work.verdicts, strict=True):
        earlier = own.get(row["number"], {})
        told = f"{verdict.file_name} (delivery {row['number']})"
        for one in verdict.submissions:
            id, place = one.submission_id, (one.table, one.period, one.unit)
            if one.verdict == "rejected":
                work.done.rejected += 1
                if place in earlier.values():
                    what = f"{told}: {one.table} {one.period} of {one.unit}"
                    work.done.sentences.append(_stands(what, one.contract_version, one.findings))
            elif id in earlier:
                work.done.same += 1
            else:
                outcome = "repeated" if id in known or id in work.fresh else "accepted"
                work.lines.append(line_of(row["number"], one, outcome))
                if outcome == "accepted":
                    work.fresh.add(id)
                    work.done.accepted += 1
                    work.done.figures += one.figures
                else:
                    work.done.same += 1
        if verdict.findings:
            work.done.rejected += 1
            if earlier:
                work.done.sentences.append(_stands(told, "", verdict.findings))


def _stands(what: str, version: str, findings: Sequence[Any]) -> str:
    first = next((one for one in findings if one.severity == "error"), findings[0])
    contract = f"today's contract ({version})" if version else "today's documents"
    return f"{what} would be rejected by {contract}; the earlier reading stands. {receipts.sentence(first, 'en')}"


def _own(home: Home, numbers: Sequence[int]) -> dict[int, dict[str, tuple[str, str, str]]]:
    """Delivery -> the id of each accepted submission that it brought -> its table, period and unit."""
    found: dict[int, dict[str, tuple[str, str, str]]] = {}
    c = register.submission.c
    query = sa.select(c.delivery, c.submission_id, c.table_id, c.period, c.unit).where(c.verdict != "rejected")
    for start in range(0, len(numbers), 1000):
        for row in register.rows(home, query.where(c.delivery.in_(numbers[start : start + 1000]))):
            found.setdefault(row["delivery"], {})[row["submission_id"]] = (row["table_id"], row["period"], row["unit"])
    return found


def _tell(home: Home, catalog: Catalog, work: _Work) -> None:
    """A delivery that was not accepted and now is, if only in part, gets another receipt; its file is kept for good.

    Before the commit, so that a crash between leaves nothing untold; told once more, it is the same receipt.
    """
    news = {line["delivery"] for line in work.lines}
    suffix = documents.digest(catalog)[:8]
    for row, verdict, whole in zip(work.rows, work.verdicts, work.whole, strict=True):
        if row["number"] not in news or row["verdict"] == "accepted":
            continue
        if verdict.verdict == "accepted" and whole:
            store.keep(home, verdict.sha256)
        language = catalog.programme.language
        files = receipts.made(home, catalog, verdict, row["received_at"], language, row["number"], suffix)
        write_all_durably(files)
        path = files[-1][0]
        outcome = verdict.verdict if whole else "partly"
        work.changed.append({"n": row["number"], "v": outcome, "r": str(path.relative_to(home.root))})


def _commit(home: Home, catalog: Catalog, work: _Work, chunks: Path) -> None:
    sha256, count = "", 0
    if work.fresh:
        work.done.batch_id = f"batch-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{os.getpid():05d}-{work.done.year}"
        seen = Counter(one.submission_id for verdict in work.verdicts for one in verdict.submissions)
        twice = any(seen[id] > 1 for id in work.fresh)
        sha256, count = batches.write(home, work.done.batch_id, figures_of(chunks.glob("*.arrow"), work.fresh, twice))
    readings = _readings(catalog, work)
    with register.transaction(home) as connection:
        at = register.now(connection)
        if work.fresh:
            values = {"batch_id": work.done.batch_id, "sha256": sha256, "rows": count, "committed_at": at}
            connection.execute(register.batch.insert().values(values))
        for line in work.lines:
            line |= {"decided_at": at, "batch_id": work.done.batch_id if line["verdict"] == "accepted" else None}
        if work.lines:
            lines = [seals.sealed(register.submission, line) for line in work.lines]
            connection.execute(register.submission.insert(), lines)
        if readings:
            connection.execute(register.rereading.insert(), [one | {"read_at": at} for one in readings])
        if work.changed:
            connection.execute(
                register.delivery.update()
                .where(register.delivery.c.number == sa.bindparam("n"))
                .values(verdict=sa.bindparam("v"), receipt=sa.bindparam("r")),
                work.changed,
            )


def _readings(catalog: Catalog, work: _Work) -> list[dict[str, Any]]:
    """A row per delivery and year asked for that it holds, or may hold. None of a file that was damaged in the store:
    once it is mended it is read.
    """
    by = documents.digest(catalog)
    found: list[dict[str, Any]] = []
    for row, verdict in zip(work.rows, work.verdicts, strict=True):
        if any(one.code == "store_damaged" for one in verdict.findings):
            continue
        every = [*verdict.findings, *(each for one in verdict.submissions for each in one.findings)]
        facts = {
            "delivery": row["number"],
            "documents": by,
            "verdict": verdict.verdict,
            "findings": json.dumps([asdict(each) for each in every], ensure_ascii=False),
            "batch_id": work.done.batch_id or None,
        }
        found += [facts | {"year": year} for year in row["years"]]
    return found
