"""The guide sheet of a template: what is asked for, by when, the facts to fill in, how to fill in, what marks mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from pipelines.contracts.periods import parse
from pipelines.intake.paper import Paper, ask_facts
from pipelines.intake.text import letters
from pipelines.messages import say
from pipelines.templates import cells
from pipelines.templates.asked import Asked
from pipelines.templates.layout import Grid
from pipelines.templates.sheet import BROKEN

Tables = Sequence[tuple[str, Grid]]
"""Sheet name and layout of each table, in the order of `Asked.tables`."""


def write(made: Paper, sheet: Worksheet, asked: Asked, tables: Tables, language: str) -> None:
    """Writes the whole sheet. Labels of facts stand in column A, where intake looks for them."""
    for column, width in enumerate((34, 40, 22, 12, 14, 14)):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    row = _head(made, sheet, asked, language)
    row = _tables(made, sheet, asked, tables, row, language)
    row = _section(made, sheet, row, "facts", language)
    row = ask_facts(made, sheet, row, language, parse(asked.period).start, revision=0,
                    obs_status=say("template.status.final", language))  # fmt: skip
    row = _section(made, sheet, row + 1, "how", language)
    for words in _how(asked, language):
        sheet.merge_range(row, 0, row, 5, words, made.look["text"])
        sheet.set_row(row, _height(words, 165))
        row += 1
    _signs(made, sheet, tables, row + 1, language)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    made.page(sheet)


def _head(made: Paper, sheet: Worksheet, asked: Asked, language: str) -> int:
    programme, catalog = asked.catalog.programme, asked.catalog
    office = next(one for one in programme.offices if one.id == asked.office)
    name = catalog.name(asked.unit, asked.period)
    places = {"office": office.title[language], "period": asked.period}
    sheet.write_string(0, 0, say("template.title", language, **places), made.look["title"])
    area = f"{asked.unit} {name.zh if language == 'zh' else name.en}"
    sheet.write_string(1, 0, say("template.for", language, area=area, programme=programme.title[language],
                                 publisher=programme.publisher[language]), made.look["quiet"])  # fmt: skip
    return 3


def _tables(made: Paper, sheet: Worksheet, asked: Asked, tables: Tables, row: int, language: str) -> int:
    row = _section(made, sheet, row, "tables", language)
    for column, name in enumerate(("table", "grain", "due", "rows", "empty", "amiss")):
        sheet.write_string(row, column, say(f"template.tables.{name}", language), made.look["head"])
    for (name, grid), (table, due) in zip(tables, asked.tables, strict=True):
        row += 1
        quoted = "'" + name.replace("'", "''") + "'"
        sheet.write_url(row, 0, f"internal:{quoted}!A{grid.head + 1}", made.look["link"], table.title[language])
        sheet.write_string(row, 1, table.grain[language], made.look["text"])
        sheet.set_row(row, _height(table.grain[language], 46))
        sheet.write_string(row, 2, due.isoformat(), made.look["text"])
        count = len(grid.areas) * len(grid.breakdowns)
        sheet.write_number(row, 3, count, made.look["text"])
        figures = f"COUNTBLANK({quoted}!{grid.figures_range()})"
        sheet.write_formula(row, 4, f"={figures}", made.look["text"], count * len(grid.figures))
        last = letters(grid.columns[-1].number)
        amiss = f'COUNTIF({quoted}!${last}${grid.head + 1}:${last}${grid.last},"{BROKEN}*")'
        sheet.write_formula(row, 5, f"={amiss}", made.look["text"], 0)
        red = {"type": "cell", "criteria": ">", "value": 0, "format": made.look["alarm"]}
        sheet.conditional_format(row, 5, row, 5, red)
    return row + 2


def _height(words: str, width: int) -> int:
    """The height of a row for words in a column of so many characters, a Chinese one as wide as two."""
    return 15 * (1 + len(words.encode("gb18030")) // width)


def _section(made: Paper, sheet: Worksheet, row: int, name: str, language: str) -> int:
    sheet.write_string(row, 0, say(f"template.section.{name}", language), made.look["heading"])
    for column in range(1, 6):
        sheet.write_blank(row, column, None, made.look["heading"])
    return row + 1


def _how(asked: Asked, language: str) -> Iterator[str]:
    for name in ("open", "numbers", "missing", "qualifiers", "colours", "paste", "send", "later"):
        yield f"•  {say(f'template.how.{name}', language)}"
    if asked.catalog.programme.fictitious:
        yield f"•  {say('template.how.fictitious', language)}"


def _signs(made: Paper, sheet: Worksheet, tables: Tables, row: int, language: str) -> None:
    """The marks and qualifiers of the tables, each with its meaning: what intake reads."""
    missing: dict[str, str] = {}
    qualifiers: dict[str, str] = {}
    for _, grid in tables:
        form = grid.plan.format
        missing |= {mark: form.missing[mark] for mark in cells.marks(form)}
        qualifiers |= {mark: kind for mark, kind in form.qualifiers.items() if mark.strip()}
    for name, signs, key in (("marks", missing, "mark"), ("qualifiers", qualifiers, "template.qualifier")):
        if not signs:
            continue
        row = _section(made, sheet, row, name, language)
        for meaning in dict.fromkeys(signs.values()):
            each = [mark for mark, why in signs.items() if why == meaning]
            own = [mark for mark in each if mark.isascii() == (language == "en") or not mark[0].isalpha()]
            sheet.write_string(row, 0, "   ".join(own or each), made.look["label"])
            sheet.write_string(row, 1, say(f"{key}.{meaning}", language), made.look["text"])
            row += 1
        row += 1
