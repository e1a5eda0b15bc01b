"""The sheet of one table: what is given and locked, the open cells, and what turns red while they are filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pipelines.contracts.rules import rules_of
from pipelines.intake.paper import Paper
from pipelines.intake.plan import Plan
from pipelines.intake.text import letters
from pipelines.messages import say
from pipelines.templates import cells
from pipelines.templates.checks import Check, checks
from pipelines.templates.layout import Column, Grid

PROMPT = 255
"""Characters of a message beside a cell, and of a text within a formula."""

BROKEN = "✗"
"""Begins each message on something that is wrong."""

_FORMULA = 8000
"""Characters of a formula, with room to spare."""

_WIDTHS = {"area": 14, "name": 24, "period": 11, "month": 8, "dimension": 24, "status": 14, "check": 48}
_PROTECTION = {"format_columns": True, "format_rows": True}


def write(made: Paper, sheet: Worksheet, grid: Grid) -> None:
    """Writes the whole sheet."""
    _top(made, sheet, grid)
    for column in grid.columns:
        sheet.set_column(column.number - 1, column.number - 1, _WIDTHS.get(column.kind, 17))
        sheet.write_string(grid.head - 1, column.number - 1, column.header, made.look["head"])
        if column.kind != "check":
            note = {"width": 300, "height": 130, "font_size": 10}
            sheet.write_comment(grid.head - 1, column.number - 1, "\n".join(_note(grid, column)), note)
    sheet.set_row(grid.head - 1, 62)
    sheet.set_selection(grid.head, grid.figures[0].number - 1, grid.head, grid.figures[0].number - 1)
    sheet.freeze_panes(grid.head, next(one.number for one in grid.columns if one.is_figure) - 1)
    _rows(made, sheet, grid)
    for column in grid.columns:
        _validate(sheet, grid, column)
    sheet.protect("", _PROTECTION)
    sheet.repeat_rows(grid.head - 1)
    made.page(sheet)


def _top(made: Paper, sheet: Worksheet, grid: Grid) -> None:
    """Two lines above the header, where there is room for them."""
    if grid.head < 3:
        return
    plan, language = grid.plan, grid.language
    name = plan.catalog.name(grid.unit, grid.period)
    places = {
        "table": plan.table.title[language], "period": grid.period, "area": name.zh if language == "zh" else name.en,
    }  # fmt: skip
    sheet.write_string(0, 0, say("template.table.title", language, **places), made.look["title"])
    sheet.write_string(
        1, 0, say("template.table.grain", language, grain=plan.table.grain[language]), made.look["quiet"]
    )


def _note(grid: Grid, column: Column) -> Iterable[str]:
    """What a header's note says: definition, unit, what the column is part of, its rules."""
    table, language = grid.plan.table, grid.language
    measure = table.measure(column.id) if column.kind == "measure" else None
    if not column.is_figure:
        yield say(f"template.note.{column.kind}", language)
        return
    yield column.header
    if measure is None:
        yield cells.asked_for(grid.plan, column, language)
        return
    yield say("template.note.unit", language, unit=grid.plan.catalog.programme.unit(measure.unit)[language])
    yield cells.asked_for(grid.plan, column, language)
    if whole := table.measure(measure.part_of) if measure.part_of else None:
        yield say("template.note.part_of", language, title=whole.title[language])
    for _, _, _, en, zh, left, right in rules_of(table):
        if any(term.measure == measure.id for term in (*left, *right)) and not whole:
            yield zh if language == "zh" else en
    if measure.follow_up_years:
        yield say("template.note.follow_up", language, years=measure.follow_up_years)


def _rows(made: Paper, sheet: Worksheet, grid: Grid) -> None:
    """Cells given beforehand, open cells, the column that says what is amiss, and the colours."""
    found = checks(grid)
    number = grid.columns[-1].number
    for row, area, breakdown in grid.rows():
        begins = "_first" if breakdown == grid.breakdowns[0] and len(grid.breakdowns) > 1 else ""
        for column in grid.columns[:-1]:
            at = (row - 1, column.number - 1)
            if column.is_figure:
                sheet.write_blank(*at, None, made.look[f"open{begins}"])
            else:
                look = made.look["open_word" if column.kind == "status" else f"given{begins}"]
                sheet.write_string(*at, grid.words(column, area, breakdown), look)
        empty: Any = say("template.check.empty", grid.language, count=len(grid.figures))
        formula = _amiss(grid, row, found.get(row, []))
        sheet.write_formula(row - 1, number - 1, formula, made.look["check"], empty)
    _colours(made, sheet, grid, found)


