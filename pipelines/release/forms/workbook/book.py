"""The workbook of a release, one file for each language: which sheets it has, and in what order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipelines.messages import LANGUAGES
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.words import Words
from pipelines.release.forms.workbook import about, front, indicators, overview, returns
from pipelines.release.forms.workbook.extract import Extract
from pipelines.release.forms.workbook.sheets import OPTIONS, Sheets
from pipelines.release.forms.workbook.table import Link, Table, sheet_name

FILE = "yearbook_{}.xlsx"


def write(facts: Facts) -> None:
    """Writes `yearbook_<language>.xlsx`: the same bytes for the same release."""
    extract = Extract(facts)
    judged = overview.of(extract)
    for language in LANGUAGES:
        words = Words(facts.catalog, language, "workbook")
        _write(facts.source.folder / FILE.format(language), extract, words, judged)


def tables(extract: Extract, words: Words, judged: overview.Overview | None) -> Iterator[Table]:
    """All numbered tables, in their order."""
    if judged:
        yield overview.table(extract, words, judged)
    yield from indicators.tables(extract, words)
    yield from returns.tables(extract, words)
    yield from about.tables(extract, words)


def _write(file: Path, extract: Extract, words: Words, judged: overview.Overview | None) -> None:
    from xlsxwriter import Workbook

    said, programme = extract.source.said, words.catalog.programme
    title, publisher = words.label(programme.title), words.label(programme.publisher)
    numbered = [
        (sheet_name(number, table.short), words.say("title.numbered", number=number, title=table.title), table)
        for number, table in enumerate(tables(extract, words, judged), 1)
    ]
    at_front = [words.say(f"sheet.{name}") for name in ("cover", "contents", "notes")]
    with Workbook(file, OPTIONS) as book:
        created = datetime.fromisoformat(said["created"]).astimezone(UTC).replace(tzinfo=None)
        book.set_properties(
            {
                "title": title, "author": publisher, "company": publisher, "created": created,
                "subject": words.say("cover.id", release=said["release_id"], on=said["created"][:10]),
                "comments": words.say("cover.fictitious") if programme.fictitious else "",
            }
        )  # fmt: skip
        book.set_custom_property("release_id", said["release_id"])
        book.set_custom_property("language", words.language)
        sheets = Sheets(book, words.language, said["release_id"])
        back = Link(words.say("back"), at_front[1])
        sheets.text(sheets.add(at_front[0]), front.cover(extract, words, judged, at_front[1:]))
        notes = front.notes(extract, words)
        listed = front.contents(words, [(at_front[2], notes.title, notes), *numbered])
        sheets.table(sheets.add(at_front[1]), listed.title, listed, None)
        sheets.table(sheets.add(at_front[2]), notes.title, notes, back)
        for name, heading, table in numbered:
            sheets.table(sheets.add(name), heading, table, back)
