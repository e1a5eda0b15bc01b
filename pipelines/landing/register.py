"""The register: the single ordered truth of what arrived, what was decided and what was committed.

SQLite or PostgreSQL through SQLAlchemy Core (`engine`). A batch's Parquet counts only once it is recorded here, in one
transaction with its submissions. Of runs and releases it keeps how they ended and by which digest they are known. No
figure is stored here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from pipelines.home import Home, Unusable
from pipelines.landing import engine, older, seals
from pipelines.landing.engine import NUMBER, TEXT

metadata = sa.MetaData()

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("file_name", TEXT, nullable=False),
    sa.Column("size", NUMBER, nullable=False),
    sa.Column("received_at", TEXT, nullable=False),
    sa.Column("origin", TEXT, nullable=False),
    sa.Column("declared", TEXT, nullable=False),
    sa.Column("verdict", TEXT),  # NULL: waiting for the gate
    sa.Column("judged_at", TEXT),
    sa.Column("receipt", TEXT),  # relative to the home
    sa.Column("run_id", TEXT),  # that judged it, or of an intake that was no run
    sa.Column("documents", TEXT, nullable=False, server_default=""),  # it was judged by, see intake.documents
    sa.Column("seal", TEXT, nullable=False, server_default=""),  # of how it came, see `seals`
    sa.Column("claimed_by", TEXT, nullable=False, server_default=""),  # who judges it: a folder of runs/, see `waiting`
)
_waits = delivery.c.verdict.is_(None)
sa.Index("waiting", delivery.c.number, delivery.c.claimed_by, sqlite_where=_waits, postgresql_where=_waits)
submission = sa.Table(
    "submission",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("submission_id", TEXT, nullable=False),
    sa.Column("delivery", NUMBER, sa.ForeignKey("delivery.number"), nullable=False),
    sa.Column("office", TEXT, nullable=False),
    sa.Column("table_id", TEXT, nullable=False),
    sa.Column("period", TEXT, nullable=False),
    sa.Column("unit", TEXT, nullable=False),
    sa.Column("prepared_on", TEXT, nullable=False),
    sa.Column("revision", NUMBER, nullable=False),
    sa.Column("supersedes", TEXT, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
    sa.Column("obs_status", TEXT, nullable=False),
    sa.Column("coverage_months", NUMBER, nullable=False),
    sa.Column("content_hash", TEXT, nullable=False),
    sa.Column("contract_version", TEXT, nullable=False),
    sa.Column("contract_hash", TEXT, nullable=False),
    sa.Column("verdict", TEXT, nullable=False),  # accepted | rejected | repeated
    sa.Column("figures", NUMBER, nullable=False),
    sa.Column("findings", TEXT, nullable=False),
    sa.Column("batch_id", TEXT),
    sa.Column("decided_at", TEXT, nullable=False),
    sa.Column("reason", TEXT, nullable=False, server_default=""),  # why it revises, as it says itself
    sa.Column("because", TEXT, nullable=False, server_default=""),
    sa.Column("seal", TEXT, nullable=False, server_default=""),  # see `seals`
)
_accepted = submission.c.verdict == "accepted"
sa.Index("one_acceptance", submission.c.submission_id, unique=True, sqlite_where=_accepted, postgresql_where=_accepted)
rereading = sa.Table(  # of a delivery in a backfill; what it brought are submissions like any other
    "rereading",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("delivery", NUMBER, sa.ForeignKey("delivery.number"), nullable=False),
    sa.Column("year", NUMBER, nullable=False),  # a row per reference year that was asked for and may be in it
    sa.Column("documents", TEXT, nullable=False),
    sa.Column("verdict", TEXT, nullable=False),  # accepted | partly | rejected
    sa.Column("findings", TEXT, nullable=False),
    sa.Column("batch_id", TEXT),
    sa.Column("read_at", TEXT, nullable=False),
)
batch = sa.Table(
    "batch",
    metadata,
    sa.Column("batch_id", TEXT, primary_key=True),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("rows", NUMBER, nullable=False),
    sa.Column("committed_at", TEXT, nullable=False),
)
decision = sa.Table(  # of persons; only ever added to, see `decisions`
    "decision",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("about", TEXT, nullable=False),  # what kind of thing it is about: submission | finding
    sa.Column("subject", TEXT, nullable=False),  # the id of that thing
    sa.Column("kind", TEXT, nullable=False),  # standing | explanation: a later one of a kind replaces the earlier
    sa.Column("outcome", TEXT, nullable=False),  # accept | refuse | take_back; '' of a revision's explanation
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("because", TEXT, nullable=False),
    sa.Column("decided_by", TEXT, nullable=False),
    sa.Column("decided_at", TEXT, nullable=False),
    sa.Column("seen", TEXT, nullable=False, server_default=""),  # the finding as JSON, see `explanations`
    sa.Column("seal", TEXT, nullable=False, server_default=""),  # see `seals`
)
run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", TEXT, primary_key=True),
    sa.Column("started_at", TEXT, nullable=False),
    sa.Column("ended_at", TEXT),
    sa.Column("outcome", TEXT),  # released | unchanged | landed | blocked | failed; NULL while it runs (or was killed)
    sa.Column("release_id", TEXT),
    sa.Column("reasons", TEXT, nullable=False, server_default="[]"),
    sa.Column("job_run", TEXT, nullable=False, server_default=""),  # what the scheduler calls it; '' of none
)
_ROWID = sa.DDL("alter table run add column rowid bigint generated by default as identity")
event.listen(run, "after_create", _ROWID.execute_if(dialect="postgresql"))  # SQLite numbers its rows by itself
release = sa.Table(
    "release",
    metadata,
    sa.Column("release_id", TEXT, primary_key=True),
    sa.Column("digest", TEXT, nullable=False),  # of its manifest, so that one written anew is noticed
    sa.Column("recorded_at", TEXT, nullable=False),
)


AT_ONCE = 1000
"""Rows that one query asks for, where there may be any number."""

_whole: dict[sa.Engine, int] = {}
"""Registers that this process has seen to have every table and column, with the number of tables then: a later stage
may add its own.
"""


@contextmanager
def in_sentences(home: Home) -> Iterator[None]:
    """What the database says of itself becomes home.Unusable; a mistake of ours stays what it is."""
    try:
        yield
    except DBAPIError as error:
        _whole.clear()  # it may be another by the next time
        found = engine.said(error)
        if found is None:
            raise
        words, damaged = found
        mended = f" {MENDED}" if damaged else ""  # else it is locked, full, not to be written, out of reach
        raise Unusable(f"{engine.named(home)} cannot be used: {words}.{mended}") from error


@contextmanager
def transaction(home: Home) -> Iterator[sa.Connection]:
    """One transaction on the register; created on first use. All of it is kept, or none. Raises home.Unusable, also
    where the register is damaged.
    """
    of = engine.of(home)
    with in_sentences(home):
        if _whole.get(of) != len(metadata.tables) or not (engine.in_postgres() or home.register.exists()):
            engine.complete(of, metadata)
            _whole[of] = len(metadata.tables)
        with of.begin() as connection:
            yield connection


def exists(home: Home) -> bool:
    """Was anything ever registered? Raises home.Unusable."""
    of = engine.of(home)
    if not engine.in_postgres():
        return home.register.exists()
    with in_sentences(home):
        return of in _whole or sa.inspect(of).has_table(delivery.name)


MENDED = f"If it is damaged: {seals.ANEW[0].lower()}{seals.ANEW[1:]}"


def check(home: Home) -> None:
    """Looks through the pages of the register, and whether it is another's, new or older although there are figures and
    releases. Raises home.Unusable.
    """
    with transaction(home) as connection:
        damage = engine.damage(connection, metadata.tables)
    if damage:
        raise Unusable(f"{engine.named(home)} is damaged: {damage}. {MENDED}")
    sent, known = sa.select(delivery.c.sha256).distinct(), {row["batch_id"] for row in batches(home)}
    if engine.in_postgres() and known and not any(home.landing.glob("batch-*.parquet")):
        raise Unusable(f"{engine.named(home)} knows figures, and none lies in {home.landing}: is it of another home?")
    if wrong := older.fault(home, known, lambda: rows(home, sent)):
        raise Unusable(f"{engine.named(home)} {wrong}. {seals.ANEW}")


def rows(home: Home, query: sa.Select[Any]) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries; none when nothing was ever registered."""
    if not exists(home):
        return []
    with transaction(home) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def now(connection: sa.Connection) -> str:
    """The time of a decision, ISO 8601 UTC. Later than every decision before it, even if the clock was set back.

    First thing in its transaction: what is committed later has a later time, so that what a run knew is said by one
    time.
    """
    engine.alone(connection)
    times = sa.union_all(sa.select(submission.c.decided_at), sa.select(decision.c.decided_at)).subquery()
    last = connection.execute(sa.select(sa.func.max(times.c.decided_at))).scalar()
    moment = datetime.now(UTC)
    if last and (before := datetime.fromisoformat(last)) >= moment:
        moment = before + timedelta(microseconds=1)
    return moment.isoformat(timespec="microseconds")


