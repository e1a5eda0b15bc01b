"""What stands before the tables: the cover, the list of sheets, and the notes that all tables share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.messages import LANGUAGES
from pipelines.release.forms import contact
from pipelines.release.forms.marks import NOT_APPLICABLE
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook import overview, shorthand
from pipelines.release.forms.workbook.extract import Extract, Row, periods
from pipelines.release.forms.workbook.table import Cell, Link, Table

VERDICTS = ("met", "not_met", "no_data")
RELIABILITY = ("clear", "within_chance", "undetermined", "small_base", "not_applicable", "complete")


def cover(
    extract: Extract, words: Words, judged: overview.Overview | None, sheets: Sequence[str]
) -> list[tuple[str, Cell]]:
    """Lines of the cover: (kind, what it says). sheets: those of contents and notes."""
    said, programme = extract.source.said, words.catalog.programme
    title, publisher = words.label(programme.title), words.label(programme.publisher)
    lines: list[tuple[str, Cell]] = [("title", title), ("text", words.say("cover.publisher", publisher=publisher))]
    if programme.fictitious:
        lines.append(("text", words.say("cover.fictitious")))
    if asked := contact.parts(programme, words.language):
        lines.append(("text", words.say("contact.line", contact=words.joined([part.text for part in asked]))))
    lines.append(("heading", words.say("cover.release")))
    lines += [("text", line) for line in _release(words, said)]
    lines.append(("heading", words.say("cover.new")))
    lines += [("text", line) for line in _new(extract, words, judged)]
    lines.append(("heading", words.say("cover.reading")))
    lines += [("text", words.say(f"cover.reading.{name}")) for name in ("exact", "missing", "tables", "more")]
    lines += [("text", Link(sheet, sheet)) for sheet in sheets]
    for language in (other for other in LANGUAGES if other != words.language):
        lines.append(("text", Words(words.catalog, language, "workbook").say("cover.language")))
    return lines


def _release(words: Words, said: object) -> Iterator[str]:
    assert isinstance(said, dict)
    yield words.say("cover.id", release=said["release_id"], on=said["created"][:10])
    if by := said.get("approved_by"):
        yield words.say("cover.approved", by=by, on=said["approved_at"][:10])
    else:
        yield words.say("cover.candidate")
    if note := said.get("note"):
        yield words.say("cover.note", note=note)


def _new(extract: Extract, words: Words, judged: overview.Overview | None) -> Iterator[str]:
    series: list[Row] = [one for of in extract.indicators.values() for one in of.values()]
    if shown := periods(series):
        where = words.listed([words.area(extract.lines[code]) for code in extract.tops])
        yield words.say("cover.span", span=words.span(shown), areas=where)
    if judged and (line := overview.counted(words, judged)):
        yield line
    parent = extract.source.said.get("parent")
    if extract.source.said["kind"] == "edition":
        key = "cover.revised" if parent else "cover.first"
        yield words.say(key, parent=parent or "", all=len(extract.facts.revised), figures=len(extract.revisions))
    provisional = sum(given.status == "P" for one in series for given in one.values())
    yield words.say("cover.provisional" if provisional else "cover.no_provisional", figures=provisional)


def contents(words: Words, entries: Sequence[tuple[str, str, Table]]) -> Table:
    """entries: (sheet, title, table) of every sheet but the cover and this one."""
    rows: list[list[Cell]] = [[Link(sheet, sheet), title, table.section] for sheet, title, table in entries]
    return Table(
        "contents",
        words.say("section.front"),
        words.say("sheet.contents"),
        words.say("sheet.contents"),
        [words.say("line.contents")],
        [words.say(f"column.{name}") for name in ("sheet", "title", "section")],
        rows,
    )


def notes(extract: Extract, words: Words) -> Table:
    """Shorthand, verdicts and reliability, each with what it means."""
    marks = [(shorthand.bracketed(mark), f"mark.{mark}", sdmx) for mark, sdmx in shorthand.SDMX.items()]
    judged = [(words.say(f"verdict.{name}"), f"verdict.{name}.means", "") for name in VERDICTS]
    judged += [(words.say(f"reliability.{name}"), f"reliability.{name}.means", "") for name in RELIABILITY]
    none = shorthand.bracketed(NOT_APPLICABLE)
    rows: list[list[Cell]] = [
        [words.say(f"kind.{key.partition('.')[0]}"), term, words.say(key), sdmx or none]
        for term, key, sdmx in [*marks, *judged]
    ]
    lines = [words.say("notes.line")]
    if extract.left_out:
        lines.append(
            words.say(
                "notes.left_out", areas=words.listed([words.area_of(extract.facts.all, c) for c in extract.left_out])
            )
        )
    levels = [level for level in words.catalog.programme.levels if level not in extract.facts.levels]
    if levels:
        hidden = words.listed([words.levels(level) for level in levels])
        lines.append(words.say("notes.levels", levels=hidden))
    return Table(
        "notes",
        words.say("section.front"),
        words.say("sheet.notes"),
        words.say("sheet.notes"),
        lines,
        [words.say(f"column.{name}") for name in ("kind", "term", "meaning", "sdmx")],
        rows,
        2,
    )
