"""A template as a file: guide sheet, a sheet per table, the hidden list; what it says of itself; its name."""

from __future__ import annotations

import re

from pipelines.intake import identify, known, shape
from pipelines.intake.paper import Paper, paper
from pipelines.intake.plan import Plan
from pipelines.messages import say
from pipelines.templates import cover, sheet
from pipelines.templates.asked import Asked
from pipelines.templates.layout import grid

FORM = "1"
"""Version of the form of templates: what intake reads besides tables."""

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")


def write(asked: Asked, language: str) -> bytes:
    """The workbook of an office and period, in English or Chinese. Same documents, same bytes."""
    plans = [Plan(asked.catalog, table) for table, _ in asked.tables]
    grids = [grid(plan, asked.unit, asked.period, language) for plan in plans]
    shapes = [shape.shape(plan, asked.unit, asked.period) for plan in plans]
    made = paper(_title(asked, language), _properties(asked, shapes))
    guide = made.book.add_worksheet(say("template.sheet.guide", language))
    tables = [(_sheet_name(asked, plan, language), one) for plan, one in zip(plans, grids, strict=True)]
    _lists(made, plans, shapes, language, [name for name, _ in tables])
    for name, one in tables:
        worksheet = made.book.get_worksheet_by_name(name)
        assert worksheet is not None
        sheet.write(made, worksheet, one)
    cover.write(made, guide, asked, tables, language)
    return made.bytes()


def file_name(asked: Asked) -> str:
    """The name by the programme's pattern, without the day and the revision: these are filled in on the guide sheet."""
    one = asked.tables[0][0].table if len(asked.tables) == 1 else ""
    facts = {"unit": asked.unit, "period": asked.period.replace("/", "-")}
    facts["table" if one else "office"] = one or asked.office
    for pattern in asked.catalog.programme.file_names:
        bare = re.sub(r"[^{}a-zA-Z0-9]*[a-z]?\{(?:prepared_on|revision)\}", "", pattern)
        if set(re.findall(r"\{(\w+)\}", bare)) == set(facts):
            return f"{bare.format(**facts)}.xlsx"
    return f"{'_'.join((one or asked.office, facts['unit'], facts['period']))}.xlsx"


def _title(asked: Asked, language: str) -> str:
    office = next(one for one in asked.catalog.programme.offices if one.id == asked.office)
    return say("template.title", language, office=office.title[language], period=asked.period)


def _properties(asked: Asked, shapes: list[list[shape.Part]]) -> dict[str, str]:
    facts = {"office": asked.office, "period": asked.period, "unit": asked.unit}
    if len(asked.tables) == 1:
        facts["table"] = asked.tables[0][0].table
    found = {known.TEMPLATE: FORM} | {f"yearbook_{name}": text for name, text in facts.items()}
    for (table, _), parts in zip(asked.tables, shapes, strict=True):
        found[f"{known.CONTRACT}{table.table}"] = f"{table.version} {shape.digest(parts)}"
    return found


def _sheet_name(asked: Asked, plan: Plan, language: str) -> str:
    """The table's title where intake knows it by that and a sheet can bear it, else its id."""
    title = plan.table.title[language][: identify.SHEET_NAME]
    found = identify.find_table(asked.catalog, title)
    is_own = found is not None and found.table == plan.table.table
    return title if is_own and not _NOT_IN_A_NAME.search(title) else plan.table.table[: identify.SHEET_NAME]


def _lists(made: Paper, plans: list[Plan], shapes: list[list[shape.Part]], language: str, names: list[str]) -> None:
    """Adds the sheets of the tables and, hidden behind them, what the template asks for and the words of its lists."""
    for name in names:
        made.book.add_worksheet(name)
    title = say("template.sheet.lists", language)
    hidden = made.book.add_worksheet(title)
    hidden.hide()
    row = 0
    for plan, parts in zip(plans, shapes, strict=True):
        for line in shape.rows(plan.table.table, parts):
            for column, text in enumerate(line):
                hidden.write_string(row, column, text)
            row += 1
    for plan in plans:
        for name, words in sheet.lists(plan, language).items():
            for at, word in enumerate(words):
                hidden.write_string(row + at, 0, word)
            made.book.define_name(name, f"='{title}'!$A${row + 1}:$A${row + len(words)}")
            row += len(words)
    hidden.protect()