def _amiss(grid: Grid, row: int, found: list[Check]) -> str:
    """The formula of the last column: what is broken in words, else how many cells are empty, else a tick."""
    parts: list[str] = []
    for column in grid.figures:
        cell = f"${letters(column.number)}{row}"
        words = say("template.check.wrong", grid.language, title=column.header)
        parts.append(f'IF({cells.wrong(grid.plan, column, cell)},{_text(words)},"")')
    for check in found:
        words = say(f"template.check.{check.severity}", grid.language, words=check.words)
        parts.append(f'IF({check.at(row)},{_text(words)},"")')
    blank = f"COUNTBLANK({grid.figures_range(row)})"
    before, after = say("template.check.empty", grid.language, count="\0").split("\0")
    while sum(map(len, parts)) > _FORMULA:
        parts.pop()
    parts.append(f'IF({blank}>0,{_text(before)}&{blank}&{_text(after)},"✓")')
    return f'=SUBSTITUTE({"&".join(parts)}," ✓","")'  # a tick behind words, which end in a space, is none


def _text(words: str) -> str:
    cut = words if len(words) <= PROMPT else f"{words[: PROMPT - 1]}…"
    return '"' + cut.replace('"', '""') + '"'


def _colours(made: Paper, sheet: Worksheet, grid: Grid, found: dict[int, list[Check]]) -> None:
    first, last = grid.head + 1, grid.last
    looks = {"error": made.look["alarm"], "warning": made.look["query"]}
    check = letters(grid.columns[-1].number)
    red = {"type": "formula", "criteria": f'=LEFT(${check}{first},1)="{BROKEN}"', "format": looks["error"]}
    sheet.conditional_format(f"{check}{first}:{check}{last}", red)
    for column in grid.figures:
        letter = letters(column.number)
        criteria = f"={cells.wrong(grid.plan, column, f'${letter}{first}')}"
        sheet.conditional_format(
            f"{letter}{first}:{letter}{last}", {"type": "formula", "criteria": criteria, "format": looks["error"]}
        )
    alike: dict[Check, list[int]] = {}
    for row, ones in found.items():
        for check in ones:
            alike.setdefault(check, []).append(row)
    for check, rows in sorted(alike.items(), key=lambda pair: pair[0].severity):
        places = [f"{letters(column)}{row}" for row in rows for column in check.columns]
        sheet.conditional_format(
            places[0],
            {"type": "formula", "criteria": f"={check.at(rows[0])}", "format": looks[check.severity],
             "multi_range": " ".join(places)},
        )  # fmt: skip


def _validate(sheet: Worksheet, grid: Grid, column: Column) -> None:
    """Drop-downs, and what to write as a message beside the cell. A stop is no help here: one cell holds one rule, and
    a stop on numbers would keep marks out; pasting passes it by. What is wrong turns red instead.
    """
    plan, language = grid.plan, grid.language
    at = (grid.head, column.number - 1, grid.last - 1, column.number - 1)
    if column.kind == "status" and plan.table.status:
        sheet.data_validation(*at, {"validate": "list", "source": list(plan.table.status.codes)})
    if not column.is_figure:
        return
    words = f"{cells.asked_for(plan, column, language)} {cells.marks_in_words(plan.format, language)}"
    rule: dict[str, object] = {"input_title": column.header[:32], "input_message": words[:PROMPT]}
    if cells.offered(plan.format, language):
        rule |= {"validate": "list", "source": f"=offered_{plan.table.table}", "show_error": False}
    else:
        rule |= {"validate": "any"}
    sheet.data_validation(*at, rule)


def lists(plan: Plan, language: str) -> dict[str, list[str]]:
    """name -> the words of a list that the sheet's formulas refer to."""
    table, form = plan.table.table, plan.format
    found = {f"marks_{table}": cells.marks(form), f"offered_{table}": list(cells.offered(form, language))}
    found[f"qualifiers_{table}"] = [mark for mark in form.qualifiers if mark.strip()]
    return {name: words for name, words in found.items() if words}
