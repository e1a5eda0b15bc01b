"""Writes the site into the folder of a release: pages of every language, what they share, and the files beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.messages import LANGUAGES
from pipelines.release.build import guarded, write_rows
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Figure
from pipelines.release.forms.site import about, area, chart, indicator, office, overview, search
from pipelines.release.forms.site.layout import ASSETS, Layout
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.revised import Revised
from pipelines.release.forms.words import Words

FOLDER = "site"
_COLUMNS = (
    "area_code", "area_name_en", "area_name_zh", "period", "value", "numerator", "denominator", "lower_limit",
    "upper_limit", "obs_status", "reason", "qualifier",
)  # fmt: skip


def write(facts: Facts) -> None:
    """Writes `site/`. The same bytes for the same release."""
    folder = facts.source.folder / FOLDER
    revised = Revised(facts)
    layout = Layout(facts.source)
    _put(folder / "index.html", layout.root())
    for language in LANGUAGES:
        words = Words(facts.catalog, language, "site")
        for page in pages(facts, words, revised):
            _put(folder / language / page.path, layout.page(page, words))
    for name in ASSETS:
        _put(folder / "assets" / name, layout.asset(name))
    _put(folder / "assets" / "search.js", search.script(facts))
    _put(folder / "assets" / "charts.js", chart.script())
    _put(folder / "assets" / "vega.js", chart.bundle())
    _rows(facts, folder)


def pages(facts: Facts, words: Words, revised: Revised) -> Iterator[Page]:
    """Every page of a language."""
    yield overview.page(facts, words)
    yield from indicator.pages(facts, words, revised)
    yield from area.pages(facts, words)
    yield from office.pages(facts, words)
    yield from about.pages(facts, words, revised)


def _rows(facts: Facts, folder: Path) -> None:
    """Of each page of an indicator the rows that it shows, as CSV."""
    (folder / "data").mkdir()
    for id in facts.breakdowns:
        for breakdown in indicator.classes(facts, id):
            figures = sorted(facts.series(id, breakdown).figures, key=lambda figure: (figure.area, figure.period))
            file = folder / "data" / f"{indicator.name(facts, id, breakdown)}.csv"
            write_rows(_COLUMNS, (_row(facts, figure) for figure in figures), file)


def _row(facts: Facts, figure: Figure) -> list[Any]:
    names = facts.all[figure.area].names
    return [
        *map(guarded, (figure.area, names["en"], names["zh"], figure.period, figure.text)),
        figure.numerator, figure.denominator, figure.lower, figure.upper,
        *map(guarded, (figure.status, figure.reason, figure.qualifier)),
    ]  # fmt: skip


def _put(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8", newline="\n")
