"""Does a return agree with the programme, the code lists, the other returns and itself?"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator, Set

from pipelines.contracts import check_terms, forbidden
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Relation, relation
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.periods import parse
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import own
from pipelines.contracts.yamlfile import Located, Location


def faults(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of one return document."""
    yield from _place(catalog, table, where)
    yield from _due(table, where)
    yield from _headers(table, where)
    yield from _dimensions(catalog, table, where)
    yield from _measures(table, where)
    yield from _rules(table, where)
    yield from _agreements(catalog, table, where, unread)
    known = list(catalog.indicators)
    for index, reported in enumerate(table.reported):
        if reported.indicator not in known and f"indicator:{reported.indicator}" not in unread:
            hint = nearest(reported.indicator, known)
            message = f"{reported.id} reports the unknown indicator {reported.indicator}{hint}"
            yield where.fault(message, "reported", index, "indicator")


def _place(catalog: Catalog, table: Return, where: Located) -> Iterator[Fault]:
    levels = catalog.programme.levels
    offices = [office.id for office in catalog.programme.offices]
    if table.office not in offices:
        hint = nearest(table.office, offices)
        yield where.fault(f"the office {table.office} is not in programme.yaml{hint}", "office")
    elif where.file.split("/")[1] != table.office:
        yield where.fault(f"belongs to {table.office}; move it to returns/{table.office}/", "office")
    if table.table in ("areas", "returns"):
        yield where.fault(f"`{table.table}` is counted by the product itself; choose another name", "table")
    for place in ("reporting_unit", "lowest_published_level"):
        level = getattr(table, place)
        if level is not None and level not in levels:
            yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", place)
    sensitive = [measure.id for measure in table.measures if measure.sensitive]
    if sensitive and table.lowest_published_level is None:
        message = f"{sensitive[0]} is sensitive; say the `lowest_published_level` of the table"
        yield where.fault(message, "measures")
    for index, level in enumerate(table.due.areas):
        at = ("due", "areas", index)
        if level not in levels:
            yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", *at)
        elif table.reporting_unit in levels and levels.index(level) < levels.index(table.reporting_unit):
            yield where.fault(f"a {table.reporting_unit} cannot answer for a {level}", *at)
    if table.area.fixed and table.area.fixed not in catalog.areas:
        yield where.fault(f"the fixed area {table.area.fixed} is not in codelists/area.csv", "area", "fixed")


def _due(table: Return, where: Located) -> Iterator[Fault]:
    due = table.due
    months = {"year": 12, "month": 1}[due.every]
    for place, text in (("from", due.start), ("until", due.until)):
        if text and parse(text).months != months:
            form = '"2004" or "2018-07-01/P1Y"' if due.every == "year" else '"2004-07"'  # no year of figures: examples
            yield where.fault(f"{text} is not a {due.every}; write a period like {form}", "due", place)
    if due.until and parse(due.until).end < parse(due.start).end:
        yield where.fault(f"`until` {due.until} lies before `from` {due.start}", "due", "until")


