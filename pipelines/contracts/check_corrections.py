"""Do corrections name cells that can exist, and figures that can stand there? What the source says is not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from pipelines.contracts import forbidden
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.corrections import MISSING, WITH_FIGURE, WITHOUT_FIGURE, Correction
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.periods import parse
from pipelines.contracts.returns import Measure, Return
from pipelines.contracts.yamlfile import Located


def faults(catalog: Catalog, located: Mapping[str, Located], unread: Set[str]) -> Iterator[Fault]:
    """Faults of all corrections, each by itself and against the others."""
    seen: dict[tuple[str, ...], list[Correction]] = {}
    for id, found in catalog.corrections.items():
        where = located[f"correction:{id}"]
        yield from _result(found, where)
        if topic := forbidden.reason(found.because.en, found.because.zh):
            yield where.fault(f"`because` concerns {topic}; say it without", "because")
        table = catalog.returns.get(found.table)
        if table is None:
            if f"return:{found.table}" not in unread:
                hint = nearest(found.table, list(catalog.returns))
                yield where.fault(f"there is no return table {found.table}{hint}", "table")
            continue
        cell = [*_area(catalog, found, where, unread), *_codes(catalog, table, found, where, unread)]
        yield from cell
        yield from _measure(table, found, where)
        if not cell:
            others = seen.setdefault(catalog.cell(found), [])
            for other in others:
                if _overlap(found, other):
                    yield where.fault(
                        f"{located[f'correction:{other.correction}'].file} corrects the same cell at the same time; "
                        "keep one, or end the older with `until`",
                        "correction",
                    )
            others.append(found)


def _result(found: Correction, where: Located) -> Iterator[Fault]:
    status = found.obs_status
    if found.value is None and status not in WITHOUT_FIGURE:
        yield where.fault(f"`value: {MISSING}` needs an obs_status that says why: {', '.join(WITHOUT_FIGURE)}", "value")
    if found.value is not None and status and status not in WITH_FIGURE:
        yield where.fault(
            f"a figure cannot have the status {status}; it is one of {', '.join(WITH_FIGURE)}", "obs_status"
        )
    if found.value is None and found.qualifier:
        yield where.fault("what is missing has no qualifier", "qualifier")
    if found.value == found.expect and not (status or found.qualifier):
        yield where.fault("`value` is what `expect` says: it corrects nothing", "value")
    if found.until and found.until < found.decided_on:
        yield where.fault("`until` lies before `decided_on`", "until")


def _area(catalog: Catalog, found: Correction, where: Located, unread: Set[str]) -> Iterator[Fault]:
    area = catalog.areas.get(found.area)
    if area is None:
        if "codelist:area" not in unread:
            yield where.fault(f"there is no area {found.area}{nearest(found.area, list(catalog.areas))}", "area")
    elif not area.valid_in("", parse(found.period).end.isoformat()):
        yield where.fault(f"the area {found.area} is not valid at the end of {found.period}", "area")


def _codes(catalog: Catalog, table: Return, found: Correction, where: Located, unread: Set[str]) -> Iterator[Fault]:
    if any(
        f"codelist:{each.codelist}" in unread or each.codelist not in catalog.codelists for each in table.dimensions
    ):
        return
    dimensions = catalog.dimensions(table.table)
    for name, code in found.breakdown.items():
        if name not in dimensions:
            hint = nearest(name, list(dimensions))
            yield where.fault(f"{table.table} has no dimension {name}{hint}", "breakdown", name)
        elif code not in dimensions[name].items:
            hint = nearest(code, list(dimensions[name].items))
            yield where.fault(f"{name} has no code {code}{hint}", "breakdown", name)
    for name in dimensions:
        if name not in found.breakdown:
            yield where.fault(f"say under `breakdown` of which {name} the figure is", "breakdown")


def _measure(table: Return, found: Correction, where: Located) -> Iterator[Fault]:
    measure = table.measure(found.measure)
    if measure is None:
        printed = any(one.id == found.measure for one in table.reported)
        hint = nearest(found.measure, [one.id for one in table.measures])
        yield where.fault(
            f"{found.measure} is a rate that the office printed; it is kept as printed and never corrected"
            if printed
            else f"the measure {table.table}.{found.measure} does not exist{hint}",
            "measure",
        )
        return
    if not measure.asked_in(found.period):
        yield where.fault(f"{table.table}.{measure.id} is not asked for in {found.period}", "period")
    for place, figure in (("expect", found.expect), ("value", found.value)):
        if figure is not None and not _lowest(measure) <= figure <= measure.maximum:
            yield where.fault(
                f"{figure} cannot be; {measure.id} lies from {_lowest(measure)} to {measure.maximum}", place
            )


def _lowest(measure: Measure) -> int:
    return -measure.maximum if measure.signed else 0


def _overlap(one: Correction, other: Correction) -> bool:
    return (one.until is None or other.decided_on <= one.until) and (
        other.until is None or one.decided_on <= other.until
    )
