"""Do the documents agree with each other? Each check yields faults with file and line and says how to mend them.

Shape and types were held by the models before this. One function per kind of document; no check stops another.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from pipelines.contracts import check_indicators, forbidden
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Relation, relation
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.periods import parse
from pipelines.contracts.returns import Return
from pipelines.contracts.yamlfile import Located


def all_faults(catalog: Catalog, located: dict[str, Located]) -> list[Fault]:
    """Every disagreement between documents."""
    faults = list(_programme(catalog))
    faults += _areas(catalog)
    for id, table in catalog.returns.items():
        faults += _return(catalog, table, located[f"return:{id}"])
    sound = not faults
    for id, indicator in catalog.indicators.items():
        faults += check_indicators.indicator(catalog, indicator, located[f"indicator:{id}"], sound)
    for id, targets in catalog.targets.items():
        faults += check_indicators.targets(catalog, targets, located[f"target:{id}"], sound)
    return faults


def _programme(catalog: Catalog) -> Iterator[Fault]:
    try:
        zoneinfo.ZoneInfo(catalog.calendar.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        yield Fault("calendar.yaml", 0, f"{catalog.calendar.time_zone!r} is not a time zone; write one like Asia/Shanghai")
    ids = [office.id for office in catalog.programme.offices]
    for id in {id for id in ids if ids.count(id) > 1}:
        yield Fault("programme.yaml", 0, f"the office {id} is listed twice")
    for moved in catalog.calendar.postponements:
        if moved.table and moved.table not in catalog.returns:
            hint = nearest(moved.table, list(catalog.returns))
            yield Fault("calendar.yaml", 0, f"a postponement names the unknown table {moved.table}{hint}")
        if moved.office and moved.office not in ids:
            yield Fault("calendar.yaml", 0, f"a postponement names the unknown office {moved.office}{nearest(moved.office, ids)}")


def _areas(catalog: Catalog) -> Iterator[Fault]:
    levels = catalog.programme.levels
    file = "codelists/area.csv"
    for area in catalog.areas.values():
        if area.level not in levels:
            yield Fault(file, area.line, f"{area.code} has the unknown level {area.level!r}; programme.yaml lists {', '.join(levels)}")
            continue
        above = catalog.areas.get(area.parent)
        if above is not None and above.level in levels and levels.index(above.level) >= levels.index(area.level):
            yield Fault(file, area.line, f"{area.code} ({area.level}) cannot lie in {above.code} ({above.level})")
    for name, codelist in catalog.codelists.items():
        for item in codelist.items.values():
            topic = forbidden.reason(item.name_en, item.name_zh) if name != "area" else None
            if topic:
                yield Fault(f"codelists/{name}.csv", item.line, f"the code {item.code} concerns {topic}; this product holds no such figures")


def _return(catalog: Catalog, table: Return, where: Located) -> Iterator[Fault]:
    levels = catalog.programme.levels
    offices = [office.id for office in catalog.programme.offices]
    if table.office not in offices:
        yield where.fault(f"the office {table.office} is not in programme.yaml{nearest(table.office, offices)}", "office")
    elif where.file.split("/")[1] != table.office:
        yield where.fault(f"belongs to {table.office}; move it to returns/{table.office}/", "office")
    if table.table in ("areas", "returns"):
        yield where.fault(f"`{table.table}` is counted by the product itself; choose another name", "table")
    for place, level in (("reporting_unit", table.reporting_unit), ("lowest_published_level", table.lowest_published_level)):
        if level is not None and level not in levels:
            yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", place)
    for index, level in enumerate(table.due.areas):
        if level not in levels:
            yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", "due", "areas", index)
        elif table.reporting_unit in levels and levels.index(level) < levels.index(table.reporting_unit):
            yield where.fault(f"a {table.reporting_unit} cannot answer for a {level}", "due", "areas", index)
    if table.due.until and parse(table.due.until).end < parse(table.due.start).end:
        yield where.fault(f"`until` {table.due.until} lies before `from` {table.due.start}", "due", "until")
    if table.area.fixed and table.area.fixed not in catalog.areas:
        yield where.fault(f"the fixed area {table.area.fixed} is not in codelists/area.csv", "area", "fixed")
    yield from _columns(catalog, table, where)
    yield from _rules(table, where)


def _columns(catalog: Catalog, table: Return, where: Located) -> Iterator[Fault]:
    for index, dimension in enumerate(table.dimensions):
        if dimension.codelist not in catalog.codelists:
            hint = nearest(dimension.codelist, list(catalog.codelists))
            yield where.fault(f"there is no code list codelists/{dimension.codelist}.csv{hint}", "dimensions", index, "codelist")
        topic = forbidden.reason(dimension.id, *dimension.aliases)
        if topic:
            yield where.fault(f"the dimension {dimension.id} concerns {topic}; this product holds no such figures", "dimensions", index)
    names = [dimension.id for dimension in table.dimensions]
    owners: dict[str, str] = {}
    headed = [(table.area.header, table.area.aliases), (table.period.header, table.period.aliases)]
    headed += [(dimension.id, dimension.aliases) for dimension in table.dimensions]
    headed += [(measure.id, measure.aliases) for measure in table.measures]
    headed += [(reported.id, reported.aliases) for reported in table.reported]
    headed += [(name, []) for name in table.ignored_headers]
    for header, aliases in headed:
        for alias in dict.fromkeys([header, *aliases]):
            if owners.setdefault(alias.casefold(), header) != header:
                yield where.fault(f"the header {alias!r} would mean both {owners[alias.casefold()]} and {header}")
    ids = [measure.id for measure in table.measures]
    for index, measure in enumerate(table.measures):
        if ids.count(measure.id) > 1:
            yield where.fault(f"the measure {measure.id} stands twice", "measures", index, "id")
        topic = forbidden.reason(measure.id, measure.title.en, measure.title.zh, *measure.aliases)
        if topic:
            yield where.fault(f"the measure {measure.id} concerns {topic}; this product holds no such figures", "measures", index)
        for dimension in measure.additive_over or ():
            if dimension not in names:
                yield where.fault(f"{measure.id} names the unknown dimension {dimension}{nearest(dimension, names)}", "measures", index)
        yield from _part_of(table, ids, index, where)
    for index, reported in enumerate(table.reported):
        if reported.indicator not in catalog.indicators:
            hint = nearest(reported.indicator, list(catalog.indicators))
            yield where.fault(f"{reported.id} reports the unknown indicator {reported.indicator}{hint}", "reported", index)


def _part_of(table: Return, ids: list[str], index: int, where: Located) -> Iterator[Fault]:
    measure = table.measures[index]
    whole = measure.part_of and table.measure(measure.part_of)
    if measure.part_of and not whole:
        yield where.fault(
            f"{measure.id} is part_of {measure.part_of}, which is not a measure of this table{nearest(measure.part_of, ids)}",
            "measures", index, "part_of",
        )  # fmt: skip
    elif whole and whole.unit != measure.unit:
        yield where.fault(
            f"{measure.id} counts {measure.unit} but its whole {whole.id} counts {whole.unit}", "measures", index, "unit"
        )
    seen = [measure.id]
    while whole and whole.id not in seen:
        seen.append(whole.id)
        whole = whole.part_of and table.measure(whole.part_of)
    if whole and whole.id == measure.id:
        yield where.fault(f"{measure.id} is part of itself ({' -> '.join(seen)}); break the cycle", "measures", index, "part_of")


def _rules(table: Return, where: Located) -> Iterator[Fault]:
    ids = [measure.id for measure in table.measures]
    for index, rule in enumerate(table.rules):
        try:
            found: Relation = relation(rule.check)
        except ValueError as error:
            yield where.fault(str(error), "rules", index, "check")
            continue
        for term in found.left + found.right:
            if term.table or term.lag or term.where:
                yield where.fault(f"a rule holds within a row; `{term.name}` may have no table and no filter", "rules", index, "check")
            elif term.measure not in ids:
                hint = nearest(term.measure, ids)
                yield where.fault(f"the rule {rule.id} names the unknown measure {term.measure}{hint}", "rules", index, "check")
        units = {m.unit for m in table.measures if m.id in {t.measure for t in found.left + found.right}}
        if len(units) > 1:
            yield where.fault(f"the rule {rule.id} compares different units: {', '.join(sorted(units))}", "rules", index, "check")
