"""What an indicator is computed from: each figure with its return, office, classes and year; cohorts, parts, levels."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.expression import Term, side
from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Items, Table, Text

_COLUMNS = ("side", "figure", "return", "classes", "year")


def blocks(about: About) -> Iterator[Block]:
    """The figures as a table, then what is to be known of them."""
    if about.indicator.kind == "share_of_areas":
        yield from _areas(about)
    else:
        if about.indicator.kind == "change":
            yield Text(about.say("change"))
        yield Table(tuple(about.say(f"column.{name}") for name in _COLUMNS), tuple(_rows(about)))
    yield Items(tuple(_notes(about)))


def _areas(about: About) -> Iterator[Block]:
    catalog, level = about.catalog, about.indicator.level or ""
    yield Text(about.say("share", level=about.level(level)))
    rows = [
        (
            about.label(one.title),
            About(catalog, one, about.language).target(target),
            about.span(target.start, target.until),
        )
        for one in (catalog.indicators[id] for id in about.indicator.meeting)
        for target in catalog.targets[one.indicator].targets
        if level in target.level
    ]
    yield Table(tuple(about.say(f"target.column.{name}") for name in ("indicator", "value", "years")), tuple(rows))


def _rows(about: About) -> Iterator[tuple[str, ...]]:
    kind = about.indicator.kind
    for place, formula in about.indicator.formulas():
        name = about.say("side.count" if kind in ("count", "change") else f"side.{place[0]}")
        if len(place) > 1:
            of = about.codes(about.indicator.by or "", [place[1]])
            name = about.say("side.of", side=name, code=about.say("comma").join(of))
        for term in side(formula):
            yield name, _figure(about, term), _source(about, term), _classes(about, term), _year(about, term.lag)


def _figure(about: About, term: Term) -> str:
    sign = "− " if term.times < 0 else ""
    times = f"{abs(term.times):,} × " if abs(term.times) != 1 else ""
    return f"{sign}{times}{about.measure((term.table, term.measure))} ({term.name})"


def _source(about: About, term: Term) -> str:
    if term.table not in about.catalog.returns:
        return about.say(f"{term.table}.source")
    table = about.catalog.returns[term.table]
    return about.say("comma").join([about.label(table.title), about.office(table.office)])


def _classes(about: About, term: Term) -> str:
    where = dict(term.where)
    found = []
    for name, codelist in about.catalog.dimensions(term.table).items():
        if name in where:
            items = [codelist.items[code] for code in where[name]]
            found.append(about.listed([item.name_zh if about.language == "zh" else item.name_en for item in items]))
        else:
            found.append(about.say("classes.each" if name == about.indicator.by else "classes.total"))
    return "; ".join(found) or about.say("classes.total")


def _year(about: About, lag: int) -> str:
    return about.say("of.now" if lag == 0 else "of.lag_one" if lag == 1 else "of.lag", years=lag)


def _notes(about: About) -> Iterator[str]:
    indicator, catalog = about.indicator, about.catalog
    if indicator.by:
        codes = about.codes(indicator.by, catalog.by_codes(indicator))
        yield about.say("by", codes=about.listed(codes))
    if indicator.with_total:
        yield about.say("with_total")
    for table, id in about.measures():
        measure = catalog.returns[table].measure(id)
        if measure is None:
            continue
        title = about.label(measure.title)
        if measure.follow_up_years:
            yield about.say("cohort", figure=title, years=measure.follow_up_years)
        if measure.part_of and (table, measure.part_of) in about.measures():
            yield about.say("part", part=title, whole=about.measure((table, measure.part_of)))
        if measure.start or measure.until:
            yield about.say("asked", figure=title, span=about.span(measure.start, measure.until))
    if indicator.across_offices:
        yield about.say("across")
    yield about.say("levels", levels=about.levels(indicator.levels or _owed(about)))
    yield about.say(f"frequency.{indicator.frequency}")


def _owed(about: About) -> list[str]:
    """The levels down to the lowest of which every return owes figures; of a share of areas, those above its own."""
    order = about.catalog.programme.levels
    tables = {table for table, _ in about.measures()}
    if not tables:
        level = about.indicator.level
        return order[: order.index(level)] if level else order
    lowest = min(max(order.index(level) for level in about.catalog.returns[table].due.areas) for table in tables)
    return order[: lowest + 1]
