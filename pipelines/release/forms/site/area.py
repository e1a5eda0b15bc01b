"""The pages of areas: how each stands against its targets, every indicator over time; and the list of all areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.release.forms.site import indicator, marks, standing
from pipelines.release.forms.site.facts import Area, Facts, Series
from pipelines.release.forms.site.page import Crumb, Page
from pipelines.release.forms.site.words import Words


def pages(facts: Facts, words: Words) -> Iterator[Page]:
    """The list, then every page."""
    areas = [area for area in facts.areas.values() if not area.is_pool]
    yield Page(
        "areas/index.html", "areas.html", words.say("menu.areas"), "areas",
        {"tree": [_branch(facts, words, area) for area in facts.children("")]},
    )  # fmt: skip
    profiles = _profiles(facts, words)
    for area in areas:
        yield _page(facts, words, area, profiles.get(area.code, []))


def _branch(facts: Facts, words: Words, area: Area) -> dict[str, Any]:
    return {
        **_link(words, area),
        "below": [_branch(facts, words, child) for child in facts.children(area.code)],
    }


def _link(words: Words, area: Area) -> dict[str, Any]:
    return {
        "title": words.area(area), "path": standing.area_path(area), "code": area.code, "gone": not area.is_current,
    }  # fmt: skip


def _page(facts: Facts, words: Words, area: Area, profile: list[dict[str, Any]]) -> Page:
    around, above = list[Crumb](), facts.areas.get(area.parent)
    while above is not None:
        around.insert(0, (words.area(above), standing.area_path(above)))
        above = facts.areas.get(above.parent)
    periods = sorted({period for line in profile for period in line["cells"]}, key=facts.place)
    values = {
        "area": area,
        "level": words.known(f"site.level.{area.level}", area.level.replace("_", " ")),
        "card": scorecard(facts, words, area),
        "periods": periods,
        "groups": _grouped(facts, words, profile),
        "below": [_link(words, child) for child in facts.children(area.code)],
    }
    crumbs = ((words.say("menu.areas"), "areas/index.html"), *around)
    return Page(standing.area_path(area), "area.html", words.area(area), "areas", values, crumbs)


def scorecard(facts: Facts, words: Words, area: Area) -> dict[str, Any]:
    """{period, rows, counts} of the last period in which a target of an area was met or missed. {} without one."""
    found = [
        (id, breakdown, row)
        for (id, breakdown), of in facts.scores.items()
        for (code, _), row in of.items()
        if code == area.code and row["verdict"] and id in facts.breakdowns
    ]
    period = facts.latest([row["period"] for _, _, row in found if row["verdict"] != "no_data"])
    order = {id: place for place, id in enumerate(facts.breakdowns)}
    rows = [
        {
            "title": words.title(id, breakdown),
            "path": indicator.path(facts, id, breakdown) + _cell(facts, id, breakdown, area.code, period),
            "unit": words.about(id).unit(),
            "text": row["value_text"] or "",
            "why": "" if row["value_text"] else words.known(f"missing.{row['reason']}", row["reason"] or ""),
            "n": row["n"],
            **standing.verdict(words, id, row),
        }
        for id, breakdown, row in sorted(found, key=lambda one: (order[one[0]], one[1]))
        if row["period"] == period
    ]
    counts = {name: sum(row["verdict"] == name for row in rows) for name in ("met", "not_met", "no_data")}
    ranked = any((row["ranked"] or 0) > 1 for row in rows)
    columns = ("distance", "n", *(["rank"] if ranked else []), "years_met")
    rows.sort(key=lambda row: _URGENCY.index(row["verdict"]))
    return {"period": period, "rows": rows, "counts": counts, "columns": columns} if rows else {}


_URGENCY = ("not_met", "no_data", "met")
"""What is looked for first stands first; among the like, the order of the documents."""


def _cell(facts: Facts, id: str, breakdown: str, code: str, period: str) -> str:
    """The address of a figure within the page of its class, which not every class has."""
    return f"#A{marks.slug(code)}-{marks.slug(period)}" if indicator.has_page(facts, id, breakdown) else ""


def tally(facts: Facts, words: Words) -> dict[str, Any]:
    """{level, period, rows}: of each target how many areas of the widest level with verdicts met it in the last period
    in which any was met or missed. {} without one.
    """
    judged = [row for of in facts.scores.values() for row in of.values() if row["verdict"] in ("met", "not_met")]
    order = facts.catalog.programme.levels
    level = min((row["area_level"] for row in judged), key=order.index, default="")
    period = facts.latest([row["period"] for row in judged if row["area_level"] == level])
    rows = []
    for id, breakdowns in facts.breakdowns.items():
        for breakdown in breakdowns:
            of = facts.scores.get((id, breakdown), {}).values()
            found = [row["verdict"] for row in of if (row["area_level"], row["period"]) == (level, period)]
            if any(found):
                counts = {name: found.count(name) for name in ("met", "not_met", "no_data")}
                path = indicator.path(facts, id, breakdown)
                rows.append({"title": words.title(id, breakdown), "path": path, **counts})
    return {"level": words.known(f"level.{level}", level), "period": period, "rows": rows} if rows else {}


def _profiles(facts: Facts, words: Words) -> dict[str, list[dict[str, Any]]]:
    """Area -> a line of each indicator that it has: the figures of its first class, period by period."""
    found: dict[str, list[dict[str, Any]]] = {}
    for id, breakdowns in facts.breakdowns.items():
        series = facts.series(id, breakdowns[0])
        by_area: dict[str, dict[str, dict[str, Any]]] = {}
        for (code, period), figure in series.figures.items():
            by_area.setdefault(code, {})[period] = {"text": figure.text or "", "marks": marks.of(facts, series, figure)}
        for code, cells in by_area.items():
            found.setdefault(code, []).append(
                {
                    "id": id, "title": words.title(id, breakdowns[0]), "unit": words.about(id).unit(),
                    "path": f"{indicator.path(facts, id, breakdowns[0])}{_row(series, code)}", "cells": cells,
                }
            )  # fmt: skip
    return found


def _row(series: Series, code: str) -> str:
    """The address of the row of an area within the page of an indicator."""
    return f"#row-{marks.slug(code)}" if any(line.area.code == code for line in series.lines) else ""


def _grouped(facts: Facts, words: Words, profile: list[dict[str, Any]]) -> list[dict[str, Any]]:
    titles = {office.id: words.label(office.title) for office in facts.catalog.programme.offices}
    groups: dict[str, list[dict[str, Any]]] = {id: [] for id in (*titles, "")}
    for line in profile:
        groups[words.office(line["id"])].append(line)
    return [
        {"title": titles.get(id) or words.say("indicators.of_all"), "rows": rows} for id, rows in groups.items() if rows
    ]
