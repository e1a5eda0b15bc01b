"""The register: the single ordered truth of what arrived, what was decided and what was committed.

SQLite through SQLAlchemy Core (PostgreSQL by URL later). A batch's Parquet counts only once it is recorded here, in one
transaction with its submissions. Of runs and releases it keeps how they ended and by which digest they are known. No
figure is stored here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.schema import CreateColumn

from pipelines.home import Home, Unusable
from pipelines.landing import older, seals

metadata = sa.MetaData()

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("declared", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text),  # NULL: waiting for the gate
    sa.Column("judged_at", sa.Text),
    sa.Column("receipt", sa.Text),  # relative to the home
    sa.Column("run_id", sa.Text),
    sa.Column("documents", sa.Text, nullable=False, server_default=""),  # it was judged by, see intake.documents
    sa.Column("seal", sa.Text, nullable=False, server_default=""),  # of how it came, see `seals`
)
submission = sa.Table(
    "submission",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("submission_id", sa.Text, nullable=False),
    sa.Column("delivery", sa.Integer, sa.ForeignKey("delivery.number"), nullable=False),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("table_id", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("prepared_on", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("supersedes", sa.Text, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
    sa.Column("obs_status", sa.Text, nullable=False),
    sa.Column("coverage_months", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("contract_version", sa.Text, nullable=False),
    sa.Column("contract_hash", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),  # accepted | rejected | repeated
    sa.Column("figures", sa.Integer, nullable=False),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text),
    sa.Column("decided_at", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # why it revises, as it says itself
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    sa.Column("seal", sa.Text, nullable=False, server_default=""),  # see `seals`
)
sa.Index("one_acceptance", submission.c.submission_id, unique=True, sqlite_where=submission.c.verdict == "accepted")
rereading = sa.Table(  # of a delivery in a backfill; what it brought are submissions like any other
    "rereading",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("delivery", sa.Integer, sa.ForeignKey("delivery.number"), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),  # a row per reference year that was asked for and may be in it
    sa.Column("documents", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),  # accepted | partly | rejected
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text),
    sa.Column("read_at", sa.Text, nullable=False),
)
batch = sa.Table(
    "batch",
    metadata,
    sa.Column("batch_id", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("committed_at", sa.Text, nullable=False),
)
decision = sa.Table(  # of persons; only ever added to, see `decisions`
    "decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("about", sa.Text, nullable=False),  # what kind of thing it is about: submission | finding
    sa.Column("subject", sa.Text, nullable=False),  # the id of that thing
    sa.Column("kind", sa.Text, nullable=False),  # standing | explanation: a later one of a kind replaces the earlier
    sa.Column("outcome", sa.Text, nullable=False),  # accept | refuse | take_back; '' of a revision's explanation
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text, nullable=False),
    sa.Column("seen", sa.Text, nullable=False, server_default=""),  # the finding as JSON, see `explanations`
    sa.Column("seal", sa.Text, nullable=False, server_default=""),  # see `seals`
)
run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text),
    sa.Column(
        "outcome", sa.Text
    ),  # released | unchanged | landed | blocked | failed; NULL while it runs (or was killed)
    sa.Column("release_id", sa.Text),
    sa.Column("reasons", sa.Text, nullable=False, server_default="[]"),
    sa.Column("job_run", sa.Text, nullable=False, server_default=""),  # what the scheduler calls it; '' of none
)
release = sa.Table(
    "release",
    metadata,
    sa.Column("release_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),  # of its manifest, so that one written anew is noticed
    sa.Column("recorded_at", sa.Text, nullable=False),
)


@lru_cache(maxsize=8)
def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _: Any) -> None:
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")

    return engine


AT_ONCE = 1000
"""Rows that one query asks for, where there may be any number."""

_whole: dict[Path, int] = {}
"""Registers that this process has seen to have every table and column, with the number of tables then: a later stage
may add its own.
"""


def _complete(engine: sa.Engine) -> None:
    """Adds what came since to a register that an earlier version made: tables, and columns with their defaults. One
    that lacks nothing is only read: who asks need not wait for whoever writes.
    """
    with engine.connect() as connection:
        there = sa.inspect(connection)
        tables = {name: {column["name"] for column in there.get_columns(name)} for name in there.get_table_names()}
    if all(tables.get(table.name, set()) >= set(table.columns.keys()) for table in metadata.sorted_tables):
        return
    with engine.begin() as connection:
        _write_lock(connection)  # two processes may come first at one moment
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            for column in table.columns:
                if column.name not in there:
                    words = CreateColumn(column).compile(dialect=engine.dialect)
                    connection.exec_driver_sql(f"alter table {table.name} add column {words}")


def _write_lock(connection: sa.Connection) -> None:
    """Lets no other write before this transaction ends. SQLite by itself would only begin with the first write."""
    if connection.dialect.name == "sqlite" and not connection.connection.dbapi_connection.in_transaction:  # pyright: ignore
        connection.exec_driver_sql("begin immediate")


@contextmanager
def transaction(home: Home) -> Iterator[sa.Connection]:
    """One transaction on the register; created on first use. All of it is kept, or none. Raises home.Unusable, also
    where the file is damaged.
    """
    known = _whole.get(home.register) == len(metadata.tables) and home.register.exists()
    engine = _engine(home.register)
    try:
        if not known:
            _complete(engine)
            _whole[home.register] = len(metadata.tables)
        with engine.begin() as connection:
            yield connection
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise  # a mistake of ours
        mended = "" if isinstance(error, OperationalError) else f" {MENDED}"  # locked, full, not to be written
        raise Unusable(f"The register {home.register} cannot be used: {error.orig}.{mended}") from error


MENDED = f"If it is damaged: {seals.ANEW[0].lower()}{seals.ANEW[1:]}"


def check(home: Home) -> None:
    """Looks through the pages of the register, which hold no digest of themselves, and whether it is another's, new or
    older although there are figures and releases. Raises home.Unusable.
    """
    with transaction(home) as connection:
        faults = [str(line) for line in connection.exec_driver_sql("pragma quick_check(1)").scalars()]
    if faults != ["ok"]:
        raise Unusable(f"The register {home.register} is damaged: {' '.join(faults[0].split())}. {MENDED}")
    sent = sa.select(delivery.c.sha256).distinct()
    if wrong := older.fault(home, {row["batch_id"] for row in batches(home)}, lambda: rows(home, sent)):
        raise Unusable(f"The register {home.register} {wrong}. {seals.ANEW}")


def rows(home: Home, query: sa.Select[Any]) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries; none when nothing was ever registered."""
    if not home.register.exists():
        return []
    with transaction(home) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def now(connection: sa.Connection) -> str:
    """The time of a decision, ISO 8601 UTC. Later than every decision before it, even if the clock was set back.

    First thing in its transaction: what is committed later has a later time, so that what a run knew is said by one
    time.
    """
    _write_lock(connection)
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
    counted = sa.func.count().label("count"), sa.func.sum(submission.c.figures).label("figures")
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
