"""The alerts' tables in the register: the ledger of findings, destinations, the outbox, what offices
were reminded of, ticks, runs that never began.

Declared beside the register's tables, so that it makes them and adds columns that came later. Nothing is stored here
that a message may not show; no address and no secret.
"""

from __future__ import annotations

import sqlalchemy as sa

from pipelines.landing.register import metadata

ledger = sa.Table(
    "alert",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # what a person calls it: `yearbook ack 12`
    sa.Column("key", sa.Text, nullable=False, unique=True),  # check:area:year:office
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("check_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open | acknowledged | recovered
    sa.Column("first_seen", sa.Text, nullable=False),
    sa.Column("opened_at", sa.Text, nullable=False),  # the last time it opened
    sa.Column("told_at", sa.Text, nullable=False),  # the last time there was something to tell
    sa.Column("ended_at", sa.Text),
    sa.Column("run_id", sa.Text, nullable=False),  # that last saw it
    sa.Column("finding", sa.Text, nullable=False),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("because", sa.Text),
    sa.Column("acknowledged_at", sa.Text),
    sa.Column("worst", sa.Text),  # severity, since it opened
    sa.Column("until", sa.Text),  # day up to which the acknowledgement holds; NULL: until it recovers
)
destination = sa.Table(
    "alert_destination",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("next_try_at", sa.Text),
    sa.Column("error", sa.Text),  # of the last try, without secrets
)
outbox = sa.Table(
    "alert_outbox",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # digest | receipt | reminder | ping
    sa.Column("subject", sa.Text, nullable=False),  # what it is of: an event's run, a delivery's number, a time
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Text),  # NULL: waiting
    sa.UniqueConstraint("destination", "kind", "subject"),
)
tick = sa.Table(
    "alert_tick",
    metadata,
    sa.Column("what", sa.Text, primary_key=True),  # daemon | look
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default=""),  # of a look: which state it saw
)
reminded = sa.Table(  # returns that an office was reminded of, as long as they are missing
    "alert_reminded",
    metadata,
    sa.Column("destination", sa.Text, primary_key=True),
    sa.Column("table_id", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),  # due | late
    sa.Column("told_at", sa.Text, nullable=False),
)
unbegun = sa.Table(  # runs of the scheduler that ended before they became runs of ours
    "alert_unbegun",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
)
