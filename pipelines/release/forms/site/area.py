"""The pages of areas: how each stands against its targets, every indicator over time; and the list of all areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.release.forms import marks
from pipelines.release.forms.areas import Area
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import latest, place
from pipelines.release.forms.site import indicator, standing
from pipelines.release.forms.site.cells import slug
from pipelines.release.forms.site.page import Crumb, Page
from pipelines.release.forms.words import Words, by_office


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
    periods = sorted({period for line in profile for period in line["cells"]}, key=place)
    values = {
        "area": area,
        "level": words.known(f"site.level.{area.level}", words.level(area.level)),
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
    period = latest([row["period"] for _, _, row in found if row["verdict"] != "no_data"])
    order = {id: place for place, id in enumerate(facts.breakdowns)}
    rows = [
        {
            "title": words.title(id, breakdown),
            "path": indicator.path(facts, id, breakdown) + _cell(facts, id, breakdown, area.code, period),
            "unit": words.about(id).unit(),
            "text": row["value_text"] or "",
            "why": "" if row["value_text"] else words.known(f"missing.{row['reason']}", row["reason"] or ""),
            "marks": _marks(facts, id, breakdown, area.code, period),
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


def _marks(facts: Facts, id: str, breakdown: str, code: str, period: str) -> list[str]:
    """Those of the figure that a target is held against: as they stand on the page of its indicator."""
    figure = facts.series(id, breakdown).by_line.get(code, {}).get(period)
    return marks.of(figure) if figure else []


def _cell(facts: Facts, id: str, breakdown: str, code: str, period: str) -> str:
    """The address of a figure within the page of its class, which not every class has."""
    return f"#A{slug(code)}-{slug(period)}" if indicator.has_page(facts, id, breakdown) else ""


def tally(facts: Facts, words: Words) -> dict[str, Any]:
    """{level, period, rows}: of each target how many areas of the widest level with verdicts met it in the last period
    in which any was met or missed. {} without one.
    """
    judged = [row for of in facts.scores.values() for row in of.values() if row["verdict"] in ("met", "not_met")]
    order = facts.catalog.programme.levels
    level = min((row["area_level"] for row in judged), key=order.index, default="")
    period = latest([row["period"] for row in judged if row["area_level"] == level])
    rows = []
    for id, breakdowns in facts.breakdowns.items():
        for breakdown in breakdowns:
            of = facts.scores.get((id, breakdown), {}).values()
            found = [row["verdict"] for row in of if (row["area_level"], row["period"]) == (level, period)]
            if any(found):
                counts = {name: found.count(name) for name in ("met", "not_met", "no_data")}
                path = indicator.path(facts, id, breakdown)
                rows.append({"title": words.title(id, breakdown), "path": path, **counts})
    return {"level": words.levels(level), "period": period, "rows": rows} if rows else {}


def _profiles(facts: Facts, words: Words) -> dict[str, list[dict[str, Any]]]:
    """Area -> a line of each indicator that it has: the figures of its first class, period by period."""
    found: dict[str, list[dict[str, Any]]] = {}
    for id, breakdowns in facts.breakdowns.items():
        series = facts.series(id, breakdowns[0])
        page = indicator.path(facts, id, breakdowns[0])
        for code, line in series.by_line.items():
            cells = {period: {"text": one.text, "marks": marks.of(one)} for period, one in line.items()}
            found.setdefault(code, []).append(
                {
                    "id": id, "title": words.title(id, breakdowns[0]), "unit": words.about(id).unit(),
                    "path": f"{page}#row-{slug(code)}", "cells": cells,
                }
            )  # fmt: skip
    return found


def _grouped(facts: Facts, words: Words, profile: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = {line["id"]: line for line in profile}
    return [
        {"title": words.office(office) if office else words.say("indicators.of_all"), "rows": [lines[id] for id in of]}
        for office, of in by_office(facts.catalog, lines).items()
    ]
