"""What the gate says: findings, verdicts on submissions and deliveries; and what a delivery declares.

Plain data that travels as JSON from the child process. How to word it is `receipts`' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pipelines.intake.text import address, visible

KEPT = 50
"""Findings of one code that one submission keeps; the rest are only counted."""


@dataclass(slots=True)
class Finding:
    """One thing to mend or to know. `code` names its sentence (`finding.<code>` of the message catalogue).

    `row` and `column` count from 1, 0 = the whole sheet or file; `header` is the known column it stands in.
    `found` is bounded and never the value of an unknown or ignored column. `places` fills further places of
    the sentence.
    """

    code: str
    severity: Literal["error", "warning"] = "error"
    sheet: str = ""
    cell: str = ""
    row: int = 0
    column: int = 0
    header: str = ""
    found: str = ""
    expected: str = ""
    nearest: str = ""
    places: dict[str, Any] = field(default_factory=dict)


def finding(code: str, row: int = 0, column: int = 0, /, *, found: str = "", **fields: Any) -> Finding:
    """A finding with its address worked out and its `found` made safe. Unknown keywords become `places`."""
    named = {name: fields.pop(name) for name in _NAMED & fields.keys()}
    for name in ("header", "nearest"):
        if name in named:
            named[name] = visible(named[name])
    return Finding(
        code, row=row, column=column, cell=address(row, column), found=visible(found), places=fields, **named
    )


_NAMED = {"severity", "sheet", "header", "expected", "nearest"}


@dataclass
class Declared:
    """What a delivery says of itself. '' and None: what it does not say; `settled` fills the defaults."""

    office: str = ""
    table: str = ""
    period: str = ""
    unit: str = ""
    prepared_on: str = ""
    revision: int | None = None
    supersedes: str = ""
    partial: bool | None = None
    obs_status: str = ""
    coverage_months: int | None = None
    reason: str = ""
    because: str = ""

    def over(self, other: Declared) -> Declared:
        """These facts, and the other's where these say nothing."""
        theirs = vars(other)
        return Declared(**{name: theirs[name] if mine in ("", None) else mine for name, mine in vars(self).items()})

    def facts(self) -> dict[str, Any]:
        """What makes one submission differ from another. Why it revises is said of it, and may be said later."""
        return {name: value for name, value in vars(self).items() if name not in ("reason", "because")}

    def settled(self) -> Declared:
        """With defaults: revision 0, not partial, 'A' (final). `coverage_months` waits for the period."""
        return self.over(Declared(revision=0, partial=False, obs_status="A"))


@dataclass
class SubmissionVerdict:
    """The gate's word on one table x period x unit of a delivery. `figures`: how many it lands.

    `counts` holds the true number of findings per code, of which `findings` keeps the first.
    """

    submission_id: str
    office: str
    table: str
    period: str
    unit: str
    verdict: Literal["accepted", "rejected"]
    declared: Declared
    contract_version: str
    contract_hash: str
    sheet: str = ""
    figures: int = 0
    content_hash: str = ""
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class DeliveryVerdict:
    """The gate's word on one file. `findings` reject it as a whole; `chunk` names the figures' file, `marked` the copy
    with its cells marked ('': there is none)."""

    sha256: str
    file_name: str
    verdict: Literal["accepted", "partly", "rejected"] = "rejected"
    declared: Declared = field(default_factory=Declared)
    findings: list[Finding] = field(default_factory=list)
    submissions: list[SubmissionVerdict] = field(default_factory=list)
    chunk: str = ""
    marked: str = ""


def overall(submissions: Iterable[SubmissionVerdict]) -> Literal["accepted", "partly", "rejected"]:
    """The word on a delivery whose submissions were judged."""
    outcomes = {one.verdict for one in submissions}
    return "partly" if len(outcomes) == 2 else "accepted" if outcomes == {"accepted"} else "rejected"


def reject(delivery: DeliveryVerdict, one: SubmissionVerdict, found: Finding) -> None:
    """Takes an acceptance back, for a reason that only shows beside other submissions. Nothing of it may land."""
    one.verdict, one.figures, one.content_hash = "rejected", 0, ""
    one.findings.append(found)
    one.counts[found.code] = one.counts.get(found.code, 0) + 1
    delivery.verdict = overall(delivery.submissions)


class Rejection(Exception):
    """The delivery as a whole cannot be taken. Carries the findings that say why."""

    def __init__(self, *findings: Finding):
        super().__init__(", ".join(one.code for one in findings))
        self.findings = list(findings)


def bounded(findings: Iterable[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """The first `KEPT` findings of each code, and how many there were of each."""
    counts: dict[str, int] = {}
    kept: list[Finding] = []
    for one in findings:
        counts[one.code] = counts.get(one.code, 0) + 1
        if counts[one.code] <= KEPT:
            kept.append(one)
    return kept, counts


def to_json(verdict: DeliveryVerdict) -> dict[str, Any]:
    """Plain dictionaries and lists, as `dataclasses.asdict` makes them; that copies every value by itself."""
    return {
        **vars(verdict),
        "declared": vars(verdict.declared).copy(),
        "findings": [asdict(one) for one in verdict.findings],
        "submissions": [
            {
                **vars(one),
                "declared": vars(one.declared).copy(),
                "findings": [asdict(each) for each in one.findings],
                "counts": one.counts.copy(),
            }
            for one in verdict.submissions
        ],
    }


def from_json(data: dict[str, Any]) -> DeliveryVerdict:
    """The verdict that `to_json` wrote. Raises TypeError or KeyError for anything else."""
    submissions = [
        SubmissionVerdict(
            **{
                **one,
                "declared": Declared(**one["declared"]),
                "findings": [Finding(**each) for each in one["findings"]],
            }
        )
        for one in data["submissions"]
    ]
    return DeliveryVerdict(
        **{
            **data,
            "declared": Declared(**data["declared"]),
            "findings": [Finding(**each) for each in data["findings"]],
            "submissions": submissions,
        }
    )
