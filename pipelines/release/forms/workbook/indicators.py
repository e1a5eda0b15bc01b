"""Tables of the indicators: areas by periods of each, and classes by periods for the widest areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.contracts.catalog import TOTAL
from pipelines.release.forms.words import Words, by_office
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.extract import Extract, Key, Row, periods
from pipelines.release.forms.workbook.table import Cell, Table
from pipelines.release.methods.about import About

NAME, CLASSES = "indicator_{}", "classes_{}"
"""Names of the marked tables."""


def tables(extract: Extract, words: Words) -> Iterator[Table]:
    """Those of every indicator that the release has a figure of."""
    offices = by_office(words.catalog, extract.indicators)
    for office, id in ((office, id) for office, of in offices.items() for id in of):
        section = words.say("section.indicators", of=words.office(office) if office else words.say("several_offices"))
        about, given = words.about(id), extract.indicators[id]
        of_total = {key: row for key, row in given.items() if key[1] == TOTAL}
        of_class = {key: row for key, row in given.items() if key[1] != TOTAL}
        if of_total:
            yield _by_area(extract, words, about, section, of_total)
        if of_class:
            yield _by_class(extract, words, about, section, of_class)


def _by_area(extract: Extract, words: Words, about: About, section: str, given: dict[Key, Row]) -> Table:
    shown = periods(given.values())
    counted = _counted(extract, words, about)
    rows: list[list[Cell]] = []
    for code, area in extract.lines.items():
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


def _counted(extract: Extract, words: Words, about: About) -> list[tuple[str, dict[str, Row]]]:
    """Of a change of one figure, that figure and its unit: a percentage of a few is not read without them."""
    if about.indicator.kind != "change":
        return []
    tops = [top for top, _ in words.catalog.sides(about.indicator).values()]
    now = [term for top in tops for term in top if term.times > 0]
    if len(now) != 1 or now[0].lag or now[0].times != 1 or now[0].table not in words.catalog.returns:
        return []
    (term,) = now
    unit = words.unit(words.catalog.unit(term.table, term.measure))
    return [(unit, extract.counts(term.table, term.measure, term.breakdown))]


def _by_class(extract: Extract, words: Words, about: About, section: str, given: dict[Key, Row]) -> Table:
    shown = periods(given.values())
    places = {f"{about.indicator.by}={code}": n for n, code in enumerate(words.catalog.by_codes(about.indicator))}
    several = len({area for area, _ in given}) > 1
    rows: list[list[Cell]] = []
    for area, breakdown in sorted(given, key=lambda key: (extract.tops.index(key[0]), places.get(key[1], len(places)))):
        series = given[area, breakdown]
        label = [words.area(extract.lines[area])] if several else []
        noted = shorthand.notes(words, shown, series, extract.lines[area])
        rows.append([*label, about.breakdown(breakdown), *figures(shown, series), noted])
    (first, *_) = (area for area, _ in given)
    where = words.say("areas") if several else words.area(extract.lines[first])
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


def figures(shown: Sequence[str], series: Row) -> list[Cell]:
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
        asked.setdefault(shorthand.target(words, target.operator, value), []).extend(whom)
    targets = words.joined([words.say("target.of", target=text, of=words.joined(of)) for text, of in asked.items()])
    said = [words.say("line.unit", unit=about.unit(), definition=about.label(about.indicator.definition))]
    return [*said, *([words.say("line.targets", targets=targets)] if targets else [])]
