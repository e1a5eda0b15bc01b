"""Do indicators and targets agree with the returns, the code lists and each other?"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.catalog import BUILT_IN, Catalog
from pipelines.contracts.expression import Term
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.indicators import BOUNDED, Indicator, Target, Targets
from pipelines.contracts.periods import parse
from pipelines.contracts.yamlfile import Located

_NO_DENOMINATOR = ("count", "change")


def indicator(catalog: Catalog, found: Indicator, where: Located, sound: bool) -> Iterator[Fault]:
    """Faults of one indicator. `sound`: the returns and areas have no faults, so that formulas can be resolved."""
    levels = catalog.programme.levels
    for place, names in (("levels", found.levels or []), ("level", [found.level] if found.level else [])):
        for level in names:
            if level not in levels:
                yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", place)
    limits = found.plausible
    if limits and limits.min is not None and limits.max is not None and limits.max < limits.min:
        yield where.fault("plausible.max lies below plausible.min", "plausible")
    if found.headline_decimals is not None and found.headline_decimals > found.decimals:
        yield where.fault("headline_decimals are the fewer decimals; give more to `decimals`", "headline_decimals")
    if found.kind == "share_of_areas":
        yield from _share_of_areas(catalog, found, where)
        return
    for place in ("level", "meeting"):
        if getattr(found, place):
            yield where.fault(f"`{place}` is for share_of_areas only", place)
    if found.numerator is None:
        yield where.fault(f"a {found.kind} needs a numerator")
    if (found.denominator is None) != (found.kind in _NO_DENOMINATOR):
        verb = "takes no" if found.kind in _NO_DENOMINATOR else "needs a"
        yield where.fault(f"a {found.kind} {verb} denominator", "denominator")
    try:
        terms = catalog.terms(found)
    except ValueError as error:
        yield where.fault(str(error))
        return
    faults = [fault for term in terms for fault in _term(catalog, term, where)]
    yield from faults
    if not faults and sound:
        yield from _meaning(catalog, found, terms, where)


def _term(catalog: Catalog, term: Term, where: Located) -> Iterator[Fault]:
    known = {f"{table.table}.{measure.id}" for table in catalog.returns.values() for measure in table.measures}
    known |= {f"areas.{level}" for level in catalog.programme.levels}
    known |= {f"{table}.{measure}" for table, measures in BUILT_IN.items() for measure in measures}
    if term.name not in known:
        if not term.table:
            owners = sorted(name for name in known if name.endswith(f".{term.measure}"))
            hint = f"; write {' or '.join(owners)}" if owners else nearest(term.name, sorted(known))
        else:
            hint = nearest(term.name, sorted(known))
        yield where.fault(f"the measure {term.name} does not exist{hint}")
        return
    dimensions = catalog.dimensions(term.table)
    for name, codes in term.where:
        if name not in dimensions:
            yield where.fault(f"{term.table} has no dimension {name}{nearest(name, list(dimensions))}")
            continue
        for code in codes:
            if code not in dimensions[name].items:
                yield where.fault(f"{name} has no code {code}{nearest(code, list(dimensions[name].items))}")


def _meaning(catalog: Catalog, found: Indicator, terms: list[Term], where: Located) -> Iterator[Fault]:
    if found.by and not any(found.by in catalog.dimensions(term.table) for term in terms):
        yield where.fault(f"no table of the formulas has the dimension {found.by}", "by")
        return
    for place in ("numerator", "denominator"):
        part = getattr(found, place)
        for code in part if isinstance(part, dict) else ():
            if code not in catalog.by_codes(found):
                yield where.fault(f"{found.by or 'by'} has no code {code}{nearest(code, catalog.by_codes(found))}", place, code)
    try:
        sides = catalog.sides(found)
    except ValueError as error:
        yield where.fault(str(error))
        return
    if not sides:
        yield where.fault("the formulas give no figure; check the codes of numerator and denominator")
    offices = {catalog.returns[term.table].office for term in terms if term.table in catalog.returns}
    if (len(offices) > 1) != found.across_offices:
        yield where.fault(
            f"the formulas use {', '.join(sorted(offices))}; say across_offices: {str(len(offices) > 1).lower()}", "across_offices"
        )
    for breakdown, (top, bottom) in sides.items():
        units = [{catalog.unit(term.table, term.measure) for term in part} for part in (top, bottom)]
        if not found.across_offices:
            for place, each in zip(("numerator", "denominator"), units, strict=True):
                if len(each) > 1:
                    yield where.fault(f"the {place} adds different units: {', '.join(sorted(each))}", place)
        if found.kind in BOUNDED and units[0] != units[1]:
            yield where.fault(
                f"a {found.kind} needs one unit on both sides, not {', '.join(sorted(units[0]))} of {', '.join(sorted(units[1]))}",
                "kind",
            )
        if found.kind == "proportion":
            yield from _cohort(catalog, found, breakdown, where)


def _cohort(catalog: Catalog, found: Indicator, breakdown: str, where: Located) -> Iterator[Fault]:
    """A proportion is a declared part of a declared cohort: every numerator is `part_of` a denominator, term by term."""
    top, bottom = catalog.sides(found)[breakdown]
    wholes = {(term.table, term.measure, term.breakdown, term.lag) for term in bottom}
    for term in top:
        measure = catalog.returns[term.table].measure(term.measure) if term.table in catalog.returns else None
        whole = measure.part_of if measure else None
        if (term.table, whole, term.breakdown, term.lag) not in wholes:
            yield where.fault(
                f"{term.table}.{term.measure} is not declared part_of the denominator; declare it, or call the kind flow_ratio",
                "kind",
            )


def _share_of_areas(catalog: Catalog, found: Indicator, where: Located) -> Iterator[Fault]:
    if found.numerator is not None or found.denominator is not None or found.by is not None:
        yield where.fault("a share_of_areas is defined by `level` and `meeting`; it takes no formula and no `by`")
    if not found.level or not found.meeting:
        yield where.fault("a share_of_areas needs `level` and `meeting`, the indicators whose targets an area must meet")
    for index, id in enumerate(found.meeting):
        other = catalog.indicators.get(id)
        if other is None:
            yield where.fault(f"the indicator {id} does not exist{nearest(id, list(catalog.indicators))}", "meeting", index)
        elif other.kind == "share_of_areas":
            yield where.fault(f"{id} is itself a share of areas; verdicts on shares come last", "meeting", index)
        elif not any(found.level in target.level for target in _targets(catalog, id)):
            yield where.fault(f"targets/{id}.yaml sets no target for a {found.level}", "meeting", index)


def _targets(catalog: Catalog, id: str) -> list[Target]:
    return catalog.targets[id].targets if id in catalog.targets else []


def targets(catalog: Catalog, found: Targets, where: Located, sound: bool) -> Iterator[Fault]:
    """Faults of the targets of one indicator."""
    owner = catalog.indicators.get(found.indicator)
    if owner is None:
        hint = nearest(found.indicator, list(catalog.indicators))
        yield where.fault(f"there is no indicator {found.indicator}{hint}", "indicator")
        return
    levels = catalog.programme.levels
    seen: dict[tuple[str, str], list[Target]] = {}
    for index, target in enumerate(found.targets):
        for level in target.level:
            if level not in levels:
                yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", "targets", index, "level")
        if target.start and target.until and parse(target.until).end < parse(target.start).end:
            yield where.fault("`until` lies before `from`", "targets", index, "until")
        for name, code in target.breakdown.items():
            if name != owner.by or (sound and code not in catalog.by_codes(owner)):
                yield where.fault(f"{owner.indicator} has no figure for {name}={code}", "targets", index, "breakdown")
        if not target.breakdown and owner.by and not owner.with_total:
            yield where.fault(f"say for which {owner.by} the target holds", "targets", index)
        for level in target.level:
            group = seen.setdefault((level, str(sorted(target.breakdown.items()))), [])
            if any(_overlap(target, other) for other in group):
                yield where.fault(f"two targets hold for a {level} in the same year; end the older with `until`", "targets", index)
            group.append(target)


def _overlap(one: Target, other: Target) -> bool:
    def bounds(target: Target) -> tuple[str, str]:
        start = parse(target.start).end.isoformat() if target.start else ""
        return start, parse(target.until).end.isoformat() if target.until else "9999"

    (a, b), (c, d) = bounds(one), bounds(other)
    return a <= d and c <= b
