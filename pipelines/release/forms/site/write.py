"""Writes the site into the folder of a release: pages of every language, what they share, and the files beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.messages import LANGUAGES
from pipelines.release.build import text, write_csv
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.site import about, area, chart, indicator, office, overview, search
from pipelines.release.forms.site.layout import ASSETS, Layout
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.revised import Revised
from pipelines.release.forms.words import Words

FOLDER = "site"
_VIEW = "rows_of_a_page"
_COLUMNS = (
    "i.area_code, a.name_en as area_name_en, a.name_zh as area_name_zh, i.period, i.value_text as value, "
    "i.numerator, i.denominator, i.lower_limit, i.upper_limit, i.obs_status, i.reason, i.qualifier"
)


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
    levels = ", ".join(text(level) for level in facts.levels)
    for id in facts.breakdowns:
        for breakdown in indicator.classes(facts, id):
            facts.source.connection.execute(
                f"create or replace temp view {_VIEW} as select {_COLUMNS} from mart_indicator i "
                "left join dim_area a using (area_code) "
                f"where i.indicator_id = {text(id)} and i.breakdown = {text(breakdown)} and i.area_level in ({levels}) "
                "order by i.area_code, i.period"
            )
            write_csv(facts.source.connection, _VIEW, folder / "data" / f"{indicator.name(facts, id, breakdown)}.csv")


def _put(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8", newline="\n")
