"""The pages of indicators: a page for each class of each, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.release import methods
from pipelines.release.forms.areas import Area
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Series
from pipelines.release.forms.site import cells, dataset, standing
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.revised import Revised
from pipelines.release.forms.words import Words, by_office
from pipelines.release.methods.parts import Section

CLASSES_AT_MOST = 100
"""An indicator of more classes has one page, of the first: a page each would be as large as the database."""
LINES_LINKED = 100
"""Of more areas only the page of the first class links to theirs: a fourth of the site would be such links."""


def classes(facts: Facts, indicator: str) -> list[str]:
    """The breakdowns of an indicator that have a page, the first of them the indicator's own."""
    found = facts.breakdowns[indicator]
    return found if len(found) <= CLASSES_AT_MOST else found[:1]


def has_page(facts: Facts, indicator: str, breakdown: str) -> bool:
    """Has a class a page of its own?"""
    return breakdown in classes(facts, indicator)


def path(facts: Facts, indicator: str, breakdown: str) -> str:
    """Where the page of a class stands: the indicator's own of the first class, and of those that have none."""
    if not has_page(facts, indicator, breakdown):
        breakdown = facts.breakdowns[indicator][0]
    return f"indicators/{name(facts, indicator, breakdown)}.html"


def name(facts: Facts, indicator: str, breakdown: str) -> str:
    """The name of the files of a class, without an ending."""
    if breakdown == facts.breakdowns[indicator][0]:
        return indicator
    return f"{indicator}--{'--'.join(cells.slug(part.split('=', 1)[-1]) for part in breakdown.split(';'))}"


def pages(facts: Facts, words: Words, revised: Revised) -> Iterator[Page]:
    """The list, then every page."""
    yield _list(facts, words)
    for id in facts.breakdowns:
        for breakdown in classes(facts, id):
            yield _page(facts, words, facts.series(id, breakdown), revised)


def _list(facts: Facts, words: Words) -> Page:
    def entry(id: str) -> dict[str, Any]:
        about = words.about(id)
        return {
            "title": words.title(id), "path": path(facts, id, facts.breakdowns[id][0]), "unit": about.unit(),
            "definition": words.label(about.indicator.definition),
        }  # fmt: skip

    listed = [
        {
            "id": office or "all", "title": words.office(office) if office else words.say("indicators.of_all"),
            "rows": [entry(id) for id in of],
        }
        for office, of in by_office(facts.catalog, facts.breakdowns).items()
    ]  # fmt: skip
    return Page("indicators/index.html", "indicators.html", words.say("menu.indicators"), "indicators",
                {"groups": listed})  # fmt: skip


def _page(facts: Facts, words: Words, series: Series, revised: Revised) -> Page:
    id, breakdown = series.indicator, series.breakdown
    about = words.about(id)
    first = breakdown == facts.breakdowns[id][0]
    title = words.title(id, breakdown)
    names = words.apart(facts.all, series.lines)
    file = f"data/{name(facts, id, breakdown)}.csv"
    values = {
        "about": about,
        "definition": words.label(about.indicator.definition),
        "unit": about.unit(),
        "kind": about.say(f"kind.{about.indicator.kind}"),
        "axis": "count" if about.indicator.kind == "count" else "rate",
        "classes": [
            {
                "title": words.say("total") if one == TOTAL else about.breakdown(one),
                "path": path(facts, id, one),
                "current": one == breakdown,
            }
            for one in classes(facts, id)
        ],
        "has_more_classes": len(facts.breakdowns[id]) > CLASSES_AT_MOST,
        "headline": standing.headline(facts, words, series),
        "later": standing.later(words, series),
        "periods": series.periods,
        "lines": [
            _line(facts, series, line, names[line.code], first or len(series.lines) <= LINES_LINKED)
            for line in series.lines
        ],
        "pools": _pools(facts, words, series),
        "legend": cells.legend(words, series),
        "reasons": cells.reasons(words, series),
        "latest": standing.latest(facts, words, series),
        "revised": revised.of(words, series),
        "targets": _targets(words, id, breakdown),
        "axis_targets": _values(words, id, breakdown),
        "method": _method(words, id) if first else [],
        "method_path": f"{path(facts, id, facts.breakdowns[id][0])}#method",
        "csv": file,
        "all_csv": facts.source.one_file("csv/mart_indicator.csv"),
        "all_parquet": facts.source.one_file("parquet/mart_indicator.parquet"),
        "cite": dataset.cite(facts, words, title),
    }
    crumbs = [(words.say("menu.indicators"), "indicators/index.html")]
    if not first:
        crumbs.append((words.title(id), path(facts, id, facts.breakdowns[id][0])))
    return Page(
        path(facts, id, breakdown), "indicator.html", title, "indicators", values, tuple(crumbs),
        values["definition"], dataset.of(facts, words, series, title, file),
    )  # fmt: skip


def _method(words: Words, id: str) -> list[Section]:
    """The sections of the method page, but for the definition, which the page begins with."""
    made = methods.page(words.catalog, id, words.language)
    return [section for section in made.sections if section.id != "definition"]


def _line(facts: Facts, series: Series, line: Area, name: str, linked: bool) -> dict[str, Any]:
    code = line.code if linked and not line.is_pool else ""
    return {
        "name": name,
        "code": code,
        "level": line.level,
        "lead": line == facts.lead,
        "gone": not line.is_current and not line.is_pool,
        "path": f"areas/{cells.slug(code)}.html" if code else "",
        "cells": cells.rows(facts.catalog, series)[line.code],
    }


def _pools(facts: Facts, words: Words, series: Series) -> list[dict[str, str]]:
    """Which areas the lines of the table are, year by year."""
    return [
        {
            "period": period,
            "name": words.label(facts.all[figure.area].names),
            "areas": words.listed([words.label(facts.all[one].names) for one in facts.members[figure.area]]),
        }
        for line in series.lines
        if line.is_pool
        for period, figure in series.by_line[line.code].items()
    ]


def _targets(words: Words, id: str, breakdown: str) -> list[dict[str, str]]:
    about = words.about(id)
    return [
        {
            "level": about.levels(target.level),
            "value": standing.signed(about.target(target)),
            "years": about.span(target.start, target.until),
            "wording": words.label(target.source_wording),
        }
        for target in _held(words, id, breakdown)
    ]


def _values(words: Words, id: str, breakdown: str) -> list[list[str]]:
    """[level, first period or '', last or '', value] of every target, for the chart."""
    return [
        [level, target.start or "", target.until or "", str(target.value)]
        for target in _held(words, id, breakdown)
        for level in target.level
    ]


def _held(words: Words, id: str, breakdown: str) -> list[Any]:
    known = words.catalog.targets.get(id)
    return [
        target
        for target in (known.targets if known else [])
        if (";".join(f"{name}={code}" for name, code in target.breakdown.items()) or TOTAL) == breakdown
    ]
