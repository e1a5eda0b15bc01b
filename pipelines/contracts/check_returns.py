"""Does a return agree with the programme, the code lists and itself? Its rules are `check_rules`' business."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator, Set

from pipelines.contracts import check_rules, forbidden
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.periods import parse
from pipelines.contracts.returns import Dimension, Return
from pipelines.contracts.yamlfile import Located, Location


def faults(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of one return document."""
    topic = forbidden.reason(table.table, table.title.en, table.title.zh, *table.sheets)
    if topic:
        yield where.fault(f"the table concerns {topic}; this product holds no such figures", "title")
    yield from _place(catalog, table, where, unread)
    yield from _due(table, where)
    yield from _headers(table, where)
    yield from _dimensions(catalog, table, where, unread)
    yield from _measures(table, where)
    yield from check_rules.faults(catalog, table, where, unread)
    if not table.measures and not table.reported:
        yield where.fault("the table has neither `measures` nor `reported`; nothing could be read from it", "table")
    known = list(catalog.indicators)
    for index, reported in enumerate(table.reported):
        if reported.indicator is None:
            if reported.title is None:
                yield where.fault(f"{reported.id} has no indicator; give it a title", "reported", index)
        elif reported.indicator not in known and f"indicator:{reported.indicator}" not in unread:
            hint = nearest(reported.indicator, known)
            message = f"{reported.id} reports the unknown indicator {reported.indicator}{hint}"
            yield where.fault(message, "reported", index, "indicator")


