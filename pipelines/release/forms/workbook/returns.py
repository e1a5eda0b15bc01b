"""Tables of the returns: the figures of the widest areas, a row per class and measure, a column per period."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.returns import Return
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.extract import Extract, Key, Row, periods
from pipelines.release.forms.workbook.indicators import figures
from pipelines.release.forms.workbook.table import Cell, Table

NAME = "return_{}"


def tables(extract: Extract, words: Words) -> Iterator[Table]:
    """Those of every return that the release has a figure of, office by office."""
    offices = list(words.catalog.offices.items)
    for table in sorted(words.catalog.returns.values(), key=lambda table: offices.index(table.office)):
        if found := extract.observations.get(table.table):
            yield _table(extract, words, table, found)


def _table(extract: Extract, words: Words, table: Return, found: dict[str, dict[Key, Row]]) -> Table:
    shown = periods(series for of_area in found.values() for series in of_area.values())
    several = len(found) > 1
    names = [*(["area"] if several else []), *(["class"] if table.dimensions else []), "measure", "unit"]
    rows: list[list[Cell]] = []
    for area in (code for code in extract.tops if code in found):
        for breakdown, measure in _keys(words, table, found[area]):
            series = found[area][breakdown, measure]
            asked = table.measure(measure)
            labels = [words.area(extract.lines[area])] if several else []
            if table.dimensions:
                labels.append(words.say("total") if breakdown == TOTAL else words.classes(table.table, breakdown))
            labels += [words.label(asked.title), words.unit(asked.unit)] if asked else [measure, ""]
            rows.append([*labels, *figures(shown, series), shorthand.notes(words, shown, series, extract.lines[area])])
    title = words.label(table.title)
    where = words.say("areas") if several else words.area(extract.lines[next(iter(found))])
    return Table(
        NAME.format(table.table),
        words.say("section.returns", of=words.office(table.office)),
        words.say("short.return", title=title),
        words.say("title.return", title=title, area=where, span=words.span(shown)),
        [words.say("line.return", office=words.office(table.office), table=table.table)],
        [*(words.say(f"column.{name}") for name in names), *shown, words.say("column.notes")],
        rows,
        len(names) - 1,
        figures=range(len(names), len(names) + len(shown)),
    )


def _keys(words: Words, table: Return, given: dict[Key, Row]) -> list[Key]:
    """Breakdowns in the order of their code lists, under each the measures in that of the document."""
    order = [measure.id for measure in table.measures]
    places = [
        {code: place for place, code in enumerate(codelist.items)}
        for codelist in words.catalog.dimensions(table.table).values()
    ]

    def place(key: Key) -> tuple[list[int], int]:
        codes = [] if key[0] == TOTAL else [part.partition("=")[2] for part in key[0].split(";")]
        return [of.get(code, len(of)) for of, code in zip(places, codes, strict=False)], order.index(key[1])

    return sorted((key for key in given if key[1] in order), key=place)