def _key(header: str) -> str:
    """A header as readers compare them: without differences of case, width and spacing."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def _headers(table: Return, where: Located) -> Iterator[Fault]:
    """No header may mean two columns; none may speak of what the founding rule forbids."""
    columns: list[tuple[str, list[str], Location]] = [
        (table.area.header, table.area.aliases, ("area",)),
        (table.period.header, table.period.aliases, ("period",)),
    ]
    for place in ("dimensions", "measures", "reported"):
        for index, column in enumerate(getattr(table, place)):
            columns.append((column.id, column.aliases, (place, index)))
    owners: dict[str, str] = {}
    ids: set[str] = set()
    for id, aliases, place in columns:
        if id in ids:
            yield where.fault(f"the column {id} stands twice", *place)
        ids.add(id)
        topic = forbidden.reason(id, *aliases)
        if topic:
            yield where.fault(f"the column {id} concerns {topic}; this product holds no such figures", *place)
        for header in (id, *aliases):
            owner = owners.setdefault(_key(header), id)
            if owner != id:
                yield where.fault(f"the header {header!r} would mean both {owner} and {id}", *place)
    for index, header in enumerate(table.ignored_headers):
        if _key(header) in owners:
            message = f"the ignored header {header!r} is one of the column {owners[_key(header)]}"
            yield where.fault(message, "ignored_headers", index)


def _dimensions(catalog: Catalog, table: Return, where: Located) -> Iterator[Fault]:
    names = [dimension.id for dimension in table.dimensions]
    for index, dimension in enumerate(table.dimensions):
        if dimension.codelist not in catalog.codelists:
            hint = nearest(dimension.codelist, list(catalog.codelists))
            message = f"there is no code list codelists/{dimension.codelist}.csv{hint}"
            yield where.fault(message, "dimensions", index, "codelist")
    for index, measure in enumerate(table.measures):
        for name in measure.additive_over or ():
            if name not in names:
                message = f"{measure.id} names the unknown dimension {name}{nearest(name, names)}"
                yield where.fault(message, "measures", index, "additive_over")
    for index, wide in enumerate(table.wide):
        at = ("wide", index, "pattern")
        try:
            fields = [name for _, name, _, _ in string.Formatter().parse(wide.pattern) if name is not None]
        except ValueError as error:
            yield where.fault(f"the pattern cannot be read: {error}", *at)
            continue
        known = ["measure", *names]
        for name in fields:
            if name not in known:
                yield where.fault(f"the pattern names the unknown field {name}{nearest(name, known)}", *at)
        if not fields or ("measure" not in fields and len(table.measures) > 1):
            yield where.fault("the pattern does not say which measure; write {measure} into it", *at)


def _measures(table: Return, where: Located) -> Iterator[Fault]:
    ids = [measure.id for measure in table.measures]
    for index, measure in enumerate(table.measures):
        at = ("measures", index)
        topic = forbidden.reason(measure.unit)
        if topic:
            yield where.fault(f"the unit {measure.unit} concerns {topic}; this product counts no such thing", *at)
        whole = measure.part_of and table.measure(measure.part_of)
        if measure.part_of and not whole:
            hint = nearest(measure.part_of, ids)
            message = f"{measure.id} is part_of {measure.part_of}, which is not a measure of this table{hint}"
            yield where.fault(message, *at, "part_of")
        elif whole and whole.unit != measure.unit:
            message = f"{measure.id} counts {measure.unit} but its whole {whole.id} counts {whole.unit}"
            yield where.fault(message, *at, "unit")
        seen = [measure.id]
        while whole and whole.id not in seen:
            seen.append(whole.id)
            whole = whole.part_of and table.measure(whole.part_of)
        if whole and whole.id == measure.id:
            cycle = " -> ".join([*seen, whole.id])
            yield where.fault(f"{measure.id} is part of itself ({cycle}); break the cycle", *at, "part_of")


def _rules(table: Return, where: Located) -> Iterator[Fault]:
    ids = [measure.id for measure in table.measures]
    taken = [f"{measure.id}_within_{measure.part_of}" for measure in table.measures if measure.part_of]
    for place in ("rules", "agreements"):
        for index, rule in enumerate(getattr(table, place)):
            if rule.id in taken:
                yield where.fault(f"the rule {rule.id} stands twice", place, index, "id")
            taken.append(rule.id)
    for index, rule in enumerate(table.rules):
        at = ("rules", index, "check")
        found = _relation(rule.check)
        if isinstance(found, str):
            yield where.fault(found, *at)
            continue
        for term in found.left + found.right:
            if term.table or term.lag or term.where:
                yield where.fault(
                    f"a rule holds within a row; `{term.name}` may have no table and no filter "
                    "(what holds between tables stands under `agreements`)",
                    *at,
                )
            elif term.measure not in ids:
                hint = nearest(term.measure, ids)
                yield where.fault(f"the rule {rule.id} names the unknown measure {term.measure}{hint}", *at)
        units = {m.unit for m in table.measures if m.id in {t.measure for t in found.left + found.right}}
        if len(units) > 1:
            yield where.fault(f"the rule {rule.id} compares different units: {', '.join(sorted(units))}", *at)


def _agreements(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    for index, rule in enumerate(table.agreements):
        at = ("agreements", index, "check")
        found = _relation(rule.check)
        if isinstance(found, str):
            yield where.fault(found, *at)
            continue
        terms = [own(term, table) for term in found.left + found.right]
        messages = [message for term in terms for message in check_terms.messages(catalog, term, unread)]
        if not messages and check_terms.complete(catalog, terms, unread):
            units = {catalog.unit(term.table, term.measure) for term in terms}
            if len(units) > 1:
                messages.append(f"the agreement {rule.id} compares different units: {', '.join(sorted(units))}")
            for term in terms:
                try:
                    catalog.resolve(term, None, None)
                except ValueError as error:
                    messages.append(str(error))
        for message in messages:
            yield where.fault(message, *at)


def _relation(text: str) -> Relation | str:
    try:
        return relation(text)
    except ValueError as error:
        return str(error)
