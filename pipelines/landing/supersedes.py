"""Does a submission that supersedes another name one that was accepted, of the same table, period and unit?

Only the register knows, so the gate cannot ask. Which submission is then in force is decided by dbt, by dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.intake.verdicts import DeliveryVerdict, finding, reject
from pipelines.landing import register


def hold(home: Home, verdicts: Sequence[DeliveryVerdict]) -> None:
    """Rejects accepted submissions whose `supersedes` names nothing. Several ids may stand in it, for a file of several
    tables; each submission needs one of its own. Verdicts in order of arrival: a later one may name an earlier."""
    if not any(one.declared.supersedes for verdict in verdicts for one in verdict.submissions):
        return
    found = register.submission.c
    query = sa.select(found.submission_id, found.table_id, found.period, found.unit).where(found.verdict == "accepted")
    known = {tuple(row.values()) for row in register.rows(home, query)}
    for verdict in verdicts:
        for one in verdict.submissions:
            if one.verdict != "accepted":
                continue
            place = (one.table, one.period, one.unit)
            named = re.split(r"[\s,;]+", one.declared.supersedes.strip()) if one.declared.supersedes else []
            if named and not any((id, *place) in known for id in named):
                reject(verdict, one, finding("supersedes_unknown", sheet=one.sheet, found=one.declared.supersedes))
            else:
                known.add((one.submission_id, *place))
