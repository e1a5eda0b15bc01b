"""The method pages of a release: a page for each indicator and language, and an index of each language."""

from __future__ import annotations

from pathlib import Path

from pipelines.contracts.catalog import Catalog
from pipelines.messages import LANGUAGES, say
from pipelines.release.methods import markdown
from pipelines.release.methods.about import About
from pipelines.release.methods.page import page

NAME = "methods"
_COLUMNS = ("title", "kind", "unit")


def write(catalog: Catalog, folder: Path) -> None:
    """Writes `methods/<language>/<indicator>.md` and `methods/index.<language>.md` into a release's folder."""
    for language in LANGUAGES:
        (folder / NAME / language).mkdir(parents=True)
        for id in catalog.indicators:
            file = folder / NAME / language / f"{id}.md"
            file.write_text(markdown.of_page(page(catalog, id, language)), encoding="utf-8", newline="\n")
        file = folder / NAME / f"index.{language}.md"
        file.write_text(index(catalog, language), encoding="utf-8", newline="\n")


def listed(catalog: Catalog, language: str) -> list[dict[str, str]]:
    """Of every indicator, in the documents' order: indicator, title, kind and unit in words."""
    return [
        {
            "indicator": id,
            "title": about.label(about.indicator.title),
            "kind": about.say(f"kind.{about.indicator.kind}"),
            "unit": about.unit(),
        }
        for id, about in ((id, About(catalog, one, language)) for id, one in catalog.indicators.items())
    ]


def index(catalog: Catalog, language: str) -> str:
    """The list of all pages of a language, as Markdown."""
    programme = catalog.programme
    places = {"publisher": programme.publisher[language], "title": programme.title[language]}
    columns = [markdown.inline(say(f"method.index.column.{name}", language)) for name in _COLUMNS]
    rows = [
        [
            f"[{markdown.inline(row['title'])}]({language}/{row['indicator']}.md)",
            *map(markdown.inline, (row["kind"], row["unit"])),
        ]
        for row in listed(catalog, language)
    ]
    others = [f"[{say('method.index.other', language)}](index.{other}.md)" for other in LANGUAGES if other != language]
    lines = [
        f"# {markdown.inline(say('method.index', language))}", "",
        markdown.escaped(say("method.index.lead", language, **places)), "",
        *others, "",
        *markdown.table(columns, rows),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