def _place(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
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
    for index, level in enumerate(table.due.areas):
        at = ("due", "areas", index)
        if level not in levels:
            yield where.fault(f"`{level}` is not a level of programme.yaml{nearest(level, levels)}", *at)
        elif table.reporting_unit in levels and levels.index(level) < levels.index(table.reporting_unit):
            yield where.fault(f"a {table.reporting_unit} cannot answer for a {level}", *at)
    if table.area.fixed and table.area.fixed not in catalog.areas and "codelist:area" not in unread:
        yield where.fault(f"the fixed area {table.area.fixed} is not in codelists/area.csv", "area", "fixed")
    if table.area.fixed and table.area.within:
        yield where.fault("a table of one fixed area has no columns that say where it lies", "area", "within")
    for index, pattern in enumerate(table.file_names):
        if "{year}" in pattern and (table.due.every != "year" or "{period}" in pattern):
            message = (
                "{year} is the year in which a period of a year ends; write {period} where the name says the period"
            )
            yield where.fault(message, "file_names", index)


def _due(table: Return, where: Located) -> Iterator[Fault]:
    every = table.due.every
    if table.period.month and every != "month":
        yield where.fault("a column of months is for a table that is due every month", "period", "month")
    yield from _span(every, table.due.start, table.due.until, where, "due")
    for index, measure in enumerate(table.measures):
        yield from _span(every, measure.start, measure.until, where, "measures", index)


def _span(every: str, start: str | None, until: str | None, where: Located, *at: str | int) -> Iterator[Fault]:
    """Faults of a first and a last period."""
    months = {"year": 12, "month": 1}[every]
    for place, text in (("from", start), ("until", until)):
        if text and parse(text).months != months:
            form = '"2004" or "2018-07-01/P1Y"' if every == "year" else '"2004-07"'  # no year of figures: examples
            yield where.fault(f"{text} is not a {every}; write a period like {form}", *at, place)
    if start and until and parse(until).end < parse(start).end:
        yield where.fault(f"`until` {until} lies before `from` {start}", *at, "until")


def _key(header: str) -> str:
    """A header as readers compare them: without differences of case, width and spacing."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def _headers(table: Return, where: Located) -> Iterator[Fault]:
    """No header may mean two columns; none may speak of what the founding rule forbids."""
    columns: list[tuple[str, list[str], Location]] = [
        (header, column.aliases, place) for _, header, column, place in table.identifying()
    ]
    for part in ("dimensions", "measures", "reported"):
        for index, column in enumerate(getattr(table, part)):
            columns.append((column.id, column.aliases, (part, index)))
    kinds: dict[int | str, forbidden.Place] = {"dimensions": "dimension", "measures": "measure"}
    yield from _positions(table, where)
    owners: dict[str, str] = {}
    ids: set[str] = set()
    for id, aliases, place in columns:
        if id in ids:
            yield where.fault(f"the column {id} stands twice", *place)
        ids.add(id)
        topic = forbidden.reason(id, *aliases, place=kinds.get(place[0], "words"))
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


def _positions(table: Return, where: Located) -> Iterator[Fault]:
    """No two columns may have one position."""
    columns: list[tuple[str, int | None, Location]] = [
        (header, column.position, (*place, "position")) for _, header, column, place in table.identifying()
    ]
    for place in ("dimensions", "measures", "reported"):
        found = enumerate(getattr(table, place))
        columns += [(column.id, column.position, (place, index, "position")) for index, column in found]
    taken: dict[int, str] = {}
    for id, position, place in columns:
        owner = taken.setdefault(position, id) if position else id
        if owner != id:
            yield where.fault(f"the position {position} is already that of {owner}", *place)


def _dimensions(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    names = [dimension.id for dimension in table.dimensions]
    for index, dimension in enumerate(table.dimensions):
        if f"codelist:{dimension.codelist}" in unread:
            continue
        if dimension.codelist not in catalog.codelists:
            hint = nearest(dimension.codelist, list(catalog.codelists))
            message = f"there is no code list codelists/{dimension.codelist}.csv{hint}"
            yield where.fault(message, "dimensions", index, "codelist")
        else:
            yield from _codes(catalog, dimension, where, "dimensions", index)
            if table.blocks and table.blocks.dimension == dimension.id:
                of_blocks = dimension.model_copy(update={"codes": table.blocks.codes, "optional": []})
                yield from _codes(catalog, of_blocks, where, "blocks")
    for index, measure in enumerate(table.measures):
        for name in measure.additive_over or ():
            if name not in names:
                message = f"{measure.id} names the unknown dimension {name}{nearest(name, names)}"
                yield where.fault(message, "measures", index, "additive_over")
    yield from _blocks(table, where)
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


def _blocks(table: Return, where: Located) -> Iterator[Fault]:
    """Is the dimension of blocks one of the table? Its codes are looked at with those of the dimension."""
    names = [dimension.id for dimension in table.dimensions]
    if table.blocks and table.blocks.dimension not in names:
        hint = nearest(table.blocks.dimension, names)
        yield where.fault(f"the blocks are of {table.blocks.dimension}, no dimension of this table{hint}", "blocks")
    if table.blocks and table.wide:
        yield where.fault("headers that come again carry no codes; leave out `blocks` or `wide`", "blocks")


def _codes(catalog: Catalog, dimension: Dimension, where: Located, *at: str | int) -> Iterator[Fault]:
    """Are the codes that a dimension names those of its list?"""
    items = list(catalog.codelists[dimension.codelist].items)
    for place, codes, known in (
        ("codes", dimension.codes or [], items),
        ("optional", dimension.optional, items if dimension.codes is None else dimension.codes),
    ):
        for index, code in enumerate(codes):
            if code not in known:
                message = f"{dimension.id} has no code {code}{nearest(code, known)}"
                yield where.fault(message, *at, place, index)
            elif code in codes[:index]:
                yield where.fault(f"the code {code} stands twice", *at, place, index)


def _measures(table: Return, where: Located) -> Iterator[Fault]:
    ids = [measure.id for measure in table.measures]
    for index, measure in enumerate(table.measures):
        at = ("measures", index)
        topic = forbidden.reason(measure.unit)
        if topic:
            yield where.fault(f"the unit {measure.unit} concerns {topic}; this product counts no such thing", *at)
        if measure.fully_allocable and not measure.additive_over_areas:
            message = f"{measure.id} does not add up over areas, so it cannot be fully_allocable"
            yield where.fault(message, *at, "fully_allocable")
        whole = measure.part_of and table.measure(measure.part_of)
        if measure.part_of and not whole:
            hint = nearest(measure.part_of, ids)
            message = f"{measure.id} is part_of {measure.part_of}, which is not a measure of this table{hint}"
            yield where.fault(message, *at, "part_of")
        elif whole and whole.unit != measure.unit:
            message = f"{measure.id} counts {measure.unit} but its whole {whole.id} counts {whole.unit}"
            yield where.fault(message, *at, "unit")
        if measure.signed and measure.part_of:
            yield where.fault(f"{measure.id} is signed: a balance is part of nothing", *at, "part_of")
        elif whole and whole.signed:
            yield where.fault(
                f"{measure.id} is part_of {whole.id}, which is signed: a balance has no parts", *at, "part_of"
            )
        seen = [measure.id]
        while whole and whole.id not in seen:
            seen.append(whole.id)
            whole = whole.part_of and table.measure(whole.part_of)
        if whole and whole.id == measure.id:
            cycle = " -> ".join([*seen, whole.id])
            yield where.fault(f"{measure.id} is part of itself ({cycle}); break the cycle", *at, "part_of")
