"""Do indicators and targets agree with the returns, the code lists and each other?"""

from __future__ import annotations

from collections.abc import Iterator, Set

from pipelines.contracts import check_terms, forbidden
from pipelines.contracts.catalog import Catalog, ResolvedTerm
from pipelines.contracts.expression import Term, side
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.indicators import BOUNDED, Indicator, Target, Targets
from pipelines.contracts.periods import parse
from pipelines.contracts.yamlfile import Located

_NO_DENOMINATOR = ("count", "change")
_SIDES = ("numerator", "denominator")


def indicator(catalog: Catalog, found: Indicator, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of one indicator."""
    for place, texts in (
        ("indicator", (found.indicator,)),
        ("title", (found.title.en, found.title.zh)),
        ("definition", (found.definition.en, found.definition.zh)),
        ("known_limits", (found.known_limits.en, found.known_limits.zh) if found.known_limits else ()),
    ):
        if topic := forbidden.reason(*texts):
            yield where.fault(f"the indicator concerns {topic}; this product computes no such figures", place)
    levels = catalog.programme.levels
    for place, names in (("levels", found.levels or []), ("level", [found.level] if found.level else [])):
        for level in names:
            if level not in levels:
                yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", place)
    if found.kind == "share_of_areas" and found.frequency != "A":
        yield where.fault(
            "a share_of_areas counts verdicts, and targets hold for years; leave out `frequency`", "frequency"
        )
    limits = found.plausible
    if limits and limits.min is not None and limits.max is not None and limits.max < limits.min:
        yield where.fault("plausible.max lies below plausible.min", "plausible")
    if found.headline_decimals is not None and found.headline_decimals > found.decimals:
        message = "headline_decimals are the fewer decimals; give more to `decimals`"
        yield where.fault(message, "headline_decimals")
    if found.kind == "share_of_areas":
        yield from _share_of_areas(catalog, found, where, unread)
        return
    for place in ("level", "meeting"):
        if getattr(found, place):
            yield where.fault(f"`{place}` is for share_of_areas only", place)
    if found.numerator is None:
        yield where.fault(f"a {found.kind} needs a numerator")
    if (found.denominator is None) != (found.kind in _NO_DENOMINATOR):
        verb = "takes no" if found.kind in _NO_DENOMINATOR else "needs a"
        yield where.fault(f"a {found.kind} {verb} denominator", "denominator")
    terms: list[Term] = []
    faults: list[Fault] = []
    for place, text in found.formulas():
        try:
            parsed = side(text)
        except ValueError as error:
            faults.append(where.fault(str(error), *place))
            continue
        for term in parsed:
            faults += [where.fault(text, *place) for text in check_terms.messages(catalog, term, unread)]
        terms += parsed
    yield from faults
    if not faults and check_terms.complete(catalog, terms, unread):
        yield from _meaning(catalog, found, terms, where)


def _meaning(catalog: Catalog, found: Indicator, terms: list[Term], where: Located) -> Iterator[Fault]:
    for place, text in found.formulas():
        for term in side(text):
            measure = term.table in catalog.returns and catalog.returns[term.table].measure(term.measure)
            if measure and measure.signed:
                message = f"{term.name} is signed, a balance of other measures; write the formula with those"
                yield where.fault(message, *place)
    lists = [catalog.dimensions(term.table).get(found.by or "") for term in terms]
    if found.by and not any(lists):
        yield where.fault(f"no table of the formulas has the dimension {found.by}", "by")
        return
    if found.with_total and not all(
        codes is None or (not codes.parts and catalog.additive_over(term.table, term.measure, found.by or ""))
        for term, codes in zip(terms, lists, strict=True)
    ):
        yield where.fault(f"with_total would count things twice over {found.by}; leave it out", "with_total")
    if found.with_total and not found.by:
        yield where.fault("with_total adds up the codes of `by`; without `by` leave it out", "with_total")
    for place in _SIDES:
        part = getattr(found, place)
        for code in part if isinstance(part, dict) else ():
            if code not in catalog.by_codes(found):
                hint = nearest(code, catalog.by_codes(found))
                yield where.fault(f"{found.by or 'by'} has no code {code}{hint}", place, code)
    try:
        sides = catalog.sides(found)
    except ValueError as error:
        yield where.fault(str(error), "numerator")
        return
    if not sides:
        yield where.fault("the formulas give no figure; check the codes of numerator and denominator")
    offices = {catalog.returns[term.table].office for term in terms if term.table in catalog.returns}
    if (len(offices) > 1) != found.across_offices:
        names, answer = ", ".join(sorted(offices)), str(len(offices) > 1).lower()
        yield where.fault(f"the formulas use {names}; say across_offices: {answer}", "across_offices")
    for both in sides.values():
        yield from _units(catalog, found, both, where)
        if found.kind == "proportion":
            yield from _cohort(catalog, both, where)


def _units(
    catalog: Catalog, found: Indicator, both: tuple[list[ResolvedTerm], list[ResolvedTerm]], where: Located
) -> Iterator[Fault]:
    units = [{catalog.unit(term.table, term.measure) for term in part} for part in both]
    for place, each in zip(_SIDES, units, strict=True):
        if len(each) > 1 and not found.across_offices:
            yield where.fault(f"the {place} adds different units: {', '.join(sorted(each))}", place)
    if found.kind in BOUNDED and units[0] != units[1]:
        top, bottom = (", ".join(sorted(each)) for each in units)
        yield where.fault(f"a {found.kind} needs one unit on both sides, not {top} of {bottom}", "kind")


def _cohort(catalog: Catalog, both: tuple[list[ResolvedTerm], list[ResolvedTerm]], where: Located) -> Iterator[Fault]:
    """A proportion is a declared part of a declared cohort: each numerator is `part_of` a denominator."""
    wholes = {(term.table, term.measure, term.breakdown, term.lag) for term in both[1]}
    for term in both[0]:
        measure = catalog.returns[term.table].measure(term.measure) if term.table in catalog.returns else None
        whole = measure.part_of if measure else None
        if (term.table, whole, term.breakdown, term.lag) not in wholes:
            name = f"{term.table}.{term.measure}"
            message = f"{name} is not declared part_of the denominator; declare it, or call the kind flow_ratio"
            yield where.fault(message, "kind")


def _share_of_areas(catalog: Catalog, found: Indicator, where: Located, unread: Set[str]) -> Iterator[Fault]:
    if found.numerator is not None or found.denominator is not None or found.by is not None:
        yield where.fault("a share_of_areas has `level` and `meeting`; it takes no formula and no `by`")
    if not found.level or not found.meeting:
        yield where.fault("a share_of_areas needs `level` and `meeting`: whose targets must an area meet?")
    for index, id in enumerate(found.meeting):
        other = catalog.indicators.get(id)
        at = ("meeting", index)
        if f"indicator:{id}" in unread:
            continue
        if other is None:
            hint = nearest(id, list(catalog.indicators))
            yield where.fault(f"the indicator {id} does not exist{hint}", *at)
        elif other.kind == "share_of_areas":
            yield where.fault(f"{id} is itself a share of areas; verdicts on shares come last", *at)
        elif _sensitive(catalog, other):
            yield where.fault(f"{id} rests on a sensitive measure, which may not rate an area; leave it out", *at)
        elif f"target:{id}" not in unread and not any(found.level in t.level for t in _targets(catalog, id)):
            yield where.fault(f"targets/{id}.yaml sets no target for a {found.level}", *at)


def _sensitive(catalog: Catalog, found: Indicator) -> bool:
    try:
        terms = [term for term in catalog.terms(found) if term.table in catalog.returns]
    except ValueError:
        return False
    measures = [catalog.returns[term.table].measure(term.measure) for term in terms]
    return any(measure.sensitive for measure in measures if measure)


def _targets(catalog: Catalog, id: str) -> list[Target]:
    return catalog.targets[id].targets if id in catalog.targets else []


def targets(catalog: Catalog, found: Targets, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of the targets of one indicator."""
    owner = catalog.indicators.get(found.indicator)
    if owner is None:
        if f"indicator:{found.indicator}" not in unread:
            hint = nearest(found.indicator, list(catalog.indicators))
            yield where.fault(f"there is no indicator {found.indicator}{hint}", "indicator")
        return
    if not found.targets and not found.rank_in_parent:
        yield where.fault("sets no target and no rank_in_parent; say one of them or remove the document")
    seen: dict[tuple[str, str], list[Target]] = {}
    for index, target in enumerate(found.targets):
        at = ("targets", index)
        yield from _target(catalog, owner, target, where, index, unread)
        for level in target.level:
            group = seen.setdefault((level, str(sorted(target.breakdown.items()))), [])
            if any(_overlap(target, other) for other in group):
                message = f"two targets hold for a {level} in the same year; end the older with `until`"
                yield where.fault(message, *at)
            group.append(target)


def _target(
    catalog: Catalog, owner: Indicator, target: Target, where: Located, index: int, unread: Set[str]
) -> Iterator[Fault]:
    levels = catalog.programme.levels
    at = ("targets", index)
    for level in target.level:
        if level not in levels:
            hint = nearest(level, levels)
            yield where.fault(f"`{level}` is not a level of programme.yaml{hint}", *at, "level")
        elif owner.levels is not None and level not in owner.levels:
            yield where.fault(f"{owner.indicator} is not computed for a {level}", *at, "level")
    if target.start and target.until and parse(target.until).end < parse(target.start).end:
        yield where.fault("`until` lies before `from`", *at, "until")
    if not target.better:
        yield where.fault("does an `=` target mean higher_is_better or lower_is_better? Say `direction`", *at)
    elif (target.operator, target.better) in ((">=", "lower_is_better"), ("<=", "higher_is_better")):
        yield where.fault(f"`{target.operator}` contradicts {target.better}", *at, "direction")
    for name, code in target.breakdown.items():
        if name != owner.by or not _has_code(catalog, owner, code, unread):
            yield where.fault(f"{owner.indicator} has no figure for {name}={code}", *at, "breakdown")
    if not target.breakdown and owner.by and not owner.with_total:
        yield where.fault(f"say for which {owner.by} the target holds", *at)


def _has_code(catalog: Catalog, owner: Indicator, code: str, unread: Set[str]) -> bool:
    """Has the indicator figures for a code of `by`? Yes where its formulas cannot be followed, a fault of its own."""
    try:
        terms = catalog.terms(owner)
        return not check_terms.complete(catalog, terms, unread) or code in catalog.by_codes(owner)
    except (ValueError, KeyError):
        return True


def _overlap(one: Target, other: Target) -> bool:
    def bounds(target: Target) -> tuple[str, str]:
        start = parse(target.start).end.isoformat() if target.start else ""
        return start, parse(target.until).end.isoformat() if target.until else "9999"

    (a, b), (c, d) = bounds(one), bounds(other)
    return a <= d and c <= b
