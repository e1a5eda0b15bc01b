"""Do the documents agree with each other? Each fault has file and line and says how to mend it.

Shape and types were held by the models before this. One function per kind of document (returns, indicators
with targets, and corrections have modules of their own); no check stops another, so that all faults come out together.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Set

from pipelines.contracts import (
    check_area_events,
    check_breaks,
    check_corrections,
    check_families,
    check_indicators,
    check_returns,
    forbidden,
)
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.yamlfile import Located


def all_faults(catalog: Catalog, located: dict[str, Located], unread: Set[str] = frozenset()) -> list[Fault]:
    """Every disagreement between documents.

    `unread`: documents (`programme`, `return:<id>`, `indicator:<id>`, `codelist:<name>` ...) of which not all is
    known and whose own faults were already reported; nothing that refers to them is a fault of its own.
    """
    faults: list[Fault] = []
    if "calendar" not in unread:
        faults += _calendar(catalog, located["calendar"], unread)
    if "programme" not in unread:
        faults += _offices(catalog, located["programme"])
    faults += _areas(catalog)
    faults += _codes(catalog)
    for id, table in catalog.returns.items():
        faults += check_returns.faults(catalog, table, located[f"return:{id}"], unread)
    for id, indicator in catalog.indicators.items():
        faults += check_indicators.indicator(catalog, indicator, located[f"indicator:{id}"], unread)
    for id, targets in catalog.targets.items():
        faults += check_indicators.targets(catalog, targets, located[f"target:{id}"], unread)
    faults += check_area_events.faults(catalog, located, unread)
    for id, found in catalog.breaks.items():
        faults += check_breaks.faults(catalog, found, located[f"break:{id}"], unread)
    faults += check_corrections.faults(catalog, located, unread)
    faults += check_families.faults(catalog, located, unread)
    return faults


def _calendar(catalog: Catalog, where: Located, unread: Set[str]) -> Iterator[Fault]:
    zone = catalog.calendar.time_zone
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield where.fault(f"{zone!r} is not a time zone; write one like Asia/Shanghai", "time_zone")
    offices = [office.id for office in catalog.programme.offices]
    for index, moved in enumerate(catalog.calendar.postponements):
        for kind, name, known in (
            ("table", moved.table, list(catalog.returns)),
            ("office", moved.office, offices),
        ):
            if name and name not in known and not {f"return:{name}", "programme"} & unread:
                hint = nearest(name, known)
                message = f"a postponement names the unknown {kind} {name}{hint}"
                yield where.fault(message, "postponements", index, kind)
        if not moved.table and not moved.office:
            yield where.fault("a postponement is for a table or an office; name one", "postponements", index)


def _offices(catalog: Catalog, where: Located) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, office in enumerate(catalog.programme.offices):
        if office.id in seen:
            yield where.fault(f"the office {office.id} is listed twice", "offices", index)
        seen.add(office.id)
    levels = catalog.programme.levels
    if len(set(levels)) < len(levels):
        yield where.fault("a level is listed twice", "levels")
    lowest = catalog.programme.forms.lowest_level
    if lowest and lowest not in levels:
        hint = nearest(lowest, levels)
        yield where.fault(f"the forms name the unknown level {lowest}{hint}", "forms", "lowest_level")


def _areas(catalog: Catalog) -> Iterator[Fault]:
    levels = catalog.programme.levels
    file = "codelists/area.csv"
    for area in catalog.areas.values():
        if area.level not in levels:
            known = ", ".join(levels)
            message = f"{area.code} has the unknown level {area.level!r}; programme.yaml lists {known}"
            yield Fault(file, area.line, message)
            continue
        above = catalog.areas.get(area.parent)
        if above and above.level in levels and levels.index(above.level) >= levels.index(area.level):
            message = f"{area.code} ({area.level}) cannot lie in {above.code} ({above.level})"
            yield Fault(file, area.line, message)


def _codes(catalog: Catalog) -> Iterator[Fault]:
    for name, codelist in catalog.codelists.items():
        for item in codelist.items.values() if name != "area" else ():
            topic = forbidden.reason(item.code, item.name_en, item.name_zh, *item.aliases)
            if topic:
                message = f"the code {item.code} concerns {topic}; this product holds no such figures"
                yield Fault(f"codelists/{name}.csv", item.line, message)
