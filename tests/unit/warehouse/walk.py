"""What stands after a history of submissions and decisions, place by place, in plain Python: no code of the product.

One slice of one table. It shares with the models only the words of the specification.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FACTOR, FLOOR = 10, 100
Figures = dict[str, int]
"""area -> figure"""


@dataclass(frozen=True)
class Sent:
    """A submission as an office sends it. Files of one name hold the same bytes."""

    id: str
    file: str
    figures: tuple[tuple[str, int], ...]
    partial: bool
    day: str
    revision: int = 0
    supersedes: bool = False
    reason: str = ""


@dataclass
class Told:
    """What comes out: the figures that stand, each change on the way, and which files' contents are held."""

    figures: Figures = field(default_factory=dict)
    revisions: list[tuple[str, int, int | None, int | None]] = field(default_factory=list)
    held: set[str] = field(default_factory=set)


def walk(history: Sequence[Sent], decisions: Sequence[tuple[str, str]]) -> Told:
    """`decisions`: (id, accept or refuse), in the order in which they were made."""
    statements: dict[tuple[str, int, str], list[Sent]] = {}
    for one in history:
        day, revision = one.day, one.revision
        copies = [other for other in history if other.file == one.file]
        first = min(other.day for other in copies)
        if not one.supersedes and day > first:
            day, revision = first, max(other.revision for other in copies if other.day == first)
        statements.setdefault((day, revision, one.file), []).append(one)
    words = {
        key: [(number, outcome) for number, (id, outcome) in enumerate(decisions) if id in {one.id for one in sent}]
        for key, sent in statements.items()
    }
    standing = {key: sent for key, sent in statements.items() if not words[key] or max(words[key])[1] == "accept"}
    told, began, vintage = Told(), False, 0
    waiting: set[str] = set()
    for place in sorted({key[:2] for key in standing}):
        here = {key: sent for key, sent in standing.items() if key[:2] == place}
        contents = {sent[0].figures for sent in here.values()}
        accepted = {
            number: sent[0].figures
            for key, sent in here.items()
            for number, outcome in words[key]
            if outcome == "accept"
        }
        if len(contents) > 1 and not accepted:
            waiting |= {key[2] for key in here}
            continue
        chosen = accepted[max(accepted)] if accepted else contents.pop()
        alike = [sent for sent in here.values() if sent[0].figures == chosen]
        partial = all(sent[0].partial for sent in alike)
        if partial and not began:
            continue
        wilful = _wilful(alike)
        if not accepted and not wilful and _apart(told.figures, chosen):
            waiting |= {sent[0].file for sent in alike[:1]} if len(alike) == 1 else {s[0].file for s in alike}
            continue
        vintage += 1
        after = {**told.figures, **dict(chosen)} if partial else dict(chosen)
        for area in sorted({*told.figures, *after}) if began else ():
            if told.figures.get(area) != after.get(area):
                told.revisions.append((area, vintage, told.figures.get(area), after.get(area)))
        told.figures, began = after, True
        if not partial:
            waiting.clear()
    told.held = waiting
    return told


def _wilful(alike: Iterable[Sequence[Sent]]) -> bool:
    return any(one.supersedes and one.reason for sent in alike for one in sent)


def _apart(stands: Figures, figures: tuple[tuple[str, int], ...]) -> bool:
    for area, new in figures:
        old = stands.get(area)
        if old is None or abs(new - old) <= FLOOR:
            continue
        if new > FACTOR * old or new * FACTOR < old:
            return True
    return False
