"""A template that comes back: what its guide sheet says, whether it is for what was delivered, whether it is outdated.

A template says of itself what it is in its document properties. They are hints from outside: what is taken from them is
checked like a file name, and the figures are judged like those of any other file.
"""

from __future__ import annotations

from pipelines.contracts import Catalog
from pipelines.contracts.reasons import REASONS
from pipelines.intake import identify, periods, shape
from pipelines.intake.files import Book
from pipelines.intake.plan import Plan
from pipelines.intake.text import fold
from pipelines.intake.verdicts import Declared, Finding, Rejection, finding
from pipelines.messages import LANGUAGES, say

GUIDES = frozenset(
    fold(name)
    for name in ("guide", "lists", "findings", "readme", "说明", "填表说明", "代码表", "问题清单", "填報說明")
)
"""Sheets that a template or a marked copy brings along for people: no table is ever looked for in them."""

TEMPLATE = "yearbook_template"
"""Property of every template: the version of its form."""

CONTRACT = "yearbook_contract_"
"""Beginning of the property that says for a table: contract version, and digest of the shape."""

CELLS = ("prepared_on", "revision", "obs_status", "reason", "because")
"""Facts that the guide sheet asks for, each beside its label `template.cell.<fact>`."""

_FIRST = 60
"""Rows of the guide sheet that are looked through."""


def is_template(book: Book) -> bool:
    """Does the workbook say that it is one of our templates, or a copy that was sent back marked?"""
    return TEMPLATE in book.properties


def cells(book: Book) -> Declared:
    """The facts filled in on the guide sheet. Nothing of a workbook that is no template. Raises Rejection."""
    if not is_template(book):
        return Declared()
    labels = {fold(say(f"template.cell.{fact}", language)): fact for fact in CELLS for language in LANGUAGES}
    found: dict[str, str] = {}
    for sheet in book.sheets:
        for row in sheet.rows[:_FIRST] if fold(sheet.name) in GUIDES else ():
            if len(row) > 1 and (fact := labels.get(fold(row[0]))) and row[1].strip():
                found.setdefault(fact, row[1].strip())
    if "reason" in found:
        words = {fold(say(f"reason.{one}", language)): one for one in REASONS for language in LANGUAGES}
        found["reason"] = words.get(fold(found["reason"]), found["reason"])
    return identify.from_options(found)


def contradicted(catalog: Catalog, book: Book, said: Declared) -> None:
    """Raises Rejection where options or file name say another office, table, period or unit than the template."""
    if not is_template(book):
        return
    own = identify.from_properties(book.properties)
    own, other = (identify.addressed(catalog, one) if one.office else one for one in (own, said))
    faults: list[Finding] = []
    for name in ("office", "table", "period", "unit"):
        mine, theirs = (_plain(catalog, name, getattr(one, name)) for one in (own, other))
        if mine and theirs and mine != theirs:
            places = {f"what_{language}": say(f"template.what.{name}", language) for language in LANGUAGES}
            faults.append(finding("template_other", found=theirs, expected=mine, **places))
    if faults:
        raise Rejection(*faults)


def outdated(book: Book, plan: Plan, sheet: str, declared: Declared) -> list[Finding]:
    """A finding where the template's table is of another contract version, or of other columns, classes or areas."""
    table = plan.table
    version, _, digest = book.properties.get(f"{CONTRACT}{table.table}", "").partition(" ")
    if not version:
        return []
    now = _shape(plan, declared)
    if version == table.version and (not now or digest == shape.digest(now)):
        return []
    lines = [row for one in book.sheets if fold(one.name) in GUIDES for row in one.rows]
    places = shape.difference(shape.read(lines, table.table), now)
    titles = {"title_en": table.title.en, "title_zh": table.title.zh}
    return [finding("template_outdated", sheet=sheet, found=version, expected=table.version, **titles, **places)]


def _shape(plan: Plan, declared: Declared) -> list[shape.Part]:
    """What the contract asks for now; nothing where period or unit are not known, or are none of this table."""
    area = plan.catalog.areas.get(declared.unit)
    if not declared.period or area is None or not periods.alike(declared.period, plan.table.due.start):
        return []
    return shape.shape(plan, declared.unit, declared.period)


def _plain(catalog: Catalog, name: str, text: str) -> str:
    if name == "table" and (table := identify.find_table(catalog, text)):
        return table.table
    try:
        return periods.read(text) if name == "period" and text else text
    except ValueError:
        return text
