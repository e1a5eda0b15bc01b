"""Does a submission that supersedes another name one that was accepted, of the same table, period and unit?

Only the register knows, so the gate cannot ask. Which submission is then in force is decided by dbt, by dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.intake.verdicts import DeliveryVerdict, SubmissionVerdict, finding, reject
from pipelines.landing import register


def hold(home: Home, verdicts: Sequence[DeliveryVerdict]) -> list[DeliveryVerdict]:
    """Rejects accepted submissions whose `supersedes` names nothing. Several ids may stand in it, for a file of several
    tables; each submission needs one of its own. Verdicts in order of arrival: a later one may name an earlier. Returns
    those with a submission that it rejected.
    """
    every = {id for verdict in verdicts for one in verdict.submissions for id in _named(one)}
    found: list[DeliveryVerdict] = []
    if not every:
        return found
    s = register.submission.c
    query = sa.select(s.submission_id, s.table_id, s.period, s.unit).where(s.verdict == "accepted")
    ids = sorted(every)
    known = {
        tuple(row.values())
        for start in range(0, len(ids), register.AT_ONCE)
        for row in register.rows(home, query.where(s.submission_id.in_(ids[start : start + register.AT_ONCE])))
    }
    for verdict in verdicts:
        for one in verdict.submissions:
            if one.verdict != "accepted":
                continue
            place = (one.table, one.period, one.unit)
            named = _named(one)
            if named and not any((id, *place) in known for id in named):
                reject(verdict, one, finding("supersedes_unknown", sheet=one.sheet, found=one.declared.supersedes))
                found.append(verdict)
            else:
                known.add((one.submission_id, *place))
    return found


def _named(one: SubmissionVerdict) -> list[str]:
    return re.split(r"[\s,;]+", one.declared.supersedes.strip()) if one.declared.supersedes else []
