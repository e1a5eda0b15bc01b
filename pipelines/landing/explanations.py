"""What persons explained of findings: a row that breaks a rule of warning severity, accepted as it is, or no longer.

A finding is named by a digest of everything that was seen: the rule, the key of the figure, what was found and what
was expected, both in a form without a language. So an explanation is of these figures and no others. Kept among the
decisions; only ever added to. Which findings stand is validation's word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pipelines.home import Home
from pipelines.landing import decisions

FINDING = "finding"
"""What these decisions are about."""
KEY = ("rule", "year", "subject", "measure_id", "area_code", "period", "breakdown")
"""Which figure, and what is held against it. subject: the return table, or the indicator."""
SEEN = (*KEY, "found", "expected")
"""All that a person saw of a finding; its id is made of it."""

Finding = dict[str, str]


def id_of(finding: Mapping[str, str]) -> str:
    """The id of a finding: 16 hexadecimal digits of the sha256 of what was seen. KeyError: a part is missing."""
    text = json.dumps([finding[name] for name in SEEN], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record(
    home: Home, findings: Iterable[Mapping[str, str]], outcome: Literal["accept", "take_back"], because: str, by: str
) -> list[dict[str, Any]]:
    """Accepts findings with an explanation, or takes that back; all of them, or none.

    Returns the decisions as recorded. Raises decisions.DecisionError. Whether they stand is asked before.
    """
    rows = [
        {
            "about": FINDING,
            "subject": id_of(finding),
            "kind": "explanation",
            "outcome": outcome,
            "reason": "",
            "seen": json.dumps({name: finding[name] for name in SEEN}, ensure_ascii=False),
        }
        for finding in findings
    ]
    return decisions.record(home, rows, because, by)


def last(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The last word on each finding, of rows of decisions.export in any order, by the id of the finding.

    A word is what was seen, and finding, outcome, because, by, at.
    """
    found: dict[str, dict[str, str]] = {}
    for row in sorted((row for row in rows if row["about"] == FINDING), key=lambda row: row["number"]):
        said = {"because": row["because"], "by": row["decided_by"], "at": row["decided_at"]}
        found[row["subject"]] = {
            **json.loads(row["seen"]), "finding": row["subject"], "outcome": row["outcome"], **said
        }  # fmt: skip
    return found
