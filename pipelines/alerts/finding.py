"""A finding: one thing that is wrong, by a key that stays the same from run to run; and what one look saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.messages import LANGUAGES, say

KINDS = ("check", "return", "late", "held", "edition", "run")
"""What a finding may be of: a check on the figures, a return that was rejected, late ones, held ones, an edition that
was stopped, the run itself."""

SEVERITIES = ("warning", "error")
"""Least first."""

SHOWN = 5
"""Addresses of failing rows that a finding carries; `file` names the file with all of them."""

Words = dict[str, str]
"""language -> text."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `check`, `area`, `year` and `office` are its key; '' where one does not apply.

    title: what ought to be, or what it is about. sentence: what was found. places: addresses of the first failing rows
    (`KEY: found, expected (file, sheet, cell)`). count: failing rows in all. file: absolute path of all of them, or of
    the receipt; '' for none. run: the run (or release) that saw it.
    """

    kind: str
    check: str
    severity: str
    title: Words
    sentence: Words
    area: str = ""
    area_name: Words = field(default_factory=dict)
    year: str = ""
    office: str = ""
    office_name: Words = field(default_factory=dict)
    places: tuple[Words, ...] = ()
    count: int = 0
    file: str = ""
    run: str = ""

    @property
    def key(self) -> str:
        """`check:area:year:office`, `-` for what does not apply."""
        return ":".join(part or "-" for part in (self.check, self.area, self.year, self.office))

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"places": list(self.places)}

    @staticmethod
    def of(plain: dict[str, Any]) -> Finding:
        """What `plain` gave."""
        fields: dict[str, Any] = plain | {"places": tuple(plain["places"])}
        return Finding(**fields)


@dataclass(frozen=True)
class Seen:
    """What one look at the state saw, after the run `run`.

    looked: kinds that were really looked at; of any other kind nothing is known. unsure: checks of those kinds that
    could not be run, of which nothing is known either. explained: keys of what a person accepted with an explanation.
    outcome: how that run ended, job_run: its id in the scheduler. well: it did what a night is to do.
    """

    run: str
    outcome: str
    well: bool
    findings: tuple[Finding, ...]
    looked: frozenset[str]
    unsure: frozenset[str] = frozenset()
    job_run: str = ""
    explained: frozenset[str] = frozenset()

    def by_key(self) -> dict[str, Finding]:
        """key -> finding; of two with one key the first."""
        found: dict[str, Finding] = {}
        for finding in self.findings:
            found.setdefault(finding.key, finding)
        return found

    def covers(self, kind: str, check: str) -> bool:
        """Was that really looked at, so that no finding means that all is well?"""
        return kind in self.looked and check not in self.unsure


def words(key: str, **places: Any) -> Words:
    """A sentence of the catalogue in every language. A place may be words itself."""
    return {
        language: say(key, language, **{n: p[language] if isinstance(p, dict) else p for n, p in places.items()})
        for language in LANGUAGES
    }


def same(text: str) -> Words:
    """One text for every language."""
    return dict.fromkeys(LANGUAGES, text)
