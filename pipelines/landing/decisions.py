"""What persons decided and explained, kept in the register: who, when, about what, and why. Only ever added to.

A later decision of the same kind about the same thing replaces the earlier one, which stays on record. What follows
from a decision for a figure is dbt's business; this knows only that the thing exists.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from pipelines import journal
from pipelines.contracts.reasons import REASONS
from pipelines.home import Home
from pipelines.landing import register, seals

SUBMISSION = "submission"
"""What these decisions are about; `explanations` has those about findings."""

BY, BECAUSE = 200, 1000
SHORTEST = 8
"""Characters of an id that may stand for it, where it is the only one that begins so."""


class DecisionError(Exception):
    """The decision cannot be recorded. The message is a sentence."""


def decide(
    home: Home, submission: str, outcome: Literal["accept", "refuse"], because: str, by: str, reason: str = ""
) -> dict[str, Any]:
    """Accepts or refuses a submission. `reason`: the code of what it revises for, if that is known too.

    Returns the decision as recorded. Raises DecisionError.
    """
    return _of_submission(home, submission, "standing", outcome, reason, because, by)


def explain(home: Home, submission: str, reason: str, because: str, by: str) -> dict[str, Any]:
    """Says why a submission revises figures. Returns the explanation as recorded. Raises DecisionError."""
    if not reason:
        raise DecisionError(f"Say the reason: one of {', '.join(REASONS)}.")
    return _of_submission(home, submission, "explanation", "", reason, because, by)


def export(home: Home) -> list[dict[str, Any]]:
    """Every decision as the relation that dbt reads, in the order in which they were made. Raises home.Unusable where
    one was changed.
    """
    found = register.rows(home, sa.select(register.decision).order_by(register.decision.c.number))
    return seals.held(register.decision, found)


def find(home: Home, text: str) -> str:
    """The id of the accepted submission that a person means: its id, or the beginning of it. Raises DecisionError."""
    text = text.strip().lower()
    column = register.submission.c
    query = sa.select(column.submission_id).where(column.verdict == "accepted")
    if len(text) < SHORTEST or not text.isalnum():
        raise DecisionError(f"{text!r} is no submission's id; give at least {SHORTEST} of its characters.")
    found = [row["submission_id"] for row in register.rows(home, query.where(column.submission_id.startswith(text)))]
    if len(found) == 1:
        return found[0]
    if found:
        raise DecisionError(f"{text} begins the ids of {len(found)} submissions; give more of its characters.")
    raise DecisionError(f"There is no accepted submission {text}. The ids stand in receipts and in `yearbook held`.")


def _of_submission(
    home: Home, submission: str, kind: str, outcome: str, reason: str, because: str, by: str
) -> dict[str, Any]:
    if reason and reason not in REASONS:
        raise DecisionError(f"{reason!r} is no reason for a revision; known are {', '.join(REASONS)}.")
    about = {"about": SUBMISSION, "subject": find(home, submission), "kind": kind, "seen": ""}
    (made,) = record(home, [about | {"outcome": outcome, "reason": reason}], because, by)
    return made


def record(home: Home, rows: list[dict[str, str]], because: str, by: str) -> list[dict[str, Any]]:
    """Adds decisions that one person makes at once, for one reason: all of them, or none. Returns them as recorded.

    A row has about, subject, kind, outcome, reason, seen. Raises DecisionError.
    """
    said = {
        "because": _words(because, "Say why (--because)", BECAUSE),
        "decided_by": _words(by, "Say who decides (--by)", BY),
    }
    made: list[dict[str, Any]] = []
    with register.transaction(home) as connection:
        for row in rows:
            whole = row | said | {"decided_at": register.now(connection)}
            result = connection.execute(register.decision.insert().values(seals.sealed(register.decision, whole)))
            (number,) = result.inserted_primary_key or (0,)
            made.append({"number": number, **whole})
    for one in made:
        facts = {name: one[name] for name in ("number", "outcome")} | {one["about"]: one["subject"]}
        journal.note(home, "decision made", decision=one["kind"], **facts)
    return made


def _words(text: str, request: str, length: int) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable() or len(text) > length:
        raise DecisionError(f"{request}, in 1 to {length} printable characters.")
    return text
