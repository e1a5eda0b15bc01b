"""The workbook of a release, one file for each language: which sheets it has, and in what order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipelines.messages import LANGUAGES
from pipelines.release.forms.source import Source
from pipelines.release.forms.workbook import about, front, indicators, overview, returns
from pipelines.release.forms.workbook.facts import Facts
from pipelines.release.forms.workbook.sheets import OPTIONS, Sheets
from pipelines.release.forms.workbook.table import Link, Table, sheet_name
from pipelines.release.forms.workbook.words import Words

FILE = "yearbook_{}.xlsx"


def write(source: Source) -> None:
    """Writes `yearbook_<language>.xlsx`: the same bytes for the same release."""
    facts = Facts(source)
    judged = overview.of(facts)
    for language in LANGUAGES:
        words = Words(source.catalog, language)
        _write(source.folder / FILE.format(language), facts, words, judged)


def tables(facts: Facts, words: Words, judged: overview.Overview | None) -> Iterator[Table]:
    """All numbered tables, in their order."""
    if judged:
        yield overview.table(facts, words, judged)
    yield from indicators.tables(facts, words)
    yield from returns.tables(facts, words)
    yield from about.tables(facts, words)


def _write(file: Path, facts: Facts, words: Words, judged: overview.Overview | None) -> None:
    from xlsxwriter import Workbook

    said, programme = facts.source.said, words.catalog.programme
    title, publisher = words.of(programme.title.model_dump()), words.of(programme.publisher.model_dump())
    numbered = [
        (sheet_name(number, table.short), words.say("title.numbered", number=number, title=table.title), table)
        for number, table in enumerate(tables(facts, words, judged), 1)
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
        sheets.text(sheets.add(at_front[0]), front.cover(facts, words, judged, at_front[1:]))
        notes = front.notes(facts, words)
        listed = front.contents(words, [(at_front[2], notes.title, notes), *numbered])
        sheets.table(sheets.add(at_front[1]), listed.title, listed, None)
        sheets.table(sheets.add(at_front[2]), notes.title, notes, back)
        for name, heading, table in numbered:
            sheets.table(sheets.add(name), heading, table, back)
