"""Tables of the indicators: areas by periods of each, and classes by periods for the widest areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.indicators import Indicator
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.facts import Facts, Key, Series, periods
from pipelines.release.forms.workbook.table import Cell, Table
from pipelines.release.forms.workbook.words import Words
from pipelines.release.methods.about import About

NAME, CLASSES = "indicator_{}", "classes_{}"
"""Names of the marked tables."""


def in_order(catalog: Catalog) -> list[tuple[str, str]]:
    """(office or '', indicator): those of one office together, in the order of the offices, of several at the end."""
    offices = [*catalog.offices.items, ""]
    found = [(_office(catalog, one), id) for id, one in catalog.indicators.items()]
    return sorted(found, key=lambda pair: offices.index(pair[0]))


def _office(catalog: Catalog, indicator: Indicator) -> str:
    """The office that all its figures come from; '' where there is none or more than one."""
    if indicator.kind == "share_of_areas":
        return ""
    tables = {term.table for term in catalog.terms(indicator)}
    offices = {catalog.returns[table].office for table in tables if table in catalog.returns}
    return offices.pop() if len(offices) == 1 else ""


def tables(facts: Facts, words: Words) -> Iterator[Table]:
    """Those of every indicator that the release has a figure of."""
    for office, id in in_order(words.catalog):
        section = words.say("section.indicators", of=words.office(office) if office else words.say("several_offices"))
        given = facts.indicators.get(id, {})
        about = words.about(id)
        of_total = {key: series for key, series in given.items() if key[1] == TOTAL}
        of_class = {key: series for key, series in given.items() if key[1] != TOTAL and key[0] in facts.tops}
        if of_total:
            yield _by_area(facts, words, about, section, of_total)
        if of_class:
            yield _by_class(facts, words, about, section, of_class)


def _by_area(facts: Facts, words: Words, about: About, section: str, given: dict[Key, Series]) -> Table:
    shown = periods(given.values())
    counted = _counted(facts, words, about)
    rows: list[list[Cell]] = []
    for code, area in facts.areas.items():
        if (code, TOTAL) not in given:
            continue
        kinds = [(about.unit(), given[code, TOTAL]), *((unit, of[code]) for unit, of in counted if code in of)]
        for unit, series in kinds:
            labels = [code, words.area(area), words.level(area.level), *([unit] if counted else [])]
            rows.append([*labels, *figures(shown, series), shorthand.notes(words, shown, series, area)])
    names = ["code", "area", "level", *(["unit"] if counted else [])]
    return Table(
        NAME.format(about.indicator.indicator),
        section,
        about.label(about.indicator.title),
        words.say("title.by_area", title=about.label(about.indicator.title), span=words.span(shown)),
        _lines(words, about),
        [*(words.say(f"column.{name}") for name in names), *shown, words.say("column.notes")],
        rows,
        2,
        figures=range(len(names), len(names) + len(shown)),
    )


def _counted(facts: Facts, words: Words, about: About) -> list[tuple[str, dict[str, Series]]]:
    """Of a change of one figure, that figure and its unit: a percentage of a few is not read without them."""
    if about.indicator.kind != "change":
        return []
    tops = [top for top, _ in words.catalog.sides(about.indicator).values()]
    now = [term for top in tops for term in top if term.times > 0]
    if len(now) != 1 or now[0].lag or now[0].times != 1 or now[0].table not in words.catalog.returns:
        return []
    (term,) = now
    unit = words.unit(words.catalog.unit(term.table, term.measure))
    return [(unit, facts.counts(term.table, term.measure, term.breakdown))]


def _by_class(facts: Facts, words: Words, about: About, section: str, given: dict[Key, Series]) -> Table:
    shown = periods(given.values())
    places = {f"{about.indicator.by}={code}": n for n, code in enumerate(words.catalog.by_codes(about.indicator))}
    several = len({area for area, _ in given}) > 1
    rows: list[list[Cell]] = []
    for area, breakdown in sorted(given, key=lambda key: (facts.tops.index(key[0]), places.get(key[1], len(places)))):
        series = given[area, breakdown]
        label = [words.area(facts.areas[area])] if several else []
        noted = shorthand.notes(words, shown, series, facts.areas[area])
        rows.append([*label, about.breakdown(breakdown), *figures(shown, series), noted])
    (first, *_) = (area for area, _ in given)
    where = words.say("areas") if several else words.area(facts.areas[first])
    title = words.say("title.by_class", title=about.label(about.indicator.title), area=where, span=words.span(shown))
    names = [*(["area"] if several else []), "class"]
    return Table(
        CLASSES.format(about.indicator.indicator),
        section,
        words.say("short.by_class", title=about.label(about.indicator.title)),
        title,
        _lines(words, about),
        [*(words.say(f"column.{name}") for name in names), *shown, words.say("column.notes")],
        rows,
        len(names),
        figures=range(len(names), len(names) + len(shown)),
    )


def figures(shown: Sequence[str], series: Series) -> list[Cell]:
    """A row's cells, one for each period."""
    return [shorthand.cell(series.get(period)) for period in shown]


def _lines(words: Words, about: About) -> list[str]:
    """Unit, definition, targets."""
    found = words.catalog.targets.get(about.indicator.indicator)
    asked: dict[str, list[str]] = {}
    for target in found.targets if found else ():
        of_class = [about.breakdown(f"{name}={code}") for name, code in target.breakdown.items()]
        span = [about.span(target.start, target.until)] if target.start or target.until else []
        whom = [*dict.fromkeys(words.level(level) for level in target.level), *of_class, *span]
        value = f"{target.value}" if about.indicator.kind == "count" else f"{target.value} {about.unit()}"
        asked.setdefault(words.target(target.operator, value), []).extend(whom)
    targets = words.listed([words.say("target.of", target=text, of=words.listed(of)) for text, of in asked.items()])
    said = [words.say("line.unit", unit=about.unit(), definition=about.label(about.indicator.definition))]
    return [*said, *([words.say("line.targets", targets=targets)] if targets else [])]
