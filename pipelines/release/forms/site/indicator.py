"""The pages of indicators: a page for each class of each, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.release import methods
from pipelines.release.forms.site import dataset, marks, standing
from pipelines.release.forms.site.facts import Facts, Line, Series
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.revised import Revised
from pipelines.release.forms.site.words import Words
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
    return f"{indicator}--{'--'.join(marks.slug(part.split('=', 1)[-1]) for part in breakdown.split(';'))}"


def pages(facts: Facts, words: Words, revised: Revised) -> Iterator[Page]:
    """The list, then every page."""
    yield _list(facts, words)
    for id in facts.breakdowns:
        for breakdown in classes(facts, id):
            yield _page(facts, words, facts.series(id, breakdown), revised)


def _list(facts: Facts, words: Words) -> Page:
    groups: dict[str, list[dict[str, Any]]] = {
        **{office.id: [] for office in facts.catalog.programme.offices}, "": []
    }  # fmt: skip
    for id in facts.breakdowns:
        about = words.about(id)
        groups[words.office(id)].append(
            {
                "title": words.title(id), "path": path(facts, id, facts.breakdowns[id][0]), "unit": about.unit(),
                "definition": words.label(about.indicator.definition),
            }
        )  # fmt: skip
    titles = {office.id: words.label(office.title) for office in facts.catalog.programme.offices}
    listed = [
        {"id": id or "all", "title": titles.get(id) or words.say("indicators.of_all"), "rows": rows}
        for id, rows in groups.items()
        if rows
    ]
    return Page("indicators/index.html", "indicators.html", words.say("menu.indicators"), "indicators",
                {"groups": listed})  # fmt: skip


def _page(facts: Facts, words: Words, series: Series, revised: Revised) -> Page:
    id, breakdown = series.indicator, series.breakdown
    about = words.about(id)
    first = breakdown == facts.breakdowns[id][0]
    title = words.title(id, breakdown)
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
        "periods": series.periods,
        "lines": [
            _line(facts, words, series, line, first or len(series.lines) <= LINES_LINKED) for line in series.lines
        ],
        "pools": _pools(facts, words, series),
        "legend": marks.legend(words, facts, series),
        "reasons": list(marks.reasons(words, series)),
        "latest": standing.latest(facts, words, series),
        "revised": revised.of(words, series),
        "targets": _targets(words, id, breakdown),
        "axis_targets": _values(words, id, breakdown),
        "method": _method(words, id) if first else [],
        "method_path": f"{path(facts, id, facts.breakdowns[id][0])}#method",
        "csv": file,
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


def _line(facts: Facts, words: Words, series: Series, line: Line, linked: bool) -> dict[str, Any]:
    code = line.area.code if linked and not line.area.is_pool else ""
    return {
        "name": words.area(line.area),
        "code": code,
        "level": line.area.level,
        "lead": line.area == facts.lead,
        "gone": not line.area.is_current and not line.area.is_pool,
        "path": f"areas/{marks.slug(code)}.html" if code else "",
        "cells": [marks.cell(words, facts, series, line.code(period), period) for period in series.periods],
    }


def _pools(facts: Facts, words: Words, series: Series) -> list[dict[str, str]]:
    """Which areas the lines of the table are, year by year."""
    return [
        {
            "period": period,
            "name": facts.areas[code].names[words.language],
            "areas": words.listed(
                [facts.areas[one].names[words.language] for one in facts.pools[code] if one in facts.areas]
            ),
        }
        for line in series.lines
        for period, code in sorted(line.codes.items())
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
