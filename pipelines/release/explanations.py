"""The explanations of warnings as a table of the release, and those that belong to a figure.

`validation.explained` joined them with what fails; here they are only laid out and read. Which are public is `public`'s
word.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.landing import explanations
from pipelines.messages import LANGUAGES
from pipelines.release import content, quality
from pipelines.validation import read_results
from pipelines.validation.spoken import in_each, part

TABLE = "mart_explanation"
_SIDES = ("found", "expected")
_WORDS = tuple(f"{side}_{language}" for side in _SIDES for language in LANGUAGES)
KEY = ["rule_id", *explanations.KEY[1:], *_WORDS]
Figure = tuple[str, ...]
"""subject, measure ('' of an indicator), area, period, breakdown."""
_FIGURE = ("subject", "measure_id", "area_code", "period", "breakdown")
SHOWN = ("rule_id", "subject", "measure_id", *_WORDS, "because", "explained_by", "explained_at")
"""What is told of one beside its figure."""

_CREATE = f"""
create or replace table {TABLE} (
    finding_id varchar not null, rule_id varchar not null, year integer not null, subject varchar not null,
    measure_id varchar not null, area_code varchar not null, period varchar not null, breakdown varchar not null,
    other varchar not null, {", ".join(f"{name} varchar not null" for name in _WORDS)}, asset varchar not null,
    because varchar not null, explained_by varchar not null, explained_at varchar not null, state varchar not null
)
"""
SAID = {
    "": "Each row is a finding of a check that a person accepted with an explanation, or no longer does.",
    "finding_id": "The finding: a digest of the check, the key of the figure, and what was found and expected.",
    "rule_id": "The check, as in mart_quality; always a warning.",
    "year": "Reference year; 0 where none could be named.",
    "subject": "Return table, or indicator.",
    "measure_id": "Measure of the return table; empty for an indicator, or for all measures.",
    "area_code": "Area of the figure.",
    "period": "Period of the figure, SDMX text.",
    "breakdown": "Dimension codes (a=x;b=y), or _T; empty for all of them.",
    "other": "Of two that seem to have changed places, the other area, breakdown or measure; else empty.",
    "found_en": "What the person saw: the figure, in the words of the check.",
    "found_zh": "What the person saw, in Chinese.",
    "expected_en": "What the check expected.",
    "expected_zh": "What the check expected, in Chinese.",
    "asset": "The table the check looks at; empty where the finding does not stand any more.",
    "because": "Why the figure is accepted as it is; of what was taken back, why it was.",
    "explained_by": "Who said so last.",
    "explained_at": "When, ISO 8601 UTC.",
    "state": "accepted: the check warns of just this. lapsed: it does not any more. taken_back: a person took it back.",
}


def add(folder: Path, validation: Path) -> content.Content:
    """Adds the table to the staged database of `folder` from the results in `validation`. Returns its content."""
    found = read_results(validation)
    names = ("finding", *explanations.KEY, "other", *_WORDS, "asset", "because", "by", "at", "state")
    rows = [
        tuple(int(row[n]) if n == "year" else row[n] for n in names)
        for row in map(_told, found.explanations if found else [])
    ]
    return quality.lay(folder, TABLE, _CREATE, SAID, rows)


def _told(one: dict[str, str]) -> dict[str, str]:
    words = {f"{side}_{language}": text for side in _SIDES for language, text in in_each(one[side]).items()}
    return one | words | {"other": part(one["found"], "other")}


ACCEPTED = f"""
select {", ".join(SHOWN)}, area_code, period, breakdown, other from {TABLE} where state = 'accepted'
order by rule_id, {", ".join(_WORDS)}
"""
"""What `by_figure` needs of a release that has the table."""


def by_figure(rows: Iterable[dict[str, Any]]) -> dict[Figure, list[dict[str, Any]]]:
    """The explanations that hold, of rows of ACCEPTED, by what the check names: a figure, or all of an area (a whole
    return: of the area that answers for it), of a measure or a breakdown of it, which are '' then.
    """
    found: dict[Figure, list[dict[str, Any]]] = {}
    for row in rows:
        shown = {name: row[name] for name in SHOWN}
        for named in (row, row | {_changed(row): row["other"]}) if row["other"] else (row,):
            found.setdefault(tuple(named[name] for name in _FIGURE), []).append(shown)
    return found


def of_figures(explained: dict[Figure, list[dict[str, Any]]], figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Those of some figures, and of what they are a part of; each once."""
    found = {}
    for subject, measure, area, period, breakdown in figures:
        for key in itertools.product((subject,), (measure, ""), (area,), (period,), (breakdown, "")):
            found |= {id(one): one for one in explained.get(key, [])}
    return list(found.values())


def _changed(row: dict[str, Any]) -> str:
    """What of a row its `other` is another one of."""
    return "measure_id" if row["measure_id"] else "breakdown" if row["breakdown"] else "area_code"
