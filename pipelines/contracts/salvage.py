"""What can still be known of documents with faults of shape, so that the other faults come out with them.

A wrong value that no other check looks at is replaced, and the rest is used; a document whose structure is in doubt
is left out as a whole. Nothing of this ever leaves the loader: with any fault there is no catalog.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.base import Label
from pipelines.contracts.breaks import Break
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.corrections import Correction
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Office, Programme
from pipelines.contracts.returns import Return
from pipelines.contracts.yamlfile import Location

Model = TypeVar("Model", bound=BaseModel)


def _label(place: Location) -> dict[str, str]:
    name = f"({'.'.join(map(str, place))})"  # no two alike, so that no header seems to mean two columns
    return {"en": name, "zh": name}


FILLED: dict[str, Callable[[Location], Any]] = {
    "version": lambda _: "0.0.0",
    "programme": lambda _: "unknown",
    "time_zone": lambda _: "UTC",
    "days_after_end": lambda _: 0,
    "over_time": lambda _: "none",
    "reason": lambda _: "correction",
    "decided_by": lambda _: "unknown",
    **dict.fromkeys(
        ("title", "grain", "definition", "because", "source", "former_name", "source_wording", "publisher"), _label
    ),
}
"""Fields that must be there and that no other check depends on, and what stands in for them."""

DROPPED: dict[str, tuple[str, ...]] = {
    "decimals": ("headline_decimals",),
    "postponements": (),
    **dict.fromkeys(
        ("across_units", "aliases", "area_headers", "base", "change_limit", "duplicates", "fictitious", "file_names",
         "follow_up_years", "format", "header", "headline_decimals", "history_limit", "ignored_headers",
         "known_limits", "language", "maximum", "pad", "per", "period_headers", "plausible", "position",
         "revision_limit", "severity", "sheets", "working_days"),
        (),
    ),
}  # fmt: skip
"""Fields that may be left out without making another fault, and what must go with them."""


def rest(model: type[Model], data: Any, places: Iterable[Location], ids: Mapping[str, str]) -> Model | None:
    """The document with its faulty places replaced or left out; None when that could make faults of its own.

    `ids`: the fields that repeat the name of the file, with that name.
    """
    data = copy.deepcopy(data)
    for place in places:
        if len(place) == 1 and place[0] in ids:
            data[place[0]] = ids[str(place[0])]
            continue
        at = next((at for at, part in enumerate(place) if part in FILLED or part in DROPPED), len(place) - 1)
        owner, name = data, place[at] if place else ""
        try:
            for part in place[:at]:
                owner = owner[part]
        except (KeyError, IndexError, TypeError):
            continue  # gone already, with what it stood in
        if not isinstance(owner, dict) or not isinstance(name, str):
            return None
        if name in FILLED:
            owner[name] = FILLED[name](place[: at + 1])
        elif name in DROPPED or _means_nothing(name):
            for each in (name, *DROPPED.get(name, ())):
                owner.pop(each, None)
        else:
            return None
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _means_nothing(name: str) -> bool:
    """Is it no field at all, nor the misspelt name of one that other checks depend on?"""
    near = get_close_matches(name, _fields(), n=1, cutoff=0.6)
    return name not in _fields() and (not near or near[0] in FILLED or near[0] in DROPPED)


@cache
def _fields() -> tuple[str, ...]:
    names: set[str] = set()
    for model in (Programme, Calendar, Return, Indicator, Targets, AreaEvent, Break, Correction):
        schema = model.model_json_schema(by_alias=True)
        for each in (schema, *schema["$defs"].values()):
            names |= set(each.get("properties", ()))
    return tuple(sorted(names))


def programme(
    returns: Mapping[str, Return],
    indicators: Mapping[str, Indicator],
    targets: Mapping[str, Targets],
    areas: Codelist,
) -> Programme:
    """A stand-in that knows every office and level the other documents speak of, levels as the areas lie."""
    depths: dict[str, int] = {}
    for area in areas.items.values():
        depth, above = 0, areas.items.get(area.parent)
        while above is not None and depth <= len(areas.items):
            depth, above = depth + 1, areas.items.get(above.parent)
        depths.setdefault(area.level, depth)
    found = sorted(depths, key=lambda level: depths[level])
    wide = [table.reporting_unit for table in returns.values()]
    low = [level for t in returns.values() for level in (*t.due.areas, *filter(None, [t.lowest_published_level]))]
    low += [level for i in indicators.values() for level in (*(i.levels or ()), *filter(None, [i.level]))]
    low += [level for t in targets.values() for target in t.targets for level in target.level]
    levels = [*(level for level in wide if level not in found), *found, *low]
    offices = dict.fromkeys(table.office for table in returns.values())
    words = Label(**_label(("programme",)))
    return Programme.model_construct(
        programme="unknown",
        title=words,
        publisher=words,
        offices=[Office.model_construct(id=office, title=words, aliases=[]) for office in offices],
        levels=list(dict.fromkeys(levels)),
    )
