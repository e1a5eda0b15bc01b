"""Can the clock of the machine be believed? One that lost its battery begins in another year, and a release made by it
would lack whatever is not there yet. A clock that is ahead by less than thousands of years cannot be told from a right
one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from pipelines.home import Home, Unusable
from pipelines.landing import register

_DAY = timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC) - 2 * 366 * _DAY
"""Later there is no year after this one to be reckoned with."""


def check(home: Home) -> None:
    """Raises home.Unusable where an accepted return, which nobody refused since, was prepared after today; by a day
    more, since today begins earlier in the east.
    """
    now, sent, decided = datetime.now(UTC), register.submission.c, register.decision.c
    says = f"The clock of this machine says {now:%Y-%m-%d}"
    if now > _LAST:
        raise Unusable(f"{says}, which no calendar reaches. Set it right, then run again.")
    refused = sa.select(decided.subject).where(decided.kind == "standing", decided.outcome == "refuse")
    later = sent.prepared_on > (now + _DAY).date().isoformat()
    query = sa.select(sent.submission_id, sent.table_id, sent.period, sent.unit, sent.prepared_on).where(
        sent.verdict == "accepted", later, sent.submission_id.not_in(refused)
    )
    for row in register.rows(home, query.order_by(sent.prepared_on.desc()).limit(1)):
        what = f"{row['table_id']} {row['period']} of {row['unit']}"
        raise Unusable(
            f"{says}, but {what} was prepared on {row['prepared_on']}, and accepted. Set the clock right, then run "
            "again. If it is right, that return came by a wrong one: yearbook decide "
            f"{row['submission_id'][:12]} refuse."
        )
