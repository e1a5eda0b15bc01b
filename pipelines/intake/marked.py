"""A rejected file given back with its cells marked: a fresh workbook of what was read, each finding at its cell.

Columns that the contract knows only: those of unknown and ignored ones stay empty, they were never looked at. Every
cell keeps its address, whatever the layout of the file was. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.intake import header, known, receipts
from pipelines.intake.files import Sheet
from pipelines.intake.paper import Paper, ask_facts, paper
from pipelines.intake.plan import Plan
from pipelines.intake.text import address, visible
from pipelines.intake.verdicts import DeliveryVerdict, Finding
from pipelines.messages import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST = 200_000
"""Cells of a file that is given back; larger ones have their receipt only."""

FINDINGS = 1000
"""Findings of one sheet that are marked."""

_LONGEST = 1000
"""Characters of a cell that are given back."""

_NUMBER = re.compile("0|[1-9][0-9]{0,14}")
"""Up to the digits that a spreadsheet keeps exactly."""


def copy(sheets: Iterable[tuple[Sheet, Plan]], verdict: DeliveryVerdict, language: str) -> bytes:
    """The workbook; b'' where no finding has a place in a table, or the file is too large."""
    tables = [(sheet, plan, _findings(verdict, sheet, plan)) for sheet, plan in sheets]
    tables = [one for one in tables if any(finding.row for finding in one[2])]
    if not tables or sum(len(row) for sheet, _, _ in tables for row in sheet.rows) > MOST:
        return b""
    made = paper(say("marked.title", language), _properties(verdict))
    cover = made.book.add_worksheet(say("marked.sheet", language))
    line = _begin(made, cover, visible(verdict.file_name, 200), language)
    for sheet, plan, findings in tables:
        name = sheet.name or plan.table.table[:31]
        _table(made, made.book.add_worksheet(name), sheet, plan, findings, verdict.declared.period, language)
        line = _list(made, cover, line, name, findings, language)
    return made.bytes()


def _properties(verdict: DeliveryVerdict) -> dict[str, str]:
    declared = verdict.declared
    facts = {name: getattr(declared, name) for name in ("office", "table", "period", "unit")}
    facts |= {"partial": "true" if declared.partial else ""}
    return {known.TEMPLATE: "marked"} | {f"yearbook_{name}": text for name, text in facts.items() if text}


def _findings(verdict: DeliveryVerdict, sheet: Sheet, plan: Plan) -> list[Finding]:
    """The findings of a sheet's submissions, each once, from the top of the sheet on; of very many the first."""
    found: dict[tuple[str, int, int, str, str], Finding] = {}
    for one in verdict.submissions:
        if one.sheet == sheet.name and one.table == plan.table.table:
            for each in one.findings:
                found.setdefault((each.code, each.row, each.column, each.header, str(each.places)), each)
    return sorted(found.values(), key=lambda one: (one.row, one.column))[:FINDINGS]


def _begin(made: Paper, cover: Worksheet, file_name: str, language: str) -> int:
    cover.set_column(0, 0, 30)
    cover.set_column(1, 1, 24)
    cover.set_column(2, 2, 100)
    cover.hide_gridlines(2)
    cover.write_string(0, 0, say("marked.title", language), made.look["title"])
    cover.merge_range(1, 0, 1, 2, say("marked.what", language), made.look["text"])
    cover.set_row(1, 32)
    cover.write_string(2, 0, file_name, made.look["quiet"])
    made.page(cover)
    row = ask_facts(made, cover, 3, language) + 1
    for column, name in enumerate(("table", "cell", "sentence")):
        cover.write_string(row, column, say(f"marked.{name}", language), made.look["head"])
    return row + 1


def _list(made: Paper, cover: Worksheet, row: int, name: str, findings: list[Finding], language: str) -> int:
    for one in findings:
        cover.write_string(row, 0, name, made.look["text"])
        if one.row:
            place = address(one.row, one.column or 1)
            quoted = name.replace("'", "''")
            cover.write_url(row, 1, f"internal:'{quoted}'!{place}", made.look["link"], one.cell or place)
        words = _words(one, language)
        cover.write_string(row, 2, words, made.look["text"])
        cover.set_row(row, 15 * (1 + len(words.encode("gb18030", "replace")) // 100))
        row += 1
    return row


def _words(one: Finding, language: str) -> str:
    text = receipts.sentence(one, language, where=False)
    return say("receipt.warning", language, sentence=text) if one.severity == "warning" else text


def _table(
    made: Paper, into: Worksheet, sheet: Sheet, plan: Plan, findings: list[Finding], period: str, language: str
) -> None:
    """Writes the known columns of a sheet at their addresses, and the findings at theirs."""
    binding = header.bind(plan, sheet, period)
    columns = set(binding.headers)
    figures = {one.column for one in binding.figures} | set(binding.long[1:] if binding.long else ())
    marks: dict[tuple[int, int], list[Finding]] = {}
    for one in findings:
        if one.row:
            marks.setdefault((one.row, one.column or min(columns, default=1)), []).append(one)
    for number, row in enumerate(sheet.rows[binding.row - 1 :], start=binding.row) if columns else ():
        for column, text in enumerate(row, start=1):
            if column in columns and text.strip():
                look = "head" if number == binding.row else "figure" if column in figures else "word"
                _write(into, (number, column), text, made.look[look])
    for (number, column), ones in marks.items():
        row = sheet.rows[number - 1] if number <= len(sheet.rows) else []
        text = row[column - 1] if column in columns and column <= len(row) else ""
        _write(into, (number, column), text, made.look[_worst(ones)])
        words = "\n".join(_words(one, language) for one in ones)
        size = {"width": 320, "height": 40 + 22 * (len(words) // 45 + len(ones)), "font_size": 10}
        into.write_comment(number - 1, column - 1, words, size)
    for column in range(1, binding.width + 1):
        into.set_column(column - 1, column - 1, 16 if column in columns else 4)
    into.freeze_panes(binding.row, 0)
    into.set_row(binding.row - 1, 48)
    made.page(into)


def _worst(ones: list[Finding]) -> str:
    return "wrong" if any(one.severity == "error" for one in ones) else "doubtful"


def _write(into: Worksheet, at: tuple[int, int], text: str, look: Format) -> None:
    """Whole numbers as numbers, that they can be added up; everything else, codes with a leading zero too, as text."""
    row, column = at[0] - 1, at[1] - 1
    if _NUMBER.fullmatch(text):
        into.write_number(row, column, int(text), look)
    elif text.strip():
        into.write_string(row, column, text[:_LONGEST], look)
    else:
        into.write_blank(row, column, None, look)
