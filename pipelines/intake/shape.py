"""What a template asks for: columns, classes, areas. Written into it, read back, held against the contract of today.

The words come back from outside: they are shown bounded, and nothing but the sentence on an outdated template is made
of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipelines.intake.plan import Plan
from pipelines.intake.text import visible
from pipelines.messages import LANGUAGES, say

KINDS = ("column", "class", "area")
SHOWN = 8
"""Names that one part of the difference lists."""

_MOST = 50_000
"""Parts of one table that are read back."""


class Part(NamedTuple):
    """One column, class (`dimension=code`) or area of a template, with its name in both languages."""

    kind: str
    id: str
    en: str
    zh: str


def shape(plan: Plan, unit: str, period: str) -> list[Part]:
    """What the contract asks of a unit in a period: its measures then, and the classes and areas of its rows."""
    table, areas = plan.table, plan.rows_due(unit, period)[0]
    found = [Part("column", one.id, one.title.en, one.title.zh) for one in table.measures if one.asked_in(period)]
    found += [
        Part("column", one.id, one.title.en if one.title else one.id, one.title.zh if one.title else one.id)
        for one in table.reported
    ]
    codes = {pair for text in plan.rows_due(unit, period)[1] for pair in text.split(";")}
    for dimension, codelist in plan.dimensions.items():
        for item in codelist.items.values():
            if (id := f"{dimension}={item.code}") in codes:
                found.append(Part("class", id, item.name_en, item.name_zh))
    for area in areas:
        name = plan.catalog.name(area, period)
        found.append(Part("area", area, name.en, name.zh))
    return found


def digest(parts: Iterable[Part]) -> str:
    """16 hexadecimal digits that change when a column, class or area comes or goes; a new name changes nothing."""
    text = json.dumps([(one.kind, one.id) for one in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rows(table: str, parts: Iterable[Part]) -> Iterator[tuple[str, ...]]:
    """Lines of the list that a template carries of a table: table, kind, id, names."""
    for one in parts:
        yield (table, *one)


def read(lines: Iterable[Sequence[str]], table: str) -> list[Part]:
    """The parts of a table that such a list holds; lines of another form are passed over."""
    found: list[Part] = []
    for line in lines:
        if len(line) >= 5 and line[0] == table and line[1] in KINDS and len(found) < _MOST:
            found.append(Part(line[1], *(visible(text) for text in line[2:5])))
    return found


def difference(before: Sequence[Part], now: Sequence[Part]) -> dict[str, str]:
    """What came, went and was renamed, as a clause in each language; places `difference_en`, `difference_zh`.

    A part that went and one that came under the same names are one that was given another id.
    """
    changes: dict[str, list[tuple[Part, Part]]] = {}
    for kind in KINDS:
        old, new = ({one.id: one for one in parts if one.kind == kind} for parts in (before, now))
        gone = [one for id, one in old.items() if id not in new]
        come = [one for id, one in new.items() if id not in old]
        by_name = {one[2:]: one for one in come}
        moved = [(one, by_name[one[2:]]) for one in gone if one[2:] in by_name]
        told = {one for pair in moved for one in pair}
        renamed = [(one, new[id]) for id, one in old.items() if id in new and one != new[id]]
        changes[f"{kind}_added"] = [(one, one) for one in come if one not in told]
        changes[f"{kind}_removed"] = [(one, one) for one in gone if one not in told]
        changes[f"{kind}_recoded"] = moved
        changes[f"{kind}_renamed"] = renamed
    return {f"difference_{language}": _clause(changes, language, bool(before)) for language in LANGUAGES}


def _clause(changes: dict[str, list[tuple[Part, Part]]], language: str, known: bool) -> str:
    if not known:
        return say("template.difference.unknown", language)
    said: list[str] = []
    for what, pairs in changes.items():
        names = [_named(what, old, new, language) for old, new in pairs[:SHOWN]]
        if len(pairs) > SHOWN:
            names.append(say("template.difference.more", language, count=len(pairs) - SHOWN))
        if names:
            listed = say("template.difference.between", language).join(names)
            said.append(say(f"template.difference.{what}", language, names=listed))
    none = say("template.difference.none", language)
    return say("template.difference.and", language).join(said) if said else none


def _named(what: str, old: Part, new: Part, language: str) -> str:
    before, after = (one.zh if language == "zh" else one.en for one in (old, new))
    if what.endswith("renamed"):
        return say("template.difference.pair", language, before=before, after=after)
    if what.endswith("recoded"):
        return say("template.difference.pair", language, before=f"{before} {old.id}", after=new.id)
    return say("template.difference.one", language, name=before, id=old.id.rpartition("=")[2])
