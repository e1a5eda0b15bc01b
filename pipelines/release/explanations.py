"""The explanations of warnings as a table of the release, and those that belong to a figure.

`validation.explained` joined them with what fails; here they are only laid out and read. Which are public is `public`'s
word.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.landing import explanations
from pipelines.release import content, quality
from pipelines.validation import read_results

TABLE = "mart_explanation"
KEY = ["rule_id", *explanations.SEEN[1:]]
Figure = tuple[str, str, str, str, str]
"""subject, measure ('' of an indicator), area, period, breakdown."""
SHOWN = ("rule_id", "subject", "measure_id", "found", "expected", "because", "explained_by", "explained_at")
"""What is told of one beside its figure."""

_CREATE = f"""
create table {TABLE} (
    finding_id varchar not null, rule_id varchar not null, year integer not null, subject varchar not null,
    measure_id varchar not null, area_code varchar not null, period varchar not null, breakdown varchar not null,
    found varchar not null, expected varchar not null, asset varchar not null, because varchar not null,
    explained_by varchar not null, explained_at varchar not null, state varchar not null
)
"""
_SAID = {
    "": "Each row is a finding of a check that a person accepted with an explanation, or no longer does.",
    "finding_id": "The finding: a digest of the check, the key of the figure, and what was found and expected.",
    "rule_id": "The check, as in mart_quality; always a warning.",
    "year": "Reference year; 0 where none could be named.",
    "subject": "Return table, or indicator.",
    "measure_id": "Measure of the return table; empty for an indicator or a whole return.",
    "area_code": "Area of the figure.",
    "period": "Period of the figure, SDMX text.",
    "breakdown": "Dimension codes (a=x;b=y), or _T; empty for a whole return.",
    "found": "What the person saw: the figure, in the words of the check.",
    "expected": "What the check expected.",
    "asset": "The table the check looks at; empty where the finding does not stand any more.",
    "because": "Why the figure is accepted as it is; of what was taken back, why it was.",
    "explained_by": "Who said so last.",
    "explained_at": "When, ISO 8601 UTC.",
    "state": "accepted: the check warns of just this. lapsed: it does not any more. taken_back: a person took it back.",
}


def add(folder: Path, validation: Path) -> content.Content:
    """Adds the table to the staged database of `folder` from the results in `validation`. Returns its content."""
    found = read_results(validation)
    names = ("finding", *explanations.SEEN, "asset", "because", "by", "at", "state")
    rows = [
        tuple(int(one[n]) if n == "year" else one[n] for n in names) for one in (found.explanations if found else [])
    ]
    return quality.lay(folder, TABLE, _CREATE, _SAID, rows)


ACCEPTED = f"""
select {", ".join(SHOWN)}, area_code, period, breakdown from {TABLE} where state = 'accepted'
order by rule_id, found, expected
"""
"""What `by_figure` needs of a release that has the table."""


def by_figure(rows: Iterable[dict[str, Any]]) -> dict[Figure, list[dict[str, Any]]]:
    """The explanations that hold, of rows of ACCEPTED, by the figure that the check names."""
    found: dict[Figure, list[dict[str, Any]]] = {}
    for row in rows:
        key = (row["subject"], row["measure_id"], row["area_code"], row["period"], row["breakdown"])
        found.setdefault(key, []).append({name: row[name] for name in SHOWN})
    return found