def accepted_ids(home: Home, among: Sequence[str] | None = None) -> set[str]:
    """Ids of every accepted submission; with `among`, only of those."""
    query = sa.select(submission.c.submission_id).where(submission.c.verdict == sa.literal_column("'accepted'"))
    if among is None:
        return {row["submission_id"] for row in rows(home, query)}
    found: set[str] = set()
    for start in range(0, len(among), AT_ONCE):
        part = query.where(submission.c.submission_id.in_(among[start : start + AT_ONCE]))
        found.update(row["submission_id"] for row in rows(home, part))
    return found


def batches(home: Home) -> list[dict[str, Any]]:
    """Committed batches, oldest first."""
    return rows(home, sa.select(batch).order_by(batch.c.committed_at, batch.c.batch_id))


def export(home: Home) -> Iterator[dict[str, Any]]:
    """Every judged submission as the relation that dbt reads, in the order of decision, read a page at a time: there
    may be more than memory should hold.

    Adds to the register's columns: delivery_sha256, file_name and finding_count. Raises home.Unusable where a row was
    changed.
    """
    last = 0
    query = sa.select(submission).order_by(submission.c.number).limit(AT_ONCE)  # what is decided later: a higher one
    while found := rows(home, query.where(submission.c.number > last)):
        last = found[-1]["number"]
        asked = sa.select(delivery).where(delivery.c.number.in_({row["delivery"] for row in found}))
        sent = {row["number"]: row for row in seals.held(delivery, rows(home, asked))}
        for row in seals.held(submission, found):
            row["delivery_sha256"] = sent[row["delivery"]]["sha256"]
            row["file_name"] = sent[row["delivery"]]["file_name"]
            row["finding_count"] = len(json.loads(row.pop("findings")))
            row["accepted_at"] = row.pop("decided_at")
            row["batch_id"] = row["batch_id"] or ""
            yield row


def standing(home: Home, office: str) -> list[dict[str, Any]]:
    """How many submissions (`count`) of an office, with how many figures, have which verdict, by period."""
    figures = sa.cast(sa.func.sum(submission.c.figures), NUMBER)  # of whole numbers PostgreSQL makes decimals
    counted = sa.func.count().label("count"), figures.label("figures")
    query = sa.select(submission.c.period, submission.c.verdict, *counted).where(submission.c.office == office)
    return rows(home, query.group_by(submission.c.period, submission.c.verdict))


def record_release(home: Home, release_id: str, digest: str) -> None:
    """Records the digest of a manifest that is about to be published, in the place of one that never was."""
    values = {
        "release_id": release_id,
        "digest": digest,
        "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with transaction(home) as connection:
        connection.execute(release.delete().where(release.c.release_id == release_id))
        connection.execute(release.insert().values(values))


def release_digest(home: Home, release_id: str) -> str | None:
    """The digest of a release's manifest as recorded; None of a release made before digests were."""
    found = rows(home, sa.select(release.c.digest).where(release.c.release_id == release_id))
    return found[0]["digest"] if found else None
