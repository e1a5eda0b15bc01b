"""The alerts' tables in the register: the ledger of findings, destinations, the outbox, what offices
were reminded of, ticks, runs that never began.

Declared beside the register's tables, so that it makes them and adds columns that came later. Nothing is stored here
that a message may not show; no address and no secret.
"""

from __future__ import annotations

import sqlalchemy as sa

from pipelines.landing.engine import NUMBER, TEXT
from pipelines.landing.register import metadata

ledger = sa.Table(
    "alert",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),  # what a person calls it: `yearbook ack 12`
    sa.Column("key", TEXT, nullable=False, unique=True),  # check:area:year:office
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("check_id", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),  # open | acknowledged | recovered
    sa.Column("first_seen", TEXT, nullable=False),
    sa.Column("opened_at", TEXT, nullable=False),  # the last time it opened
    sa.Column("told_at", TEXT, nullable=False),  # the last time there was something to tell
    sa.Column("ended_at", TEXT),
    sa.Column("run_id", TEXT, nullable=False),  # that last saw it
    sa.Column("finding", TEXT, nullable=False),
    sa.Column("acknowledged_by", TEXT),
    sa.Column("because", TEXT),
    sa.Column("acknowledged_at", TEXT),
    sa.Column("worst", TEXT),  # severity, since it opened
    sa.Column("until", TEXT),  # day up to which the acknowledgement holds; NULL: until it recovers
)
destination = sa.Table(
    "alert_destination",
    metadata,
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("since", TEXT, nullable=False),
    sa.Column("sent_at", TEXT),
    sa.Column("failures", NUMBER, nullable=False, server_default="0"),  # in a row
    sa.Column("next_try_at", TEXT),
    sa.Column("error", TEXT),  # of the last try, without secrets
)
outbox = sa.Table(
    "alert_outbox",
    metadata,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("destination", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),  # digest | receipt | reminder | ping
    sa.Column("subject", TEXT, nullable=False),  # what it is of: an event's run, a delivery's number, a time
    sa.Column("created_at", TEXT, nullable=False),
    sa.Column("content", TEXT, nullable=False),
    sa.Column("sent_at", TEXT),  # NULL: waiting
    sa.UniqueConstraint("destination", "kind", "subject"),
)
tick = sa.Table(
    "alert_tick",
    metadata,
    sa.Column("what", TEXT, primary_key=True),  # daemon | look
    sa.Column("at", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False, server_default=""),  # of a look: which state it saw
)
reminded = sa.Table(  # returns that an office was reminded of, as long as they are missing
    "alert_reminded",
    metadata,
    sa.Column("destination", TEXT, primary_key=True),
    sa.Column("table_id", TEXT, primary_key=True),
    sa.Column("period", TEXT, primary_key=True),
    sa.Column("unit", TEXT, primary_key=True),
    sa.Column("what", TEXT, nullable=False),  # due | late
    sa.Column("told_at", TEXT, nullable=False),
)
unbegun = sa.Table(  # runs of the scheduler that ended before they became runs of ours
    "alert_unbegun",
    metadata,
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("at", TEXT, nullable=False),
    sa.Column("sentence", TEXT, nullable=False),
)
